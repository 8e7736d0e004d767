//! Shows where the traffic goes.

use super::args::{Configuration, Lint, Trace, TraceFormat};
use super::lines::stderr;
use super::settings::Settings;
use super::status::{CLEAN, FAILURE, FINDINGS, fail, is_closed};
use super::stop::Stop;
use super::style::style;
use super::{input, interrupt};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use svclint::report;
use svclint::run::{self, Report};
use svclint::trace::{Answer, Missing, Question};

/// Answers what is asked.
pub(super) fn trace(args: Trace) -> io::Result<u8> {
    let format = args.format;
    let color = args.color;
    let done = match asked(&args) {
        Ok((question, paths)) => {
            let lint = reading(args, paths);
            answer(&lint, &question)
        }
        Err(message) => Err(Stop::Because(message)),
    };
    let (report, answer, is_closed_world) = match done {
        Ok(done) => done,
        Err(Stop::Because(message)) => return fail(&message),
        Err(Stop::Invalid(invalid)) => {
            let name = invalid.name.clone();
            return fail(&format!("{name} is invalid, so nothing was traced"));
        }
    };
    report::failures(&report, &mut stderr())?;
    if let Some(Missing::Asked { what, near }) = &answer.missing {
        return not_there(what, near.as_deref());
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match format {
        TraceFormat::Text => report::trace(&report, &answer, style(color.into()), &mut out),
        TraceFormat::Json => report::trace_json(&report, &answer, is_closed_world, &mut out),
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if is_closed(&error) => {}
        written => written?,
    }
    if format == TraceFormat::Text {
        report::trace_summary(&answer, &mut stderr())?;
    }
    Ok(status(&report, &answer))
}

/// The question, and the paths to look at. A first word that is no file is what to trace.
fn asked(args: &Trace) -> Result<(Question, Vec<PathBuf>), String> {
    let words = &args.words;
    let all = || words.iter().map(PathBuf::from).collect();
    match (&args.from, &args.to) {
        (Some(from), Some(to)) => {
            return Ok((Question::Flow(from.clone(), to.clone()), all()));
        }
        _ if args.all => return Ok((Question::All, all())),
        _ => {}
    }
    match words.split_first() {
        Some((first, rest)) if first != "-" && !Path::new(first).exists() => {
            let question = Question::of_target(first)?;
            Ok((question, rest.iter().map(PathBuf::from).collect()))
        }
        _ => Ok((Question::Services, all())),
    }
}

/// The same input as that of a lint.
fn reading(args: Trace, paths: Vec<PathBuf>) -> Lint {
    let here = || vec![PathBuf::from(".")];
    let is_alone = paths.is_empty() && args.builds.is_empty();
    Lint {
        paths: if is_alone { here() } else { paths },
        cluster: args.cluster,
        builds: args.builds,
        configuration: Configuration {
            config: args.config,
            no_config: args.no_config,
            ..Configuration::default()
        },
        input: super::args::Input {
            reading: args.reading,
            ..super::args::Input::default()
        },
        ..Lint::default()
    }
}

fn answer(args: &Lint, question: &Question) -> Result<(Report, Answer, bool), Stop> {
    if !args.builds.is_empty() {
        interrupt::clean_up_then();
    }
    let settings = Settings::read(args)?;
    let options = settings.options();
    let request = input::request(args, &settings, &options);
    let mut loaded = input::load(&request, &mut io::stdin())?;
    let account = std::mem::take(&mut loaded.account);
    let (texts, plans) = loaded.plans();
    let links = run::link(texts, plans, &options);
    let is_closed_world = links.options.closed_world;
    let (mut report, answer) = run::trace(links, &options, question);
    account.add_to(&mut report);
    Ok((report, answer, is_closed_world))
}

/// Says that what is asked for is not there.
fn not_there(what: &str, near: Option<&str>) -> io::Result<u8> {
    let meant = match near {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    };
    fail(&format!("{what} is not in the input{meant}"))
}

fn status(report: &Report, answer: &Answer) -> u8 {
    if !report.failures.is_empty() {
        FAILURE
    } else if answer.traces.iter().any(|trace| trace.verdict.is_bad()) {
        FINDINGS
    } else {
        CLEAN
    }
}
