//! Lints what the arguments name, and says what was found.

use super::args::{Format, Lint, Output, SettingsFrom};
use super::base::Revision;
use super::lines::{Lines, stderr};
use super::notes::Notes;
use super::progress::Shown;
use super::settings::Settings;
use super::status::{CLEAN, FAILURE, FINDINGS, fail, is_closed};
use super::stop::Stop;
use super::style::style;
use super::work::Work;
use super::{base, baseline, hints, input, interrupt, output};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use svclint::diagnostic::Diagnostic;
use svclint::findings::base::keep_new;
use svclint::link::Base;
use svclint::object::Progress;
use svclint::report::{self, Color, Root, Style};
use svclint::run::{Hidden, Report};

/// What there is to say about the paths, if anything could be linted.
struct Linted {
    report: Report,
    /// What there is to say about them in the base revision.
    base: Option<Report>,
    remarks: Remarks,
    settings: Settings,
}

/// What there is to say beside the report.
struct Remarks {
    notes: Notes,
    work: Work,
}

/// Lints under the configuration that holds.
pub(super) fn lint(args: &Lint) -> io::Result<u8> {
    let settings = match output::check(&args.output.report)
        .map_err(Stop::from)
        .and_then(|()| Settings::read(args))
    {
        Ok(settings) => settings,
        Err(stop) => return refuse(stop, &args.output),
    };
    if args.configuration.show_config {
        let config = settings.config.as_ref();
        settings
            .flags
            .show(config, &mut Lines(io::stdout().lock()))?;
        return Ok(CLEAN);
    }
    let progress = Arc::default();
    let shown = Shown::on_terminal(&progress).filter(|_| !args.output.quiet);
    let judged = judge(args, settings, &progress);
    drop(shown);
    match judged {
        Ok(linted) => finish(args, linted),
        Err(stop) => refuse(stop, &args.output),
    }
}

/// Reads and lints the paths, and the same paths in the base revision, and says what the settings
/// of a change hide.
fn judge(args: &Lint, settings: Settings, progress: &Arc<Progress>) -> Result<Linted, Stop> {
    if args.input.base.is_some() || !args.builds.is_empty() {
        interrupt::clean_up_then();
    }
    let Some(revision) = args.input.base.as_deref() else {
        return Ok(run(args, settings, None, progress)?.0);
    };
    let revision = Revision::take_out(revision, args)?;
    let of_base = revision.settings(args);
    if args.configuration.settings_from == SettingsFrom::Base {
        let (mut linted, services) = run(args, of_base?, Some(&revision), progress)?;
        linted.report.hidden.services = services.not_read_any_more();
        return Ok(linted);
    }
    // The change may be what mends settings that cannot be read.
    let changed = of_base.ok().map(|own| (settings.differences(&own), own));
    let (mut linted, services) = run(args, settings, Some(&revision), progress)?;
    linted.report.hidden = match changed {
        Some((names, of_base)) if !names.is_empty() => {
            let (by_base, before) = run(args, of_base, Some(&revision), progress)?;
            let services = Services {
                base: before.base,
                ..services
            };
            let findings = kept_back(&linted, &by_base);
            Hidden::new(names, findings, services.not_read_any_more())
        }
        _ => Hidden::new(Vec::new(), 0, services.not_read_any_more()),
    };
    Ok(linted)
}

/// The Services that are read.
#[derive(Default)]
struct Services {
    today: Base,
    base: Base,
}

impl Services {
    fn not_read_any_more(&self) -> Vec<String> {
        self.base.services_without(&self.today)
    }
}

/// Lints the paths under some settings.
fn run(
    args: &Lint,
    settings: Settings,
    revision: Option<&Revision>,
    progress: &Arc<Progress>,
) -> Result<(Linted, Services), Stop> {
    let mut baseline = settings.baseline(args)?;
    let base = revision.map(|own| base::lint(own, args, &settings, baseline.as_ref(), progress));
    let (had, base) = base.transpose()?.unzip();
    let mut options = settings.options();
    options.progress = Arc::clone(progress);
    let request = input::request(args, &settings, &options);
    let mut work = Work::begin();
    let mut loaded = input::load(&request, &mut io::stdin())?;
    if let Some(baseline) = &mut baseline {
        baseline.is_whole = loaded.covers_baseline;
    }
    options.baseline = baseline.map(Arc::new);
    options.unused_globs = loaded.unused_globs.take();
    options.base = had.clone().map(Arc::new);
    let account = std::mem::take(&mut loaded.account);
    let notes = Notes::take(&mut loaded, options.kube_version);
    let (texts, plans) = loaded.plans();
    work.has_read(&texts, &plans);
    let links = svclint::run::link(texts, plans, &options);
    let services = had.map(|base| Services {
        today: links.to_base(ToOwned::to_owned, |_| false),
        base,
    });
    let mut report = svclint::run::judge(links, &options);
    work.has_judged();
    account.add_to(&mut report);
    let linted = Linted {
        report,
        base,
        remarks: Remarks { notes, work },
        settings,
    };
    Ok((linted, services.unwrap_or_default()))
}

/// How many new findings other settings have that these have not.
fn kept_back(linted: &Linted, by_others: &Linted) -> usize {
    let own = new_findings(linted);
    let mut others = new_findings(by_others);
    let sources = &by_others.report.sources;
    keep_new((sources, &mut others), (&linted.report.sources, &own));
    others.len()
}

fn new_findings(linted: &Linted) -> Vec<Diagnostic> {
    let mut found = linted.report.diagnostics.clone();
    if let Some(base) = &linted.base {
        let own = (&linted.report.sources, &mut found);
        keep_new(own, (&base.sources, &base.diagnostics));
    }
    found
}

/// Says what was found, wherever it is to be said.
fn finish(args: &Lint, linted: Linted) -> io::Result<u8> {
    let Linted {
        mut report,
        base,
        remarks,
        settings,
    } = linted;
    if let Some(path) = &args.configuration.write_baseline {
        return write_baseline(&report, &remarks, path, &settings, &args.output);
    }
    if let (true, Some(path)) = (args.configuration.prune_baseline, &settings.baseline) {
        match baseline::prune(&mut report, path) {
            Ok(_) if args.output.quiet => {}
            Ok(done) => writeln!(stderr(), "{done}")?,
            Err(message) => {
                report::failures(&report, &mut stderr())?;
                return fail(&message);
            }
        }
    }
    if let Some(base) = base {
        base::say_what_is_not_compared(&base, &report)?;
        let own = (&report.sources, &mut report.diagnostics);
        report.in_base = keep_new(own, (&base.sources, &base.diagnostics));
    }
    let saved = save_reports(&report, &args.output)?;
    let printed = print_findings(&report, &args.output)
        .and_then(|()| print_remarks(&report, &remarks, &settings, args));
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
    let mut out = stderr();
    remarks.write(report, args, &mut out)?;
    match baseline::write(report, path) {
        Ok(_) if args.quiet => {}
        Ok(done) => {
            writeln!(out, "{done}")?;
            hints::of_new_baseline(path, settings, &mut out)?;
        }
        Err(message) => return fail(&message),
    }
    Ok(CLEAN)
}

/// Says why nothing is linted.
fn refuse(stop: Stop, args: &Output) -> io::Result<u8> {
    let message = match stop {
        Stop::Because(message) => message,
        Stop::Invalid(invalid) => {
            let name = invalid.name.clone();
            let report = Report::from(invalid);
            save_reports(&report, args)?;
            print_findings(&report, args)?;
            format!("{name} is invalid, so nothing was linted")
        }
    };
    fail(&message)
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
            writeln!(stderr(), "error: {message}")?;
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
    args: &Lint,
) -> io::Result<()> {
    let mut out = stderr();
    remarks.write(report, &args.output, &mut out)?;
    if args.output.quiet {
        // Nothing is said, but not because all is well.
        if looks_like_a_pass(report, &args.paths) {
            report::summary(report, &mut out)?;
        }
    } else {
        if args.output.format == Format::Full {
            report::folded(report, &mut out)?;
            hints::of_baseline(report.diagnostics.len(), settings, &mut out)?;
            hints::of_scopes(report, settings, &mut out)?;
        }
        report::hidden(report, &mut out)?;
        report::summary(report, &mut out)?;
    }
    Ok(())
}

/// Whether the directory of the process is what was asked for, and nothing in it was judged. Any
/// other directory is a failure then.
fn looks_like_a_pass(report: &Report, paths: &[PathBuf]) -> bool {
    let is_here = |path: &PathBuf| path.as_os_str() == ".";
    paths.iter().all(is_here) && report.judged.is_empty() && report.failures.is_empty()
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
