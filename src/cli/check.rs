//! Reads the arguments. Options that contradict each other are refused: none may be without effect
//! in silence.

use super::args::{Builds, Cli, Command, Lint, Reading, RuleNames, Rules, Scope};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use std::collections::BTreeSet;
use std::ffi::OsString;
use svclint::text::printable::printable;

/// A kind of mistake, and what to say.
type Mistake = (ErrorKind, String);

/// Reads arguments, and checks what a parser of single ones does not see. An error quotes them so
/// that they can be shown: hooks pass the names of files.
pub(super) fn read(
    words: impl IntoIterator<Item = impl Into<OsString>>,
) -> Result<Cli, clap::Error> {
    let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
    read_words(&words).map_err(|error| shown(error, &words))
}

fn read_words(
    words: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<Cli, clap::Error> {
    let cli = Cli::try_parse_from(words)?;
    let checked = match &cli.command {
        Some(Command::Trace(trace)) => scope(&trace.words, &trace.scope),
        Some(Command::Graph(graph)) => scope(&graph.words, &graph.scope),
        _ => check(&cli.lint),
    };
    checked.map_err(|(kind, message)| Cli::command().error(kind, message))?;
    Ok(cli)
}

/// The same error with nothing in it that cannot be shown.
fn shown(error: clap::Error, words: &[OsString]) -> clap::Error {
    let texts: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let texts: Vec<_> = texts.iter().map(|word| printable(word)).collect();
    if words
        .iter()
        .zip(&texts)
        .all(|(word, text)| **word == **text)
    {
        return error;
    }
    let again = read_words(texts.iter().map(AsRef::as_ref).map(str::to_owned)).err();
    again.unwrap_or_else(|| {
        let message = "an argument holds characters that cannot be shown";
        Cli::command().error(ErrorKind::InvalidValue, message)
    })
}

fn check(args: &Lint) -> Result<(), Mistake> {
    let reads_stdin = args.paths.iter().any(|path| path.as_os_str() == "-");
    input(reads_stdin, &args.input.reading, &args.builds)?;
    if args.input.base.is_some() && reads_stdin {
        let message = "--base needs files: standard input has no other revision";
        return Err((ErrorKind::ArgumentConflict, message.to_owned()));
    }
    rules(&args.rules).map_err(|message| (ErrorKind::ArgumentConflict, message))
}

fn scope(words: &[String], scope: &Scope) -> Result<(), Mistake> {
    let reads_stdin = words.iter().any(|word| word == "-");
    input(reads_stdin, &scope.reading, &scope.builds)
}

/// What is read has to be read from somewhere.
fn input(reads_stdin: bool, reading: &Reading, builds: &Builds) -> Result<(), Mistake> {
    if reading.stdin_filename.is_some() && !reads_stdin {
        let message = "--stdin-filename names what `-` reads, and there is no `-` among the paths";
        return Err((ErrorKind::MissingRequiredArgument, message.to_owned()));
    }
    if builds.allow_fetch && builds.is_empty() {
        let message = "--allow-fetch is for --helm and --kustomize, and neither is there";
        return Err((ErrorKind::MissingRequiredArgument, message.to_owned()));
    }
    Ok(())
}

/// Every rule that is asked for has to run.
fn rules(rules: &Rules) -> Result<(), String> {
    let levels = [
        ("--error", &rules.error),
        ("--warn", &rules.warn),
        ("--off", &rules.off),
    ];
    for (at, (flag, names)) in levels.iter().enumerate() {
        for (other, others) in &levels[at + 1..] {
            if let Some(twice) = names.iter().find(|name| others.contains(name)) {
                let word = &twice.word;
                return Err(format!("{flag} and {other} both name `{word}`"));
            }
        }
    }
    let wanted = [
        ("--only", &rules.only),
        ("--select", &rules.select),
        ("--error", &rules.error),
        ("--warn", &rules.warn),
    ];
    let unwanted = [("--ignore", &rules.ignore), ("--off", &rules.off)];
    let only = ids(&rules.only);
    for (flag, names) in wanted {
        for RuleNames { word, ids: own } in names {
            // What is said of a rule counts more than what is said of its group.
            let is_level = matches!(flag, "--error" | "--warn");
            let against = unwanted.iter().find(|(against, names)| {
                let is_weaker = is_level && *against == "--off" && own.len() == 1;
                !is_weaker && is_within(own, &ids(names))
            });
            if let Some((against, _)) = against {
                return Err(format!(
                    "{flag} asks for `{word}`, and {against} forbids it"
                ));
            }
            if !only.is_empty() && own.iter().all(|id| !only.contains(id)) {
                return Err(format!("{flag} asks for `{word}`, which --only leaves out"));
            }
        }
    }
    let off: BTreeSet<_> = unwanted.iter().flat_map(|(_, names)| ids(names)).collect();
    if !only.is_empty() && only.is_subset(&off) {
        return Err("no rule is left to run".to_owned());
    }
    Ok(())
}

fn ids(names: &[RuleNames]) -> BTreeSet<&'static str> {
    let ids = names.iter().flat_map(|names| names.ids);
    ids.copied().collect()
}

fn is_within(own: &[&'static str], others: &BTreeSet<&'static str>) -> bool {
    own.iter().all(|id| others.contains(id))
}

#[cfg(test)]
mod tests {
    fn is_accepted(line: &str) -> bool {
        let words = std::iter::once("svclint").chain(line.split_whitespace());
        super::read(words).is_ok()
    }

    #[test]
    fn an_error_quotes_no_argument_as_it_is() {
        for word in [
            "--no\u{1b}[31m",
            "--kube-version=x\n::error::y",
            "-n=\u{202e}",
        ] {
            let error = super::read(["svclint", word]).expect_err(word);
            let text = error.to_string();
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
            assert!(!text.contains("\n::"), "{text:?}");
        }
    }

    #[test]
    fn what_no_flag_can_mean_is_refused() {
        for line in [
            "--namespace=",
            "-n Prod_X",
            "-n a.b",
            "--kube-version 9.9",
            "--stdin-filename a.yaml",
            "--stdin-filename a.yaml b.yaml",
            "--format json --format full",
        ] {
            assert!(!is_accepted(line), "{line}");
        }
        for line in [
            "-n prod-2",
            "--kube-version v1.30.1",
            "- --stdin-filename a.yaml",
        ] {
            assert!(is_accepted(line), "{line}");
        }
    }

    #[test]
    fn what_would_have_no_effect_is_refused() {
        for line in [
            "--write-baseline a --base main",
            "--write-baseline a --baseline a",
            "--write-baseline a --prune-baseline",
            "--write-baseline a --report json=b",
            "--write-baseline a --format json",
            "--write-baseline a --fail-on warning",
            "--show-config --format json",
            "--show-config --report json=b",
            "--show-config --write-baseline a",
            "--show-config --base main",
            "--base main -",
            "--values a.yaml",
            "--set a=b",
            "--release-name web",
            "--allow-fetch",
            "trace cart --allow-fetch",
            "trace cart --stdin-filename a.yaml",
            "--isolated --context a",
            "--no-config --config a",
            "-q -v",
            "--exit-zero --fail-on warning",
        ] {
            assert!(!is_accepted(line), "{line}");
        }
        for line in [
            "--write-baseline a -v",
            "--base main --helm shop",
            "--allow-fetch --kustomize prod",
            "--write-baseline a --exit-zero",
            "--show-config --only ports -n shop",
            "--force-exclude --helm shop --values a.yaml",
        ] {
            assert!(is_accepted(line), "{line}");
        }
    }

    #[test]
    fn rules_that_are_asked_for_run() {
        for line in [
            "--only ports --pedantic",
            "--only ports --select dns",
            "--only unnamed-port --ignore ports",
            "--only ports --error dns",
            "--only unnamed-port,dns --off unnamed-port,dns",
            "--select unnamed-port --ignore unnamed-port",
            "--select unnamed-port --off ports",
            "--warn unnamed-port --ignore ports",
            "--warn unnamed-port --error unnamed-port",
            "--off ports --error ports",
        ] {
            assert!(!is_accepted(line), "{line}");
        }
        for line in [
            "--only ports --ignore unnamed-port",
            "--only ports --ignore duplicate-key",
            "--select ports --ignore unnamed-port",
            "--pedantic --ignore unnamed-port",
            "--error unnamed-port --off ports",
            "--error ports --off unnamed-port",
            "--error ports --warn unnamed-port",
        ] {
            assert!(is_accepted(line), "{line}");
        }
    }
}
