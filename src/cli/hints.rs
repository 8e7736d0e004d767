//! What to do next. Commands and paths have the same names: what was taken for the one may have
//! been meant as the other, and must not look like a pass. And an old repository has much to
//! report.

use super::baseline;
use super::command::word;
use super::lines::stderr;
use super::settings::Settings;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use svclint::run::{Report, Unverified};
use svclint::text::similar::nearest;

/// The commands, as they are typed.
const COMMANDS: [&str; 3] = ["rules", "explain", "generate"];

/// From how many findings on nobody reads them all.
const MANY: usize = 50;

/// Says how to have what is new reported alone, if there is much else.
pub(crate) fn of_baseline(
    findings: usize,
    settings: &Settings,
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings < MANY || settings.baseline.is_some() {
        return Ok(());
    }
    writeln!(
        out,
        "note: to hear of what is new alone, note what is there now with `svclint --write-baseline \
         .svclint-baseline.yaml`"
    )
}

/// Says how to link what is in several directories, if links lead from one into another.
pub(crate) fn of_scopes(
    report: &Report,
    settings: &Settings,
    out: &mut dyn Write,
) -> io::Result<()> {
    let is_apart = |own: &&Unverified| own.reason == "matched-elsewhere";
    let count = report.unverified.iter().filter(is_apart).count();
    let configured = settings.config.as_ref();
    let is_stream = report.sources.iter().any(|(_, source)| source.is_stream);
    if count == 0 || is_stream || configured.is_some_and(|config| !config.scopes.is_empty()) {
        return Ok(());
    }
    let (links, lead, are) = if count == 1 {
        ("link", "leads", "is")
    } else {
        ("links", "lead", "are")
    };
    writeln!(
        out,
        "note: {count} {links} {lead} into another directory, and {are} not judged: what is \
         applied together can be named under `scopes` in .svclint.yaml (`-v` lists them)"
    )
}

/// Says how to make use of a baseline, unless that is done already.
pub(crate) fn of_new_baseline(
    path: &Path,
    settings: &Settings,
    out: &mut dyn Write,
) -> io::Result<()> {
    let configured = settings.config.as_ref();
    let configured = configured.and_then(|config| config.baseline_path());
    if configured
        .is_some_and(|configured| std::path::absolute(path).is_ok_and(|it| it == configured))
    {
        return Ok(());
    }
    let name = baseline::name(path);
    let named = word(&name);
    writeln!(
        out,
        "note: `--baseline {named}`, or `baseline: {name}` in .svclint.yaml, keeps them back from \
         now on"
    )
}

/// Says how to lint a path that has the name of a command.
pub(crate) fn of_path() -> io::Result<()> {
    let word = std::env::args().nth(1).unwrap_or_default();
    if COMMANDS.contains(&word.as_str()) && Path::new(&word).exists() {
        writeln!(
            stderr(),
            "note: `{word}` is a command; to lint the path of this name, write `svclint ./{word}`"
        )?;
    }
    Ok(())
}

/// What other linters call what svclint does without a command.
const OTHERS: [&str; 6] = ["check", "lint", "run", "scan", "test", "validate"];

/// Says what was probably meant by words that were taken for paths in vain.
pub(crate) fn of_paths(paths: &[PathBuf]) -> io::Result<()> {
    for (at, path) in paths.iter().enumerate().filter(|(_, path)| !path.exists()) {
        let Some(word) = path.to_str() else { continue };
        if let Some(hint) = hint(word, at == 0) {
            writeln!(stderr(), "note: {hint}")?;
        }
    }
    Ok(())
}

fn hint(word: &str, is_first: bool) -> Option<String> {
    if COMMANDS.contains(&word) {
        return Some(format!(
            "`{word}` is a command only if it comes first, as in `svclint {word} --help`"
        ));
    }
    let is_word = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_first || !is_word {
        return None;
    }
    if word == "help" {
        return Some("`svclint --help` explains the options".to_owned());
    }
    if OTHERS.contains(&word) {
        return Some("linting needs no command: write `svclint PATH`".to_owned());
    }
    let meant = nearest(word, COMMANDS)?;
    Some(format!(
        "there is a command `{meant}`: see `svclint {meant} --help`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_paths() {
        let command = |word, is_first| hint(word, is_first).unwrap_or_default();
        assert!(command("rules", false).contains("comes first"));
        assert!(command("expalin", true).contains("`explain`"));
        assert!(command("lint", true).contains("no command"));
        assert!(command("help", true).contains("--help"));
        for (word, is_first) in [("shop", true), ("lint.yaml", true), ("lint", false)] {
            assert_eq!(hint(word, is_first), None, "{word}");
        }
    }
}
