//! What to do next. Commands and paths have the same names: what was taken for the one may have been
//! meant as the other, and must not look like a pass. And an old repository has much to report.

use crate::known;
use crate::settings::Settings;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
    let name = known::name(path);
    writeln!(
        out,
        "note: `--baseline {name}`, or `baseline: {name}` in .svclint.yaml, keeps them back from now on"
    )
}

/// Says how to lint a path that has the name of a command.
pub(crate) fn of_path() -> io::Result<()> {
    let word = std::env::args().nth(1).unwrap_or_default();
    if COMMANDS.contains(&word.as_str()) && Path::new(&word).exists() {
        writeln!(
            io::stderr(),
            "note: `{word}` is a command; to lint the path of this name, write `svclint ./{word}`"
        )?;
    }
    Ok(())
}

/// Says where a command has to stand, if the name of one was taken for a path in vain.
pub(crate) fn of_command(paths: &[PathBuf]) -> io::Result<()> {
    let words = COMMANDS.into_iter();
    for word in words.filter(|word| paths.contains(&PathBuf::from(word))) {
        if !Path::new(word).exists() {
            writeln!(
                io::stderr(),
                "note: `{word}` is a command only if it comes first, as in `svclint {word} --help`"
            )?;
        }
    }
    Ok(())
}
