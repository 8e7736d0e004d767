//! What the command line says about the things that the configuration decides. It has the last
//! word.

use super::Options;
use crate::catalogue::Selection;
use crate::catalogue::{self, PAGES, Page, ids};
use crate::config::Config;
use crate::kube::KubeVersion;
use crate::text::source::Source;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--namespace`
    pub namespace: Option<String>,
    /// `--kube-version`
    pub kube_version: Option<KubeVersion>,
    /// `--closed-world`
    pub closed_world: bool,
    /// `--exclude`
    pub exclude: Vec<String>,
    /// `--baseline`
    pub baseline: Option<PathBuf>,
    /// `--select`, `--ignore`, `--only`, `--error`, `--warn`, `--off`, `--pedantic`
    pub selection: Selection,
}

impl Flags {
    /// How to judge, by the command line and the configuration.
    pub fn options(&self, config: Option<&Arc<Config>>) -> Options {
        let below = config.cloned().map_or_else(Options::default, Options::from);
        Options {
            namespace: self.namespace.clone(),
            kube_version: self.kube_version.unwrap_or(below.kube_version),
            closed_world: self.closed_world || below.closed_world,
            ..below.over(self.selection.clone())
        }
    }

    /// Writes what holds, and behind each line where it comes from (`--show-config`).
    ///
    /// # Errors
    /// When the writer fails.
    pub fn show(&self, config: Option<&Arc<Config>>, out: &mut dyn io::Write) -> io::Result<()> {
        let shown = Shown {
            flags: self,
            options: self.options(config),
            config: config.map(|config| (&**config, config.source())),
        };
        shown.write(out)
    }
}

struct Shown<'a> {
    flags: &'a Flags,
    options: Options,
    config: Option<(&'a Config, Source)>,
}

const DEFAULT: &str = "default";

/// Where an entry stands.
fn at<T>(entry: Option<&crate::settings::Entry<T>>) -> Option<&Range<u32>> {
    entry.map(|entry| &entry.range)
}

/// Where most lines end; what follows is said in one column.
const WIDTH: usize = 46;

impl Shown<'_> {
    fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        match &self.config {
            Some((config, _)) => writeln!(out, "# configuration: {}", config.name)?,
            None => writeln!(out, "# configuration: none")?,
        }
        let mut lines = self.settings();
        lines.extend(self.lists());
        lines.push(("rules:".to_owned(), String::new()));
        lines.extend(PAGES.iter().map(|page| {
            let (level, origin) = self.rule(page);
            (format!("  {}: {level}", page.id), origin)
        }));
        for (line, origin) in lines {
            if origin.is_empty() {
                writeln!(out, "{line}")?;
            } else {
                writeln!(out, "{line:WIDTH$}  # {origin}")?;
            }
        }
        Ok(())
    }

    fn settings(&self) -> Vec<(String, String)> {
        let Self { flags, options, .. } = self;
        let config = self.config.as_ref().map(|(config, _)| *config);
        let origin = |flag: Option<&str>, range: Option<&Range<u32>>| match (flag, range) {
            (Some(flag), _) => flag.to_owned(),
            (None, Some(range)) => self.place(range),
            (None, None) => DEFAULT.to_owned(),
        };
        let version = flags.kube_version.map(|_| "--kube-version");
        let namespace = flags.namespace.as_ref().map(|_| "--namespace");
        let closed = flags.closed_world.then_some("--closed-world");
        let ports = &options.node_port_range;
        let flag = flags.baseline.as_ref().map(|_| "--baseline");
        let baseline = config.and_then(|config| config.baseline.as_ref());
        let named = flags
            .baseline
            .as_ref()
            .map(|path| path.display().to_string());
        let named = named.or_else(|| Some(baseline?.value.clone()));
        vec![
            (
                format!("namespace: {}", options.default_namespace()),
                origin(namespace, config.and_then(|it| at(it.namespace.as_ref()))),
            ),
            (
                format!("kube-version: {}", options.kube_version),
                origin(version, config.and_then(|it| at(it.kube_version.as_ref()))),
            ),
            (
                format!("node-port-range: {}-{}", ports.start(), ports.end()),
                origin(None, config.and_then(|it| at(it.node_port_range.as_ref()))),
            ),
            (
                format!("closed-world: {}", options.closed_world),
                origin(closed, config.and_then(|it| at(it.closed_world.as_ref()))),
            ),
            (
                format!("require-reason: {}", options.require_reason),
                origin(None, config.and_then(|it| at(it.require_reason.as_ref()))),
            ),
            (
                format!("baseline: {}", named.as_deref().unwrap_or("none")),
                origin(flag, at(baseline)),
            ),
        ]
    }

    /// What is only listed: globs, scopes, what lives elsewhere, what is ignored.
    fn lists(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        let mut list = |name: &str, entries: Vec<(String, String)>| {
            if !entries.is_empty() {
                lines.push((format!("{name}:"), String::new()));
                let entries = entries.into_iter();
                lines.extend(entries.map(|(text, origin)| (format!("  - {text}"), origin)));
            }
        };
        let given = self.flags.exclude.iter();
        let mut exclude: Vec<_> = given
            .map(|glob| (glob.clone(), "--exclude".to_owned()))
            .collect();
        let Some((config, _)) = &self.config else {
            list("exclude", exclude);
            return lines;
        };
        let globs = config.exclude.iter();
        exclude.extend(globs.map(|glob| (glob.value.clone(), self.place(&glob.range))));
        list("exclude", exclude);
        let scopes = config.scopes.iter().filter_map(|scope| {
            let first = scope.paths.first()?;
            let paths: Vec<&str> = scope.paths.iter().map(|path| path.value.as_str()).collect();
            Some((paths.join(", "), self.place(&first.range)))
        });
        list("scopes", scopes.collect());
        let services = config.external.services.iter().map(|service| {
            let text = format!("Service {}: {}", service.name.value, service.reason);
            (text, self.place(&service.name.range))
        });
        let pods = config.external.pods.iter().map(|pods| {
            let labels = pods.labels.value.iter();
            let labels: Vec<_> = labels
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            let text = format!("pods {}: {}", labels.join(","), pods.reason);
            (text, self.place(&pods.labels.range))
        });
        list("external", services.chain(pods).collect());
        let ignores = config.ignores.iter().map(|entry| {
            let text = format!("{}: {}", entry.rule.value, entry.reason);
            (text, self.place(&entry.rule.range))
        });
        list("ignores", ignores.collect());
        lines
    }

    /// The level at which a rule runs, and who says so.
    fn rule(&self, rule: &Page) -> (String, String) {
        let meta = rule.meta();
        let selection = &self.options.selection;
        let is_on = selection.runs(rule.id);
        let level = match selection.levels.get(rule.id) {
            // A configuration that cannot be used stops the run, whatever anybody says.
            _ if rule.id == ids::INVALID_CONFIG => return ("error".to_owned(), DEFAULT.to_owned()),
            _ if !is_on => "off".to_owned(),
            Some(severity) => severity.to_string(),
            None => meta.severity.to_string(),
        };
        let own = &self.flags.selection;
        let named = |selection: &Selection| {
            selection.select.contains(rule.id)
                || selection.ignore.contains(rule.id)
                || selection.levels.contains_key(rule.id)
        };
        let origin = if own.only.is_some() {
            "--only".to_owned()
        } else if named(own) {
            "command line".to_owned()
        } else if let Some(place) = self.configured(rule.id) {
            place
        } else if own.pedantic && !rule.is_on_by_default() {
            "--pedantic".to_owned()
        } else {
            DEFAULT.to_owned()
        };
        (level, origin)
    }

    /// Where the configuration names a rule: the rule itself rather than its group.
    fn configured(&self, id: &str) -> Option<String> {
        let (config, _) = self.config.as_ref()?;
        let levels = config.levels.iter().map(|(name, _)| name);
        let names = levels.chain(&config.ignore).chain(&config.select);
        let names = names.chain(config.only.iter().flatten());
        let meant: Vec<_> = names
            .filter(|name| catalogue::named(&name.value).is_ok_and(|ids| ids.contains(&id)))
            .collect();
        let own = meant.iter().find(|name| name.value == id);
        if let Some(entry) = own.or(meant.first()) {
            return Some(self.place(&entry.range));
        }
        let only = config.only.as_ref()?;
        Some(self.place(&only.first()?.range))
    }

    fn place(&self, range: &Range<u32>) -> String {
        let Some((config, source)) = &self.config else {
            return DEFAULT.to_owned();
        };
        let position = source.position(range.start);
        format!("{}:{}:{}", config.name, position.line, position.column)
    }
}
