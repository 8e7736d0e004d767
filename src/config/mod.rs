//! The configuration, `.svclint.yaml`: what it may hold, where it is found, and what it says.
//!
//! It is read by the same tree as manifests, because everything that is wrong with it, or of no
//! use, is reported at its place.

mod differ;
mod read;
mod schema;
mod shape;

pub use differ::differing_keys;
pub use schema::schema;

use crate::catalogue;
use crate::catalogue::Level;
use crate::catalogue::Selection;
use crate::diagnostic::Identity;
use crate::kinds::described::Catalogue;
use crate::kube::KubeVersion;
use crate::link::External;
use crate::settings::Date;
use crate::settings::Entry;
use crate::settings::ObjectPattern;
use crate::settings::pattern::fits_path;
use crate::text::source::Source;
use crate::unit::ScopeEntry;
use globset::GlobSet;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A configuration.
#[derive(Debug, Default)]
pub struct Config {
    /// What people call its file.
    pub name: String,
    /// Its text.
    pub text: Arc<str>,
    /// Its absolute path, if it is a file.
    pub path: Option<PathBuf>,
    /// Levels of rules or groups, in the order of the text.
    pub levels: Vec<(Entry<String>, Level)>,
    /// Rules and groups that run besides the default ones.
    pub select: Vec<Entry<String>>,
    /// Rules and groups that do not run.
    pub ignore: Vec<Entry<String>>,
    /// The only rules and groups that run, if it says so.
    pub only: Option<Vec<Entry<String>>>,
    /// Globs of what to leave out of directories.
    pub exclude: Vec<Entry<String>>,
    /// What is applied together.
    pub scopes: Vec<ScopeEntry>,
    /// The namespace of objects that name none.
    pub namespace: Option<Entry<String>>,
    /// The version of Kubernetes that decides.
    pub kube_version: Option<Entry<KubeVersion>>,
    /// The server's range of node ports.
    pub node_port_range: Option<Entry<RangeInclusive<i32>>>,
    /// The file of the baseline, relative to this one.
    pub baseline: Option<Entry<String>>,
    /// Whether everything that exists is in the input.
    pub closed_world: Option<Entry<bool>>,
    /// Whether ignores have to say why.
    pub require_reason: Option<Entry<bool>>,
    /// What lives elsewhere.
    pub external: Arc<External>,
    /// Kinds that it describes, beside those that are built in.
    pub catalogue: Catalogue,
    /// Findings that are known and accepted.
    pub ignores: Vec<IgnoreEntry>,
}

/// Findings that are known and accepted.
#[derive(Debug)]
pub struct IgnoreEntry {
    /// The rule.
    pub rule: Entry<&'static str>,
    /// Whose findings.
    pub object: Option<Entry<ObjectPattern>>,
    /// Where.
    pub path: Option<Entry<String>>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Entry<Date>>,
    glob: Option<GlobSet>,
}

impl Config {
    /// Its text as a source of places.
    pub(crate) fn source(&self) -> Source {
        Source::setting(self.name.clone(), Arc::clone(&self.text))
    }

    /// The absolute path of the baseline.
    pub fn baseline_path(&self) -> Option<PathBuf> {
        let name = &self.baseline.as_ref()?.value;
        Some(self.directory()?.join(name))
    }

    /// Its directory: paths in it are relative to that.
    pub fn directory(&self) -> Option<&Path> {
        self.path.as_deref()?.parent()
    }

    /// Which rules run, and at which level.
    pub fn selection(&self) -> Selection {
        let ids = |entries: &[Entry<String>]| -> BTreeSet<&'static str> {
            let names = entries.iter().map(|entry| entry.value.as_str());
            names
                .flat_map(|name| catalogue::named(name).unwrap_or_default())
                .copied()
                .collect()
        };
        let mut selection = Selection {
            only: self.only.as_deref().map(ids),
            select: ids(&self.select),
            ignore: ids(&self.ignore),
            ..Selection::default()
        };
        let levels = self
            .levels
            .iter()
            .map(|(name, level)| (name.value.as_str(), *level));
        selection.set_levels(levels);
        selection
    }

    /// What people call a path inside its directory.
    pub(crate) fn name_below(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(self.directory()?).ok()?;
        Some(crate::text::paths::slashed(below))
    }
}

impl IgnoreEntry {
    /// Whether it is about a finding in an object and a file. The path is relative to the
    /// configuration.
    pub(crate) fn is_about(
        &self,
        rule: &str,
        object: Option<&Identity>,
        default_namespace: &str,
        path: &str,
    ) -> bool {
        self.rule.value == rule
            && self.object.as_ref().is_none_or(|own| {
                object.is_some_and(|object| own.value.fits(object, default_namespace))
            })
            && self.glob.as_ref().is_none_or(|glob| fits_path(glob, path))
    }

    /// Whether its time is over.
    pub(crate) fn has_expired(&self, today: Option<Date>) -> bool {
        match (&self.until, today) {
            (Some(until), Some(today)) => until.value < today,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn config(text: &str) -> Config {
        Config::read(".svclint.yaml", text)
            .unwrap_or_else(|invalid| panic!("{:#?}", invalid.remarks))
    }

    fn remarks(text: &str) -> Vec<(String, String)> {
        let invalid = Config::read(".svclint.yaml", text).expect_err(text);
        let remarks = invalid.remarks.into_iter().map(|remark| {
            let range = remark.range.start as usize..remark.range.end as usize;
            (text[range].to_owned(), remark.message)
        });
        remarks.collect()
    }

    /// Every key there is.
    const ALL: &str = "\
rules: {ports: warning, duplicate-key: error, target-port-not-exposed: off}
select: [missing-readiness-probe]
ignore: [policies]
exclude: [vendor/]
scopes: [{name: shop, paths: [a, b/*.yaml], namespace: shop}]
namespace: web
kube-version: 1.30
node-port-range: 30000-31000
closed-world: yes
baseline: known.yaml
references:
  kinds: [{groups: [example.com], kind: Shop}]
  refers: [{at: spec.backend, name: service, effect: the shop is closed}]
external:
  services: [{name: db-*, namespace: data, reason: elsewhere}]
  pods: [{labels: {app: redis, role: '*'}, namespace: data, reason: operator}]
ignores:
  - {rule: duplicate-key, object: Service/web, path: a/, reason: known, until: 2027-01-31}
require-reason: true
";

    #[test]
    fn every_key_is_read() {
        let config = config(ALL);
        assert_eq!(config.levels.len(), 3);
        assert_eq!(config.select[0].value, "missing-readiness-probe");
        assert_eq!(config.ignore[0].value, "policies");
        assert_eq!(config.exclude[0].value, "vendor/");
        let scope = &config.scopes[0];
        assert_eq!(
            (scope.name.as_deref(), scope.namespace.as_deref()),
            (Some("shop"), Some("shop"))
        );
        assert_eq!(scope.fitting("b/c.yaml").collect::<Vec<_>>(), [1]);
        assert_eq!(config.namespace.as_ref().unwrap().value, "web");
        let version = config.kube_version.as_ref().unwrap().value;
        assert_eq!(
            version,
            KubeVersion {
                major: 1,
                minor: 30
            }
        );
        assert_eq!(
            config.node_port_range.as_ref().unwrap().value,
            30000..=31000
        );
        assert!(config.closed_world.as_ref().unwrap().value);
        assert!(config.catalogue.describes("example.com", "Shop"));
        assert!(config.require_reason.as_ref().unwrap().value);
        assert_eq!(config.baseline.as_ref().unwrap().value, "known.yaml");
        assert_eq!(config.external.service("data", "db-main"), Some(0));
        assert_eq!(config.external.service("shop", "db-main"), None);
        assert_eq!(config.external.pods[0].reason, "operator");
        let ignore = &config.ignores[0];
        assert_eq!(
            (ignore.rule.value, &*ignore.reason),
            ("duplicate-key", "known")
        );
        assert_eq!(
            ignore.until.as_ref().unwrap().value.to_string(),
            "2027-01-31"
        );
        assert_eq!(ignore.path.as_ref().unwrap().value, "a/");
        assert!(ignore.object.is_some() && config.only.is_none());
        let only = super::tests::config("only: [ports]\n").only.unwrap();
        assert_eq!(only[0].value, "ports");
    }

    /// What editors complete is what is read: the schema has the keys of `ALL`, and `only`.
    #[test]
    fn the_schema_has_every_key() {
        fn keys(schema: &serde_json::Value, into: &mut BTreeSet<String>) {
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                into.insert(name.clone());
                keys(property, into);
                keys(&property["items"], into);
            }
        }
        let mut known = BTreeSet::new();
        keys(&schema(), &mut known);
        known.retain(|key| !ALL.contains(&format!("{key}:")));
        assert_eq!(known, BTreeSet::from(["only".to_owned()]));
        let text = schema().to_string();
        for rule in &catalogue::PAGES {
            assert!(text.contains(&format!("{:?}", rule.id)), "{}", rule.id);
        }
    }

    #[test]
    fn a_configuration_may_be_empty() {
        for text in ["", "# nothing\n", "---\n", "rules:\nselect:\n", "{}\n"] {
            assert!(config(text).levels.is_empty(), "{text}");
        }
    }

    #[test]
    fn errors_name_their_place() {
        let found = |text: &str| {
            remarks(text)
                .into_iter()
                .map(|(place, _)| place)
                .collect::<Vec<_>>()
        };
        assert_eq!(found("select: [port, ports]\n"), ["port"]);
        assert_eq!(
            found("rules:\n  ports: loud\n  duplicate-key:\n"),
            ["loud", "duplicate-key"]
        );
        assert_eq!(found("a: 1\n---\nb: 2\n"), ["a", "b"]);
        assert_eq!(found("- a\n").len(), 1);
        assert_eq!(found("namespace: [a\n").len(), 1);
        assert_eq!(
            found("only: [ports]\nselect: [dns]\n").last().unwrap(),
            "select"
        );
        assert_eq!(
            found("exclude: ['a[']\nscopes: [{paths: ['b[']}]\n"),
            ["'a['", "'b['"]
        );
        assert_eq!(
            found("external: {services: [{name: 8080, reason: x}]}\n"),
            ["8080"]
        );
        assert_eq!(found("kube-version: 2.0\n"), ["2.0"]);
        let references = "references:\n  refers:\n    - at: spec.x\n    - att: spec.y\n";
        assert_eq!(found(references), ["att"]);
        assert_eq!(found("references: {refer: []}\n"), ["references"]);
        assert_eq!(found("select: [~]\n").len(), 1);
        assert_eq!(found("\u{feff}nothing: 1\r\n"), ["nothing"]);
    }

    #[test]
    fn rules_count_more_than_their_groups() {
        let selection = config("rules: {target-port-not-exposed: error, ports: off}\n").selection();
        assert!(selection.runs("target-port-not-exposed"));
        assert!(!selection.runs("target-port-name-not-found"));
        assert_eq!(selection.levels.len(), 1);
    }
}
