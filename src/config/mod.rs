//! The configuration, `.svclint.yaml`: what it may hold, where it is found, and what it says.
//!
//! It is read by the same tree as manifests, because everything that is wrong with it, or of no
//! use, is reported at its place.

pub(crate) mod check;
mod date;
mod find;
mod flags;
mod pattern;
mod schema;
pub(crate) mod shape;

pub use date::Date;
pub use find::{find, load};
pub use flags::Flags;
pub use pattern::ObjectPattern;
pub use schema::schema;
pub use shape::Level;

use crate::diagnostic::{Diagnostic, Identity, Severity};
use crate::kinds::{LabelSelector, Operator, Pair, PairValue, Requirement};
use crate::kube::validation::KubeVersion;
use crate::rules;
use crate::run::{Report, Selection};
use crate::text::source::{Source, SourceId, Span};
use globset::GlobMatcher;
use pattern::{fits_path, fits_text};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The rule that reports what is wrong with a configuration.
const INVALID: &str = "invalid-config";

/// The rule that reports what is of no use in it.
pub(crate) const UNMATCHED: &str = "unmatched-config";

/// A value of the configuration and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<T> {
    /// The value.
    pub value: T,
    /// The bytes of the configuration's text.
    pub range: Range<u32>,
}

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
    /// Services that manifests elsewhere define.
    pub external_services: Vec<ExternalService>,
    /// Pods that something elsewhere makes.
    pub external_pods: Vec<ExternalPods>,
    /// Findings that are known and accepted.
    pub ignores: Vec<IgnoreEntry>,
}

/// Files that are applied together.
#[derive(Debug)]
pub struct ScopeEntry {
    /// What messages call it.
    pub name: Option<String>,
    /// Its files, directories and kustomizations.
    pub paths: Vec<Entry<String>>,
    /// The namespace of its objects that name none.
    pub namespace: Option<String>,
    globs: Vec<GlobMatcher>,
}

/// A Service that lives elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalService {
    /// Its name.
    pub name: Entry<String>,
    /// Its namespace; without one, any.
    pub namespace: Option<String>,
    /// Why it is not here.
    pub reason: String,
}

/// Pods that live elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalPods {
    /// Their labels.
    pub labels: Entry<BTreeMap<String, String>>,
    /// Their namespace; without one, any.
    pub namespace: Option<String>,
    /// Why they are not here.
    pub reason: String,
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
    glob: Option<GlobMatcher>,
}

/// Something that is wrong with a configuration, or of no use in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where.
    pub range: Range<u32>,
    /// What, in a sentence without a full stop.
    pub message: String,
    /// In a few words.
    pub label: String,
    /// What to do, beginning with a verb.
    pub help: String,
}

impl Remark {
    pub(crate) fn new(range: Range<u32>, message: impl Into<String>) -> Self {
        Self {
            range,
            message: message.into(),
            label: String::new(),
            help: String::new(),
        }
    }

    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..self
        }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: help.into(),
            ..self
        }
    }

    /// The finding in the text with this id.
    pub(crate) fn diagnostic(
        self,
        rule: &'static str,
        severity: Severity,
        source: SourceId,
    ) -> Diagnostic {
        let span = Span {
            source,
            start: self.range.start,
            end: self.range.end,
        };
        let found = Diagnostic::new(rule, severity, span, self.message).label(self.label);
        if self.help.is_empty() {
            found
        } else {
            found.help(self.help)
        }
    }
}

/// A configuration that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What people call its file.
    pub name: String,
    /// Its text.
    pub text: Arc<str>,
    /// What is wrong, in the order of the text.
    pub remarks: Vec<Remark>,
}

impl Invalid {
    /// What there is to report instead of the findings of a run.
    pub fn report(self) -> Report {
        let mut report = Report::default();
        let source = report.sources.add(Source::setting(self.name, self.text));
        report.diagnostics = self
            .remarks
            .into_iter()
            .map(|remark| remark.diagnostic(INVALID, Severity::Error, source))
            .collect();
        report
    }
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn read(name: impl Into<String>, text: impl Into<Arc<str>>) -> Result<Self, Invalid> {
        check::read(name.into(), text.into())
    }

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
                .flat_map(|name| rules::named(name).unwrap_or_default())
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

    /// The external Service of this name, by its position.
    pub(crate) fn external_service(&self, namespace: &str, name: &str) -> Option<usize> {
        self.external_services.iter().position(|own| {
            own.is_called(name)
                && own
                    .namespace
                    .as_deref()
                    .is_none_or(|own| fits_text(own, namespace))
        })
    }

    /// The external pods that a selector selects, by their position.
    pub(crate) fn external_pods(&self, namespace: &str, selector: &[Pair]) -> Option<usize> {
        self.external_pods
            .iter()
            .position(|own| own.is_selected(namespace, selector))
    }
}

impl ExternalService {
    /// Whether it may have a name.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        fits_text(&self.name.value, name)
    }
}

impl ExternalPods {
    /// Whether the selector of a Service selects them.
    pub(crate) fn is_selected(&self, namespace: &str, selector: &[Pair]) -> bool {
        self.is_in(namespace) && self.have(selector)
    }

    /// Whether they may be in a namespace.
    pub(crate) fn is_in(&self, namespace: &str) -> bool {
        let own = self.namespace.as_deref();
        own.is_none_or(|own| fits_text(own, namespace))
    }

    /// Whether they have all of these labels.
    pub(crate) fn have(&self, labels: &[Pair]) -> bool {
        labels.iter().all(|pair| {
            let own = self.labels.value.get(&pair.key.value);
            pair.kind == PairValue::Text && own.is_some_and(|own| fits_text(own, &pair.value.value))
        })
    }

    /// Whether a label selector selects them. They have no other labels than are listed.
    pub(crate) fn fit(&self, selector: &LabelSelector) -> bool {
        let mut expressions = selector.expressions.iter();
        self.have(&selector.labels.pairs) && expressions.all(|own| self.meet(own))
    }

    fn meet(&self, requirement: &Requirement) -> bool {
        let Some(key) = &requirement.key else {
            return true;
        };
        let own = self.labels.value.get(&key.value);
        let mut values = requirement.values.iter().map(|value| &value.value);
        match requirement.operator {
            Operator::In => own.is_some_and(|own| {
                requirement.has_unknown_values || values.any(|value| fits_text(own, value))
            }),
            Operator::NotIn => own.is_none_or(|own| !values.any(|value| value == own)),
            Operator::Exists => own.is_some(),
            Operator::DoesNotExist => own.is_none(),
            Operator::Unknown => true,
        }
    }

    /// Whether one of their labels has this value, which is the name of what makes them.
    pub(crate) fn are_of(&self, workload: &str) -> bool {
        let mut values = self.labels.value.values();
        values.any(|own| own != "*" && fits_text(own, workload))
    }
}

impl ScopeEntry {
    /// Which of the paths fit one below the directory of the configuration.
    pub(crate) fn fitting(&self, path: &str) -> impl Iterator<Item = usize> {
        let globs = self.globs.iter().enumerate();
        globs
            .filter(move |(_, glob)| fits_path(glob, path))
            .map(|(at, _)| at)
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
        assert!(config.require_reason.as_ref().unwrap().value);
        assert_eq!(config.baseline.as_ref().unwrap().value, "known.yaml");
        assert_eq!(config.external_service("data", "db-main"), Some(0));
        assert_eq!(config.external_service("shop", "db-main"), None);
        assert_eq!(config.external_pods[0].reason, "operator");
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
        for rule in rules::ALL {
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
        assert_eq!(found("select: [~]\n").len(), 1);
        assert_eq!(found("\u{feff}nothing: 1\r\n"), ["nothing"]);
    }

    #[test]
    fn rules_count_more_than_their_groups() {
        let selection = config("rules: {target-port-not-exposed: error, ports: off}\n").selection();
        assert!(selection.runs("target-port-not-exposed", true));
        assert!(!selection.runs("target-port-name-not-found", true));
        assert_eq!(selection.levels.len(), 1);
    }

    #[test]
    fn external_pods_are_those_with_all_labels() {
        use crate::text::source::{SourceId, Spanned};
        let config = config("external: {pods: [{labels: {app: a, role: '*'}, reason: x}]}\n");
        let span = Span {
            source: SourceId(0),
            start: 0,
            end: 0,
        };
        let found = |pairs: &[(&str, &str)]| {
            let pairs: Vec<Pair> = pairs
                .iter()
                .map(|(key, value)| Pair {
                    key: Spanned::new((*key).to_owned(), span),
                    value: Spanned::new((*value).to_owned(), span),
                    kind: PairValue::Text,
                })
                .collect();
            config.external_pods("default", &pairs).is_some()
        };
        assert!(found(&[("app", "a")]) && found(&[("role", "x"), ("app", "a")]));
        assert!(!found(&[("app", "b")]) && !found(&[("app", "a"), ("tier", "x")]));
    }

    /// Selectors with expressions select external pods as they select any others: those have the
    /// labels that are listed, and no more.
    #[test]
    fn external_pods_are_selected() {
        use crate::text::source::{Span, Spanned};
        let config = config(
            "external: {pods: [{labels: {app: redis, role: '*'}, namespace: da*, reason: made elsewhere}]}",
        );
        let pods = &config.external_pods[0];
        let here = Span {
            source: SourceId(0),
            start: 0,
            end: 0,
        };
        let text = |text: &str| Spanned::new(text.to_owned(), here);
        let fit = |key: &str, operator, values: &[&str]| {
            let requirement = Requirement {
                key: Some(text(key)),
                operator,
                values: values.iter().map(|value| text(value)).collect(),
                has_unknown_values: false,
            };
            pods.fit(&LabelSelector {
                expressions: vec![requirement],
                ..LabelSelector::everything(here)
            })
        };
        assert!(fit("app", Operator::In, &["web", "redis"]) && fit("role", Operator::In, &["a"]));
        assert!(!fit("app", Operator::In, &["web"]) && !fit("tier", Operator::In, &["web"]));
        assert!(fit("app", Operator::NotIn, &["web"]) && fit("tier", Operator::NotIn, &["web"]));
        assert!(!fit("app", Operator::NotIn, &["redis"]) && fit("role", Operator::NotIn, &["a"]));
        assert!(fit("app", Operator::Exists, &[]) && !fit("tier", Operator::Exists, &[]));
        assert!(
            fit("tier", Operator::DoesNotExist, &[]) && !fit("app", Operator::DoesNotExist, &[])
        );
        assert!(pods.is_in("data") && !pods.is_in("shop"));
        assert!(pods.are_of("redis") && !pods.are_of("leader"));
    }
}
