//! What decides a run: the command line, the configuration, and the baseline.

use super::args::{Lint, RuleNames};
use super::stop::Stop;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use svclint::catalogue::Level;
use svclint::catalogue::Selection;
use svclint::config::{Config, differing_keys};
use svclint::findings::baseline::Baseline;
use svclint::load;
use svclint::run::Flags;
use svclint::run::Options;
use svclint::settings::Date;

/// The settings of a run.
pub(crate) struct Settings {
    /// What the command line says about what the configuration decides too.
    pub(crate) flags: Flags,
    pub(crate) config: Option<Arc<Config>>,
    /// The file of the baseline, be it read or written.
    pub(crate) baseline: Option<PathBuf>,
    /// Where it is read, and the directory from which it is called.
    read_from: (PathBuf, Option<PathBuf>),
    today: Date,
}

impl Settings {
    /// Reads them.
    pub(crate) fn read(args: &Lint) -> Result<Self, Stop> {
        let here = PathBuf::new();
        Self::of(args, configuration(args)?, here, |path| Some(path.clone()))
    }

    /// The settings with a configuration. `read_from` says where a baseline is read; a relative
    /// path counts from a directory.
    pub(crate) fn of(
        args: &Lint,
        config: Option<Config>,
        here: PathBuf,
        read_from: impl Fn(&PathBuf) -> Option<PathBuf>,
    ) -> Result<Self, Stop> {
        let flags = flags(args);
        let config = config.map(Arc::new);
        let given = &args.configuration;
        let named = given.write_baseline.as_ref().or(given.baseline.as_ref());
        let baseline = match (named, &config) {
            (Some(path), _) => Some(path.clone()),
            (None, Some(config)) => {
                load::settings::check_baseline(Path::new(""), config)?;
                config.baseline_path()
            }
            (None, None) => None,
        };
        if given.prune_baseline && baseline.is_none() {
            let message = "--prune-baseline needs a baseline: name it with --baseline, or in the \
                           configuration";
            return Err(Stop::from(message.to_owned()));
        }
        Ok(Self {
            flags,
            read_from: (here, baseline.as_ref().and_then(read_from)),
            baseline,
            config,
            today: given.today.unwrap_or_else(Date::today),
        })
    }

    /// How to judge.
    pub(crate) fn options(&self) -> Options {
        let options = self.flags.options(self.config.as_ref());
        options.today(self.today)
    }

    /// The baseline, unless it is to be written anew.
    pub(crate) fn baseline(&self, args: &Lint) -> Result<Option<Baseline>, Stop> {
        let (here, path) = &self.read_from;
        let path = path.as_deref();
        let path = path.filter(|_| args.configuration.write_baseline.is_none());
        let Some(path) = path else { return Ok(None) };
        Ok(Some(load::settings::baseline(here, path)??))
    }

    /// Which settings differ from others, as a user calls them.
    pub(crate) fn differences(&self, others: &Self) -> Vec<String> {
        let (own, other) = (self.config.as_deref(), others.config.as_deref());
        let mut names = differing_keys(own, other);
        let text = |settings: &Self| fs::read(settings.read_from.1.as_ref()?).ok();
        if text(self) != text(others) && names.iter().all(|name| name != "baseline") {
            names.push("baseline".to_owned());
        }
        names
    }
}

/// Finds and reads the configuration.
fn configuration(args: &Lint) -> Result<Option<Config>, Stop> {
    let here = Path::new("");
    let given = &args.configuration;
    if given.file.no_config {
        return Ok(None);
    }
    let path = match &given.file.config {
        Some(path) => Some(path.clone()),
        None => load::settings::find_config(here, &args.paths)?,
    };
    let Some(path) = path else { return Ok(None) };
    Ok(Some(load::settings::config(here, &path)??))
}

fn flags(args: &Lint) -> Flags {
    Flags {
        namespace: args.cluster.namespace.clone(),
        kube_version: args.cluster.kube_version,
        closed_world: args.cluster.closed_world,
        exclude: args.input.reading.exclude.clone(),
        baseline: args.configuration.baseline.clone(),
        selection: selection(&args.rules),
    }
}

/// Which rules the command line wants, and at which level.
fn selection(rules: &super::args::Rules) -> Selection {
    let ids = |names: &[RuleNames]| -> BTreeSet<_> {
        let ids = names.iter().flat_map(|names| names.ids);
        ids.copied().collect()
    };
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
    selection.set_levels(levels);
    selection
}
