//! The program: arguments in, a report out, and an exit status. See the library for what it does.

mod cli;
mod crash;
mod notes;
mod output;

use cli::{Cli, Command, Format, Generate, Lint, ListFormat, Output, RuleNames, Schema};
use notes::Notes;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use svclint::base::{self, Before};
use svclint::baseline::{self, Baseline};
use svclint::config::{self, Config, Date, Flags, Invalid, Level};
use svclint::lint::{self, Failure, Options, Report, Selection};
use svclint::load::{Builds, Release, Request, load};
use svclint::report::{self, Color, Root, Style};
use svclint::revision::{self, Checkout, Extent};
use svclint::rules;
use svclint::scope::scopes;

/// Nothing was found that matters.
const CLEAN: u8 = 0;
/// Something was.
const FINDINGS: u8 = 1;
/// The job could not be done, or not all of it.
const FAILURE: u8 = 2;
/// The user has ended the program.
const INTERRUPTED: i32 = 130;

fn main() -> ExitCode {
    crash::install_hook();
    let done = match Cli::read() {
        Ok(cli) => run(&cli),
        Err(error) => error.print().and_then(|()| {
            let status = u8::try_from(error.exit_code()).unwrap_or(FAILURE);
            if status != CLEAN {
                hint_at_path()?;
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
        Some(Command::Generate { what }) => generate(what),
        None => lint(&cli.lint),
    }
}

fn lint(args: &Lint) -> io::Result<u8> {
    if let Err(message) = output::check(&args.output.report) {
        return fail(&message);
    }
    let flags = match flags(args) {
        Ok(flags) => flags,
        Err(message) => return fail(&message),
    };
    let config = match configuration(args) {
        Ok(Some(Ok(config))) => Some(Arc::new(config)),
        Ok(Some(Err(invalid))) => return refuse(invalid, &args.output),
        Ok(None) => None,
        Err(Failure { path, message }) => return fail(&format!("{path}: {message}")),
    };
    if args.configuration.show_config {
        flags.show(config.as_ref(), &mut io::stdout().lock())?;
        return Ok(CLEAN);
    }
    let file = baseline_path(args, config.as_deref());
    let mut baseline = match known(args, file.as_deref()) {
        Ok(Some(Ok(baseline))) => Some(baseline),
        Ok(Some(Err(invalid))) => return refuse(invalid, &args.output),
        Ok(None) => None,
        Err(Failure { path, message }) => return fail(&format!("{path}: {message}")),
    };
    let options = flags.options(config.as_ref());
    let settings = Settings {
        args,
        config: config.as_ref(),
        baseline: baseline.as_ref().zip(file.as_deref()),
        flags: &flags,
    };
    let (there, before) = match &args.input.base {
        Some(revision) => match before(revision, &settings) {
            Ok((there, report)) => (Some(Arc::new(there)), Some(report)),
            Err(message) => return fail(&message),
        },
        None => (None, None),
    };
    let request = Request {
        baseline: file.clone(),
        ..request(args, config.as_ref(), &options)
    };
    let mut loaded = match load(&request, &mut io::stdin()) {
        Ok(loaded) => loaded,
        Err(invalid) => {
            return fail(&invalid.to_string());
        }
    };
    if let Some(baseline) = &mut baseline {
        baseline.is_whole = loaded.covers_baseline;
    }
    let options = Options {
        baseline: baseline.map(Arc::new),
        unused_globs: loaded.unused_globs.take(),
        before: there,
        today: Some(args.configuration.today.unwrap_or_else(Date::today)),
        ..options
    };
    let failures = std::mem::take(&mut loaded.failures);
    let notes = Notes::take(&mut loaded);
    let (texts, scopes) = scopes(loaded);
    let mut report = lint::lint(texts, scopes, &options);
    report.failures.extend(failures);
    if let Some(path) = &args.configuration.write_baseline {
        return write_baseline(&report, path);
    }
    if let (true, Some(path)) = (args.configuration.prune_baseline, &file) {
        prune_baseline(&mut report, path)?;
    }
    if let Some(before) = before {
        say_what_is_not_compared(&before, &report)?;
        base::keep_new(&mut report, &before);
    }
    let saved = save_reports(&report, &args.output)?;
    let printed = print_findings(&report, &args.output)
        .and_then(|()| print_notes(&report, &notes, &args.output));
    match printed {
        Err(error) if is_closed(&error) => {}
        printed => printed?,
    }
    hint_at_command(&args.paths)?;
    Ok(if saved {
        status(&report, &args.output)
    } else {
        FAILURE
    })
}

/// What a run goes by.
struct Settings<'a> {
    args: &'a Lint,
    config: Option<&'a Arc<Config>>,
    /// The baseline, and its path.
    baseline: Option<(&'a Baseline, &'a Path)>,
    flags: &'a Flags,
}

/// Lints the paths as they were in another revision, under the settings of today.
fn before(revision: &str, settings: &Settings<'_>) -> Result<(Before, Report), String> {
    let args = settings.args;
    if args.paths.iter().any(|path| path == Path::new("-")) {
        return Err("`--base` needs files: standard input has no other revision".to_owned());
    }
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    let extent = match (&args.builds.charts[..], &args.builds.kustomizations[..]) {
        ([], []) => Extent::Manifests,
        _ => Extent::All,
    };
    // Without it, what was taken out would stay behind.
    let _ = ctrlc::set_handler(|| {
        revision::clean_up();
        std::process::exit(INTERRUPTED);
    });
    let checkout = Checkout::of(revision, &here, extent)?;
    let config = match settings
        .config
        .map(|config| (config, config.path.as_deref()))
    {
        Some((config, Some(path))) => {
            let path = checkout.add(path, &config.text)?;
            let read = config::load(&checkout.current_dir(), &path);
            let read = read.map_err(|failure| failure.message)?;
            Some(Arc::new(read.map_err(|invalid| invalid.name)?))
        }
        _ => None,
    };
    let options = settings.flags.options(config.as_ref());
    let request = request_then(&checkout, settings, config.as_ref(), &options)?;
    // Without a path everything would be meant.
    let is_asked = !args.paths.is_empty() || extent == Extent::All;
    if request.paths.is_empty() && request.builds.is_empty() && is_asked {
        return Ok((Before::default(), Report::default()));
    }
    let mut loaded = load(&request, &mut io::empty()).map_err(|invalid| invalid.to_string())?;
    let baseline = settings.baseline.map(|(baseline, _)| {
        Arc::new(Baseline {
            is_whole: loaded.covers_baseline,
            ..baseline.clone()
        })
    });
    let options = Options {
        baseline,
        unused_globs: loaded.unused_globs.take(),
        today: Some(args.configuration.today.unwrap_or_else(Date::today)),
        ..options
    };
    let failures = std::mem::take(&mut loaded.failures);
    let failures = failures.iter().map(|failure| Failure {
        path: checkout.as_today(&failure.path),
        message: checkout.as_today(&failure.message),
    });
    let (texts, scopes) = scopes(loaded);
    let index = lint::link(texts, scopes, &options);
    let there = Before::of(&index);
    let mut report = lint::judge(index);
    report.failures.extend(failures);
    Ok((there, report))
}

/// What is asked for, as far as it was there in another revision.
fn request_then(
    checkout: &Checkout,
    settings: &Settings<'_>,
    config: Option<&Arc<Config>>,
    options: &Options,
) -> Result<Request, String> {
    let args = settings.args;
    let known = |paths: &[PathBuf]| -> Vec<PathBuf> {
        let paths = paths.iter();
        paths.filter_map(|path| checkout.path(path)).collect()
    };
    let now = builds(&args.builds, options);
    // What is no path, such as the chart of a registry, is the same in every revision.
    let (paths, others): (Vec<_>, Vec<_>) = now.charts.into_iter().partition(|it| it.exists());
    for chart in &paths {
        checkout.lend_dependencies(chart)?;
    }
    let values = now.release.values.iter();
    let values = values.map(|file| checkout.file(file)).collect();
    Ok(Request {
        current_dir: checkout.current_dir(),
        paths: known(&args.paths),
        context: known(&args.input.context),
        builds: Builds {
            charts: known(&paths).into_iter().chain(others).collect(),
            release: Release {
                values,
                ..now.release
            },
            kustomizations: known(&now.kustomizations),
        },
        baseline: settings.baseline.map(|(_, path)| checkout.file(path)),
        ..request(args, config, options)
    })
}

/// What could be read today and could not be before is all new.
fn say_what_is_not_compared(before: &Report, report: &Report) -> io::Result<()> {
    let own = before.failures.iter();
    for failure in own.filter(|failure| !report.failures.contains(failure)) {
        let Failure { path, message } = failure;
        writeln!(
            io::stderr(),
            "warning: everything in {path} counts as new, because in the base revision {message}"
        )?;
    }
    Ok(())
}

fn fail(message: &str) -> io::Result<u8> {
    writeln!(io::stderr(), "error: {message}")?;
    Ok(FAILURE)
}

/// Finds and reads the configuration, which may turn out to be of no use.
fn configuration(args: &Lint) -> Result<Option<Result<Config, Invalid>>, Failure> {
    let here = Path::new("");
    let given = &args.configuration;
    if given.no_config {
        return Ok(None);
    }
    let path = match &given.config {
        Some(path) => Some(path.clone()),
        None => config::find(here, &args.paths)?,
    };
    path.map(|path| config::load(here, &path)).transpose()
}

/// The file of the baseline, be it read or written.
fn baseline_path(args: &Lint, config: Option<&Config>) -> Option<PathBuf> {
    let given = &args.configuration;
    let named = given.write_baseline.as_ref().or(given.baseline.as_ref());
    named.cloned().or_else(|| config?.baseline_path())
}

/// Reads the baseline, unless it is to be written anew.
fn known(args: &Lint, path: Option<&Path>) -> Result<Option<Result<Baseline, Invalid>>, Failure> {
    let path = path.filter(|_| args.configuration.write_baseline.is_none());
    path.map(|path| baseline::load(Path::new(""), path))
        .transpose()
}

/// Writes what is found to a file. What could not be read would be missing in it.
fn write_baseline(report: &Report, path: &Path) -> io::Result<u8> {
    if !report.failures.is_empty() {
        report::failures(report, &mut io::stderr())?;
        return fail("the baseline is not written, because not all input could be read");
    }
    let (text, count) = baseline::written(report);
    let name = path.display();
    if let Err(error) = std::fs::write(path, text) {
        return fail(&format!("{name}: {error}"));
    }
    let findings = if count == 1 { "finding" } else { "findings" };
    writeln!(io::stderr(), "wrote {count} {findings} to {name}")?;
    Ok(CLEAN)
}

/// Writes the baseline without what is no longer found, so that nothing need be said about that.
fn prune_baseline(report: &mut Report, path: &Path) -> io::Result<()> {
    let outcome = report.baseline.as_ref();
    let Some(outcome) = outcome.filter(|outcome| outcome.stale > 0) else {
        return Ok(());
    };
    std::fs::write(path, baseline::pruned(outcome))?;
    let entries = if outcome.stale == 1 {
        "entry"
    } else {
        "entries"
    };
    let (stale, name) = (outcome.stale, path.display());
    writeln!(io::stderr(), "pruned {stale} stale {entries} in {name}")?;
    report
        .diagnostics
        .retain(|found| found.rule != baseline::STALE);
    Ok(())
}

/// Reports what is wrong with a setting: the configuration or the baseline. To lint without it, or with a part of it, would
/// report what it was written to keep back.
fn refuse(invalid: Invalid, args: &Output) -> io::Result<u8> {
    let name = invalid.name.clone();
    let report = invalid.report();
    save_reports(&report, args)?;
    print_findings(&report, args)?;
    fail(&format!("{name} is invalid, so nothing was linted"))
}

fn request(args: &Lint, config: Option<&Arc<Config>>, options: &Options) -> Request {
    let input = &args.input;
    Request {
        current_dir: PathBuf::new(),
        paths: args.paths.clone(),
        builds: builds(&args.builds, options),
        context: input.context.clone(),
        isolated: input.isolated,
        config: config.cloned(),
        baseline: None,
        exclude: input.exclude.clone(),
        force_exclude: input.force_exclude,
        stdin_filename: input.stdin_filename.clone(),
    }
}

fn builds(args: &cli::Builds, options: &Options) -> Builds {
    Builds {
        charts: args.charts.clone(),
        release: Release {
            values: args.values.clone(),
            set: args.set.clone(),
            name: args.release_name.clone(),
            namespace: options.namespace.clone(),
            kube_version: options.kube_version,
        },
        kustomizations: args.kustomizations.clone(),
    }
}

/// What the command line says about what the configuration decides too.
fn flags(args: &Lint) -> Result<Flags, String> {
    let ids = |names: &[RuleNames]| -> BTreeSet<_> {
        let ids = names.iter().flat_map(|names| &names.ids);
        ids.copied().collect()
    };
    let rules = &args.rules;
    let mut selection = Selection {
        only: (!rules.only.is_empty()).then(|| ids(&rules.only)),
        select: ids(&rules.select),
        ignore: ids(&rules.ignore),
        pedantic: rules.pedantic,
        ..Selection::default()
    };
    let levels = [
        (&rules.error, Level::Error),
        (&rules.warn, Level::Warning),
        (&rules.off, Level::Off),
    ];
    let levels = levels.into_iter().flat_map(|(names, level)| {
        let words = names.iter().map(|names| names.word.as_str());
        words.map(move |word| (word, level))
    });
    let mut known = BTreeMap::new();
    for (word, level) in levels.clone() {
        if known
            .insert(word, level)
            .is_some_and(|other| other != level)
        {
            return Err(format!("`{word}` is given two levels"));
        }
    }
    selection.set_levels(levels);
    Ok(Flags {
        namespace: args.cluster.namespace.clone(),
        kube_version: args.cluster.kube_version,
        closed_world: args.cluster.closed_world,
        exclude: args.input.exclude.clone(),
        selection,
    })
}

/// Writes the reports that go to files, and says whether all of them could be written.
fn save_reports(report: &Report, args: &Output) -> io::Result<bool> {
    let mut saved = true;
    let plain = style(Color::Never);
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

fn print_notes(report: &Report, notes: &Notes, args: &Output) -> io::Result<()> {
    let mut out = BufWriter::new(io::stderr().lock());
    report::failures(report, &mut out)?;
    if args.verbose {
        report::details(report, &mut out)?;
        notes.details(&mut out)?;
    }
    if !args.quiet {
        notes.remarks(&mut out)?;
        if args.format == Format::Full {
            report::folded(report, &mut out)?;
        }
        report::summary(report, &mut out)?;
    }
    out.flush()
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
    hint_at_path()?;
    Ok(CLEAN)
}

fn explain(id: &str) -> io::Result<u8> {
    if let Some(rule) = rules::find(id) {
        report::explain(rule, style(Color::Auto), &mut io::stdout().lock())?;
        return Ok(CLEAN);
    }
    let advice = rules::advice(id);
    writeln!(io::stderr(), "error: no rule is called `{id}`; {advice}")?;
    hint_at_path()?;
    Ok(FAILURE)
}

fn generate(what: &Generate) -> io::Result<u8> {
    let schema = match what {
        Generate::Schema { of: Schema::Config } => config::schema(),
    };
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &schema)?;
    writeln!(out)?;
    hint_at_path()?;
    Ok(CLEAN)
}

/// Says how to lint a path that has the name of a command: a command in its place must not look
/// like a pass.
fn hint_at_path() -> io::Result<()> {
    let word = std::env::args().nth(1).unwrap_or_default();
    if ["rules", "explain", "generate"].contains(&word.as_str()) && Path::new(&word).exists() {
        writeln!(
            io::stderr(),
            "note: `{word}` is a command; to lint the path of this name, write `svclint ./{word}`"
        )?;
    }
    Ok(())
}

/// Says where a command has to stand, if the name of one was taken for a path in vain.
fn hint_at_command(paths: &[PathBuf]) -> io::Result<()> {
    let words = ["rules", "explain"].into_iter();
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

fn style(color: Color) -> Style {
    let terminal = terminal_size::terminal_size_of(io::stdout());
    let width = terminal.map(|(width, _)| usize::from(width.0));
    Style::detect(color, |name| std::env::var(name).ok(), width)
}
