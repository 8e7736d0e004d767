//! The same paths in the base revision (`--base`).

use super::args::Lint;
use super::input;
use super::lines::stderr;
use super::settings::Settings;
use super::stop::Stop;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use svclint::config::Config;
use svclint::findings::baseline::Baseline;
use svclint::link::{Base, Links};
use svclint::load;
use svclint::load::base::{Checkout, Extent};
use svclint::load::{Builds, Release, Request};
use svclint::object::Progress;
use svclint::run;
use svclint::run::{Options, Report};
use svclint::text::Failure;

/// The base revision, taken out.
pub(crate) struct Revision {
    checkout: Checkout,
    extent: Extent,
}

impl Revision {
    /// Takes it out.
    pub(crate) fn take_out(revision: &str, args: &Lint) -> Result<Self, Stop> {
        let here = std::env::current_dir().map_err(|error| error.to_string())?;
        let extent = match (&args.builds.charts[..], &args.builds.kustomizations[..]) {
            ([], []) => Extent::Manifests,
            _ => Extent::All,
        };
        let checkout = Checkout::of(revision, &here, extent)?;
        Ok(Self { checkout, extent })
    }

    /// A name in it as it is today.
    pub(crate) fn as_today(&self, name: &str) -> String {
        self.checkout.as_today(name)
    }

    /// The settings that it had, for the files of today. They have to be asked for before anything
    /// is linted: what is linted in it gets the configuration that is given.
    pub(crate) fn settings(&self, args: &Lint) -> Result<Settings, Stop> {
        let here = self.checkout.current_dir();
        let given = &args.configuration;
        let path = match &given.file.config {
            _ if given.file.no_config => None,
            Some(path) => self.checkout.copy_of(path),
            None => load::settings::find_config(&here, &there(&self.checkout, &args.paths))?,
        };
        let config = match path {
            Some(path) => Some(load::settings::config(&here, &path)??),
            None => None,
        };
        let config = config.map(|config| Config {
            path: config.path.map(|path| self.checkout.today(&path)),
            ..config
        });
        let read_from = |path: &PathBuf| self.checkout.copy_of(path);
        Settings::of(args, config, here, read_from)
    }
}

/// The paths as they were, as far as they were there.
fn there(checkout: &Checkout, paths: &[PathBuf]) -> Vec<PathBuf> {
    let paths = paths.iter();
    paths.filter_map(|path| checkout.path(path)).collect()
}

/// What the paths held, linked.
pub(crate) struct Linked {
    pub(crate) links: Links,
    pub(crate) options: Options,
    /// What could not be read, by the names of today.
    failures: Vec<Failure>,
    pub(crate) is_renamed: bool,
}

/// Lints the paths as they were.
pub(crate) fn lint(
    revision: &Revision,
    args: &Lint,
    settings: &Settings,
    baseline: Option<&Baseline>,
    progress: &Arc<Progress>,
) -> Result<(Base, Report), Stop> {
    let checkout = &revision.checkout;
    let Some(linked) = link(revision, args, settings, baseline, progress)? else {
        return Ok((Base::default(), Report::default()));
    };
    let is_gone = |name: &str| !Path::new(name).exists();
    let had = linked
        .links
        .to_base(|name| checkout.as_today(name), is_gone);
    let mut report = run::judge(linked.links, &linked.options);
    report.failures.extend(linked.failures);
    if linked.is_renamed {
        keep_renamed(checkout, &mut report);
    }
    Ok((had, report))
}

/// Reads and links the paths as they were; nothing if there was none of them.
pub(crate) fn link(
    revision: &Revision,
    args: &Lint,
    settings: &Settings,
    baseline: Option<&Baseline>,
    progress: &Arc<Progress>,
) -> Result<Option<Linked>, Stop> {
    let Revision { checkout, extent } = revision;
    let config = match settings.config.as_ref() {
        Some(config) => copy(config, checkout)?,
        None => None,
    };
    let mut options = settings.flags.options(config.as_ref());
    options.progress = Arc::clone(progress);
    let request = Request {
        config,
        ..request(checkout, args, settings, &options)?
    };
    let is_renamed = is_renamed(checkout, args);
    let request = if is_renamed {
        let root = [checkout.root()];
        let paths = request.paths.into_iter().chain(root);
        Request {
            paths: paths.collect(),
            ..request
        }
    } else {
        request
    };
    // Without a path everything would be meant.
    let is_asked = !args.paths.is_empty() || *extent == Extent::All;
    if request.paths.is_empty() && request.builds.is_empty() && is_asked {
        return Ok(None);
    }
    let mut loaded = input::load(&request, &mut io::empty())?;
    let baseline = baseline.map(|baseline| {
        Arc::new(Baseline {
            is_whole: loaded.covers_baseline,
            ..baseline.clone()
        })
    });
    options.baseline = baseline;
    options.unused_globs = loaded.unused_globs.take();
    options.today = settings.options().today;
    let failures = std::mem::take(&mut loaded.account.failures);
    let failures = failures.iter().map(|failure| Failure {
        path: checkout.as_today(&failure.path),
        message: checkout.as_today(&failure.message),
    });
    let (texts, plans) = loaded.plans();
    Ok(Some(Linked {
        links: run::link(texts, plans, &options),
        options,
        failures: failures.collect(),
        is_renamed,
    }))
}

/// Whether something that is asked for is a directory that was not there: it may have had another
/// name, so everything is looked through for it.
fn is_renamed(checkout: &Checkout, args: &Lint) -> bool {
    let here = PathBuf::from(".");
    let paths = args
        .paths
        .iter()
        .chain(args.paths.is_empty().then_some(&here));
    let mut directories = paths.filter(|path| path.is_dir());
    directories.any(|path| !checkout.was_there(path))
}

/// Drops the findings that nobody asked for: those in files that have the same name today.
fn keep_renamed(checkout: &Checkout, report: &mut Report) {
    let Report {
        sources,
        diagnostics,
        ..
    } = report;
    let root = checkout.root();
    diagnostics.retain(|found| {
        let source = sources.get(found.primary.span.source);
        let is_asked = !Path::new(&source.name).starts_with(&root);
        is_asked || !Path::new(&checkout.as_today(&source.name)).exists()
    });
}

/// The configuration that counts, beside the files of the base revision.
fn copy(config: &Config, checkout: &Checkout) -> Result<Option<Arc<Config>>, Stop> {
    let Some(path) = config.path.as_deref() else {
        return Ok(None);
    };
    let path = checkout.add(path, &config.text)?;
    let read = load::settings::config(&checkout.current_dir(), &path)??;
    Ok(Some(Arc::new(read)))
}

/// What is asked for, as far as it was there.
fn request(
    checkout: &Checkout,
    args: &Lint,
    settings: &Settings,
    options: &Options,
) -> Result<Request, Stop> {
    let there = |paths: &[PathBuf]| there(checkout, paths);
    let now = input::request(args, settings, options);
    // What is no path, such as the chart of a registry, is the same in every revision.
    let charts = now.builds.charts.into_iter();
    let (paths, others): (Vec<_>, Vec<_>) = charts.partition(|chart| chart.exists());
    for chart in &paths {
        checkout.lend_dependencies(chart)?;
    }
    let release = now.builds.release;
    let values = release.values.iter().map(|file| checkout.file(file));
    let values = values.collect();
    let baseline = now.baseline.as_ref().map(|path| checkout.file(path));
    Ok(Request {
        current_dir: checkout.current_dir(),
        paths: there(&now.paths),
        context: there(&now.context),
        builds: Builds {
            charts: there(&paths).into_iter().chain(others).collect(),
            release: Release { values, ..release },
            kustomizations: there(&now.builds.kustomizations),
            fetch: now.builds.fetch,
        },
        baseline,
        is_revision: true,
        ..now
    })
}

/// Says what could be read today and could not be before: all of it is new.
pub(crate) fn say_what_is_not_compared(base: &Report, report: &Report) -> io::Result<()> {
    let own = base.failures.iter();
    for failure in own.filter(|failure| !report.failures.contains(failure)) {
        let Failure { path, message } = failure;
        writeln!(
            stderr(),
            "warning: everything in {path} counts as new, because in the base revision {message}"
        )?;
    }
    Ok(())
}
