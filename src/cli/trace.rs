//! Shows where the traffic goes.

use super::args::{Configuration, Lint, Scope, Trace, TraceFormat};
use super::lines::stderr;
use super::settings::Settings;
use super::status::{CLEAN, FAILURE, FINDINGS, fail, is_closed};
use super::stop::Stop;
use super::style::style;
use super::{input, interrupt};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use svclint::link::Links;
use svclint::report;
use svclint::run::{self, Options, Report};
use svclint::trace::{Answer, Missing, Question};

/// Answers what is asked.
pub(super) fn trace(args: Trace) -> io::Result<u8> {
    let format = args.format;
    let color = args.color;
    let is_verbose = args.verbose;
    let asked = asked(&args).map_err(Stop::Because);
    let done = asked.and_then(|(question, paths)| {
        over_links(args.scope, paths, |links, options| {
            run::trace(links, options, &question)
        })
    });
    let Said {
        report,
        told: answer,
        is_closed_world,
    } = match done {
        Ok(said) => said,
        Err(stop) => return stopped(&stop, "traced"),
    };
    report::failures(&report, &mut stderr())?;
    report::trace_unread(&report, &answer.unread, &mut stderr())?;
    if let Some(Missing::Asked { what, near }) = &answer.missing {
        return not_there(what, near.as_deref());
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match format {
        TraceFormat::Text => {
            report::trace(&report, &answer, style(color.into()), is_verbose, &mut out)
        }
        TraceFormat::Json => report::trace_json(&report, &answer, is_closed_world, &mut out),
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if is_closed(&error) => {}
        written => written?,
    }
    let is_failure = answer.traces.is_empty() && !report.failures.is_empty();
    if format == TraceFormat::Text && !is_failure {
        report::trace_summary(&answer, &mut stderr())?;
    }
    Ok(status(&report, &answer))
}

/// The question, and the paths to look at.
fn asked(args: &Trace) -> Result<(Question, Vec<PathBuf>), String> {
    let question = match (&args.from, &args.to) {
        (Some(from), Some(to)) => Some(Question::Flow(from.clone(), to.clone())),
        _ => None,
    };
    let first = args.words.first().filter(|first| !is_path(first));
    match (question, first) {
        (Some(_), Some(first)) => Err(format!(
            "`{first}` is no file or directory: `--from` and `--to` say themselves what to trace"
        )),
        (Some(question), None) => Ok((question, paths(&args.words))),
        (None, Some(first)) if args.all => match target(&args.words)? {
            (Question::Namespace(name), paths) => Ok((Question::All(Some(name)), paths)),
            _ => Err(format!(
                "`{first}` is no file or directory: what `--all` traces can only be limited to a \
                 namespace, as in `ns/shop`"
            )),
        },
        (None, None) if args.all => Ok((Question::All(None), paths(&args.words))),
        (None, _) => target(&args.words),
    }
}

/// The question that words ask, and the paths to look at. A first word that is no file is what to
/// trace.
pub(super) fn target(words: &[String]) -> Result<(Question, Vec<PathBuf>), String> {
    match words.split_first().filter(|(first, _)| !is_path(first)) {
        Some((first, rest)) => {
            let question = Question::of_target(first)
                .map_err(|why| format!("no such file or directory, and {why}"))?;
            Ok((question, paths(rest)))
        }
        None => Ok((Question::Services, paths(words))),
    }
}

fn paths(words: &[String]) -> Vec<PathBuf> {
    words.iter().map(PathBuf::from).collect()
}

/// Whether a word is a file or a directory, or is written as one.
fn is_path(word: &str) -> bool {
    let path = Path::new(word);
    let ending = path.extension().and_then(|ending| ending.to_str());
    let is_manifest = matches!(ending, Some("yaml" | "yml" | "json"));
    word == "-"
        || word.starts_with(['.', '/'])
        || word.ends_with('/') && !word.contains("://")
        || is_manifest && !word.contains("://")
        || path.exists()
}

/// The same input as that of a lint.
pub(super) fn reading(scope: Scope, paths: Vec<PathBuf>) -> Lint {
    let here = || vec![PathBuf::from(".")];
    let is_alone = paths.is_empty() && scope.builds.is_empty();
    Lint {
        paths: if is_alone { here() } else { paths },
        cluster: scope.cluster,
        builds: scope.builds,
        configuration: Configuration {
            file: scope.config,
            ..Configuration::default()
        },
        input: super::args::Input {
            reading: scope.reading,
            ..super::args::Input::default()
        },
        ..Lint::default()
    }
}

/// What is linked in the input, and what is said of it.
pub(super) fn over_links<T>(
    scope: Scope,
    paths: Vec<PathBuf>,
    say: impl FnOnce(Links, &Options) -> (Report, T),
) -> Result<Said<T>, Stop> {
    let args = reading(scope, paths);
    if !args.builds.is_empty() {
        interrupt::clean_up_then();
    }
    let settings = Settings::read(&args)?;
    over(&args, &settings, say)
}

/// The same, under settings that have been read.
pub(super) fn over<T>(
    args: &Lint,
    settings: &Settings,
    say: impl FnOnce(Links, &Options) -> (Report, T),
) -> Result<Said<T>, Stop> {
    let options = settings.options();
    let request = input::request(args, settings, &options);
    let mut loaded = input::load(&request, &mut io::stdin())?;
    let account = std::mem::take(&mut loaded.account);
    let (texts, plans) = loaded.plans();
    let links = run::link(texts, plans, &options);
    let is_closed_world = links.options.closed_world;
    let (mut report, told) = say(links, &options);
    account.add_to(&mut report);
    Ok(Said {
        report,
        told,
        is_closed_world,
    })
}

/// What is said of an input.
pub(super) struct Said<T> {
    pub(super) report: Report,
    pub(super) told: T,
    /// Whether nothing exists but the input.
    pub(super) is_closed_world: bool,
}

/// Says why nothing is.
pub(super) fn stopped(stop: &Stop, done: &str) -> io::Result<u8> {
    match stop {
        Stop::Because(message) => fail(message),
        Stop::Invalid(invalid) => {
            writeln!(stderr(), "{invalid}")?;
            let name = &invalid.name;
            fail(&format!("{name} is invalid, so nothing was {done}"))
        }
    }
}

/// Says that what is asked for is not there.
pub(super) fn not_there(what: &str, near: Option<&str>) -> io::Result<u8> {
    let meant = match near {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    };
    fail(&format!("{what} is not in the input{meant}"))
}

fn status(report: &Report, answer: &Answer) -> u8 {
    let is_lost = answer.traces.is_empty() && !answer.unread.is_empty();
    if is_lost || !report.failures.is_empty() {
        FAILURE
    } else if answer.traces.iter().any(|trace| trace.verdict.is_bad()) {
        FINDINGS
    } else {
        CLEAN
    }
}
