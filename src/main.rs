//! The program: arguments in, a report out, and an exit status. See the library for what it does.

mod cli;
mod comparison;
mod crash;
mod generate;
mod hints;
mod input;
mod known;
mod manual;
mod notes;
mod output;
mod settings;
mod stop;
mod work;

use cli::{Cli, Command, Format, Generate, Lint, ListFormat, Output};
use notes::Notes;
use settings::Settings;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use stop::Stop;
use svclint::base;
use svclint::lint::{self, Options, Report};
use svclint::report::{self, Color, Root, Style, Terminal};
use svclint::rules;
use svclint::scope::scopes;
use work::Work;

/// Nothing was found that matters.
const CLEAN: u8 = 0;
/// Something was.
const FINDINGS: u8 = 1;
/// The job could not be done, or not all of it.
const FAILURE: u8 = 2;

fn main() -> ExitCode {
    crash::install_hook();
    let done = match Cli::read() {
        Ok(cli) => run(&cli),
        Err(error) => error.print().and_then(|()| {
            let status = u8::try_from(error.exit_code()).unwrap_or(FAILURE);
            if status != CLEAN {
                hints::of_path()?;
            }
            Ok(status)
        }),
    };
    match done {
        Ok(status) => status.into(),
        // Whoever reads has seen enough: `svclint rules | head`.
        Err(error) if is_closed(&error) => CLEAN.into(),
        Err(error) => {
            // Nothing can be done if standard error is gone too.
            let _ = writeln!(io::stderr(), "error: the output cannot be written: {error}");
            FAILURE.into()
        }
    }
}

fn run(cli: &Cli) -> io::Result<u8> {
    match &cli.command {
        Some(Command::Rules { format }) => list_rules(*format),
        Some(Command::Explain { rule }) => explain(rule),
        Some(Command::Generate { what }) => generate(*what),
        None => lint(&cli.lint),
    }
}

/// What there is to say about the paths, if anything could be linted.
struct Linted {
    report: Report,
    /// What there is to say about them in the base revision.
    before: Option<Report>,
    remarks: Remarks,
    settings: Settings,
}

/// What there is to say beside the report.
struct Remarks {
    notes: Notes,
    work: Work,
}

fn lint(args: &Lint) -> io::Result<u8> {
    let settings = match output::check(&args.output.report)
        .map_err(Stop::from)
        .and_then(|()| Settings::read(args))
    {
        Ok(settings) => settings,
        Err(stop) => return refuse(stop, &args.output),
    };
    if args.configuration.show_config {
        let config = settings.config.as_ref();
        settings.flags.show(config, &mut io::stdout().lock())?;
        return Ok(CLEAN);
    }
    match judge(args, settings) {
        Ok(linted) => finish(args, linted),
        Err(stop) => refuse(stop, &args.output),
    }
}

/// Reads and lints the paths, and the same paths in the base revision.
fn judge(args: &Lint, settings: Settings) -> Result<Linted, Stop> {
    let mut baseline = settings.known(args)?;
    let before = args.input.base.as_deref();
    let before =
        before.map(|revision| comparison::before(revision, args, &settings, baseline.as_ref()));
    let (there, before) = before.transpose()?.unzip();
    let options = settings.options();
    let request = input::request(args, &settings, &options);
    let mut work = Work::begin();
    let mut loaded = input::load(&request, &mut io::stdin())?;
    if let Some(baseline) = &mut baseline {
        baseline.is_whole = loaded.covers_baseline;
    }
    let options = Options {
        baseline: baseline.map(Arc::new),
        unused_globs: loaded.unused_globs.take(),
        before: there.map(Arc::new),
        ..options
    };
    let failures = std::mem::take(&mut loaded.failures);
    let notes = Notes::take(&mut loaded);
    let (texts, scopes) = scopes(loaded);
    work.has_read(&texts, &scopes);
    let mut report = lint::lint(texts, scopes, &options);
    work.has_judged();
    report.failures.extend(failures);
    Ok(Linted {
        report,
        before,
        remarks: Remarks { notes, work },
        settings,
    })
}

/// Says what was found, wherever it is to be said.
fn finish(args: &Lint, linted: Linted) -> io::Result<u8> {
    let Linted {
        mut report,
        before,
        remarks,
        settings,
    } = linted;
    if let Some(path) = &args.configuration.write_baseline {
        return write_baseline(&report, &remarks, path, &settings, &args.output);
    }
    if let (true, Some(path)) = (args.configuration.prune_baseline, &settings.baseline) {
        match known::prune(&mut report, path) {
            Ok(_) if args.output.quiet => {}
            Ok(done) => writeln!(io::stderr(), "{done}")?,
            Err(message) => {
                report::failures(&report, &mut io::stderr())?;
                return fail(&message);
            }
        }
    }
    if let Some(before) = before {
        comparison::say_what_is_not_compared(&before, &report)?;
        base::keep_new(&mut report, &before);
    }
    let saved = save_reports(&report, &args.output)?;
    let printed = print_findings(&report, &args.output)
        .and_then(|()| print_remarks(&report, &remarks, &settings, &args.output));
    match printed {
        Err(error) if is_closed(&error) => {}
        printed => printed?,
    }
    hints::of_paths(&args.paths)?;
    Ok(if saved {
        status(&report, &args.output)
    } else {
        FAILURE
    })
}

/// Writes what is found to the baseline instead of reporting it.
fn write_baseline(
    report: &Report,
    remarks: &Remarks,
    path: &Path,
    settings: &Settings,
    args: &Output,
) -> io::Result<u8> {
    let mut out = BufWriter::new(io::stderr().lock());
    remarks.write(report, args, &mut out)?;
    match known::write(report, path) {
        Ok(_) if args.quiet => {}
        Ok(done) => {
            writeln!(out, "{done}")?;
            hints::of_new_baseline(path, settings, &mut out)?;
        }
        Err(message) => {
            out.flush()?;
            return fail(&message);
        }
    }
    out.flush()?;
    Ok(CLEAN)
}

/// Says why nothing is linted.
fn refuse(stop: Stop, args: &Output) -> io::Result<u8> {
    let message = match stop {
        Stop::Because(message) => message,
        Stop::Invalid(invalid) => {
            let name = invalid.name.clone();
            let report = invalid.report();
            save_reports(&report, args)?;
            print_findings(&report, args)?;
            format!("{name} is invalid, so nothing was linted")
        }
    };
    fail(&message)
}

fn fail(message: &str) -> io::Result<u8> {
    writeln!(io::stderr(), "error: {message}")?;
    Ok(FAILURE)
}

/// Writes the reports that go to files, and says whether all of them could be written.
fn save_reports(report: &Report, args: &Output) -> io::Result<bool> {
    let mut saved = true;
    let plain = Style {
        color: false,
        links: false,
        ..style(Color::Never)
    };
    for file in &args.report {
        if let Err(message) = output::save(report, file, &root(), plain) {
            writeln!(io::stderr(), "error: {message}")?;
            saved = false;
        }
    }
    Ok(saved)
}

fn print_findings(report: &Report, args: &Output) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let style = style(args.color.into());
    output::write(report, args.format, &root(), style, &mut out)?;
    out.flush()
}

/// Where paths in reports for code hosts start.
fn root() -> Root {
    Root::around(&std::env::current_dir().unwrap_or_default())
}

fn print_remarks(
    report: &Report,
    remarks: &Remarks,
    settings: &Settings,
    args: &Output,
) -> io::Result<()> {
    let mut out = BufWriter::new(io::stderr().lock());
    remarks.write(report, args, &mut out)?;
    if !args.quiet {
        if args.format == Format::Full {
            report::folded(report, &mut out)?;
            hints::of_baseline(report.diagnostics.len(), settings, &mut out)?;
        }
        report::summary(report, &mut out)?;
    }
    out.flush()
}

impl Remarks {
    /// Writes what could not be read, and what is worth knowing besides.
    fn write(&self, report: &Report, args: &Output, out: &mut dyn Write) -> io::Result<()> {
        report::failures(report, out)?;
        if args.verbose {
            self.work.details(out)?;
            report::details(report, out)?;
            self.notes.details(out)?;
        }
        if args.quiet {
            return Ok(());
        }
        self.notes.remarks(out)
    }
}

fn status(report: &Report, args: &Output) -> u8 {
    let matters = |threshold| {
        let mut findings = report.diagnostics.iter();
        findings.any(|finding| finding.severity >= threshold)
    };
    if !report.failures.is_empty() {
        FAILURE
    } else if !args.exit_zero && args.fail_on.threshold().is_some_and(matters) {
        FINDINGS
    } else {
        CLEAN
    }
}

/// Whether the reader of the output has gone.
fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

fn list_rules(format: ListFormat) -> io::Result<u8> {
    let mut out = io::stdout().lock();
    match format {
        ListFormat::Text => report::rules(rules::ALL, &mut out)?,
        ListFormat::Json => report::rules_json(rules::ALL, &mut out)?,
    }
    hints::of_path()?;
    Ok(CLEAN)
}

fn explain(id: &str) -> io::Result<u8> {
    if let Some(rule) = rules::find(id) {
        report::explain(rule, style(Color::Auto), &mut io::stdout().lock())?;
        return Ok(CLEAN);
    }
    let advice = rules::advice(id);
    writeln!(io::stderr(), "error: no rule is called `{id}`; {advice}")?;
    hints::of_path()?;
    Ok(FAILURE)
}

fn generate(what: Generate) -> io::Result<u8> {
    generate::generate(what, &mut io::stdout().lock())?;
    hints::of_path()?;
    Ok(CLEAN)
}

fn style(color: Color) -> Style {
    let out = io::stdout();
    let terminal = out.is_terminal().then(|| Terminal {
        width: terminal_size::terminal_size_of(&out).map(|(width, _)| usize::from(width.0)),
        has_links: supports_hyperlinks::supports_hyperlinks(),
    });
    Style::detect(color, |name| std::env::var(name).ok(), terminal)
}
