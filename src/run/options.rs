//! What decides how a run judges.

use crate::catalogue::{Selection, named};
use crate::config::Config;
use crate::findings::Wanted;
use crate::findings::baseline::Baseline;
use crate::kube::KubeVersion;
use crate::kube::validation;
use crate::link;
use crate::link::Base;
use crate::link::Links;
use crate::object::Progress;
use crate::settings::{Date, Entry, Invalid};
use crate::text::source::SourceId;
use crate::unit::DefaultNamespace;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// What decides how a run judges; the default is what the program does without any flag.
///
/// Each has a method of its name, so that wishes can be put in a row:
///
/// ```
/// use svclint::Options;
///
/// let options = Options::default()
///     .namespace("shop")
///     .kube_version("1.33".parse()?)
///     .only(["ports", "service-selector-no-match"])?;
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The namespace of objects that name none (`--namespace`).
    pub namespace: Option<String>,
    /// The version of Kubernetes that decides (`--kube-version`).
    pub kube_version: KubeVersion,
    /// Whether everything that exists is in the input (`--closed-world`).
    pub closed_world: bool,
    /// The numbers that the cluster gives out as node ports (`--service-node-port-range` of its
    /// API server).
    pub node_port_range: RangeInclusive<i32>,
    /// Whether an ignore has to say why.
    pub require_reason: bool,
    /// The day on which the run takes place; without one, no ignore is over.
    pub today: Option<Date>,
    /// Which rules run.
    #[doc(hidden)]
    pub selection: Selection,
    /// The configuration: findings that are accepted, and objects that live elsewhere.
    #[doc(hidden)]
    pub config: Option<Arc<Config>>,
    /// The findings that are known.
    #[doc(hidden)]
    pub baseline: Option<Arc<Baseline>>,
    /// The globs of the configuration that leave nothing out. None means that not everything was
    /// looked at that it is about, so that nothing in it can be called of no use.
    #[doc(hidden)]
    pub unused_globs: Option<Vec<usize>>,
    /// What there was in the base revision (`--base`).
    #[doc(hidden)]
    pub base: Option<Arc<Base>>,
    /// How much has been read.
    #[doc(hidden)]
    pub progress: Arc<Progress>,
}

impl Default for Options {
    fn default() -> Self {
        let server = validation::Options::default();
        Self {
            namespace: None,
            kube_version: server.kube_version,
            closed_world: false,
            node_port_range: server.node_port_range,
            require_reason: false,
            today: None,
            selection: Selection::default(),
            config: None,
            baseline: None,
            unused_globs: None,
            base: None,
            progress: Arc::default(),
        }
    }
}

impl From<Arc<Config>> for Options {
    /// What a configuration says, and the default of what it does not.
    fn from(config: Arc<Config>) -> Self {
        let usual = Self::default();
        let value = |entry: &Option<Entry<bool>>| entry.as_ref().map(|entry| entry.value);
        let version = config.kube_version.as_ref().map(|entry| entry.value);
        let ports = config.node_port_range.as_ref();
        Self {
            kube_version: version.unwrap_or(usual.kube_version),
            closed_world: value(&config.closed_world).unwrap_or(usual.closed_world),
            node_port_range: ports.map_or(usual.node_port_range, |entry| entry.value.clone()),
            require_reason: value(&config.require_reason).unwrap_or(usual.require_reason),
            selection: config.selection(),
            config: Some(config),
            ..usual
        }
    }
}

/// What is set later overrules what was set before, and all of it the configuration.
impl Options {
    /// What a configuration (`.svclint.yaml`) says; its name is what findings in it call it.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn from_config(
        name: impl Into<String>,
        text: impl Into<Arc<str>>,
    ) -> Result<Self, Invalid> {
        Ok(Arc::new(Config::read(name, text)?).into())
    }

    /// Puts objects that name no namespace into this one.
    #[must_use]
    pub fn namespace(mut self, name: impl Into<String>) -> Self {
        self.namespace = Some(name.into());
        self
    }

    /// Lets this version of Kubernetes decide.
    #[must_use]
    pub fn kube_version(mut self, version: KubeVersion) -> Self {
        self.kube_version = version;
        self
    }

    /// Says whether everything that exists is in the input.
    #[must_use]
    pub fn closed_world(mut self, is_closed: bool) -> Self {
        self.closed_world = is_closed;
        self
    }

    /// Says which numbers the cluster gives out as node ports.
    #[must_use]
    pub fn node_port_range(mut self, ports: RangeInclusive<i32>) -> Self {
        self.node_port_range = ports;
        self
    }

    /// Says whether an ignore has to say why.
    #[must_use]
    pub fn require_reason(mut self, is_required: bool) -> Self {
        self.require_reason = is_required;
        self
    }

    /// Says on which day the run takes place, so that ignores can be over.
    #[must_use]
    pub fn today(mut self, today: Date) -> Self {
        self.today = Some(today);
        self
    }

    /// Takes a baseline (`svclint --write-baseline`): what it knows is not reported.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn baseline(
        mut self,
        name: impl Into<String>,
        text: impl Into<Arc<str>>,
    ) -> Result<Self, Invalid> {
        self.baseline = Some(Arc::new(Baseline::read(name, text)?));
        Ok(self)
    }

    /// Runs these rules and no other: ids or groups.
    ///
    /// # Errors
    /// When a word is neither.
    pub fn only<'w>(self, words: impl IntoIterator<Item = &'w str>) -> Result<Self, String> {
        let only = Some(ids(words)?);
        Ok(self.over(Selection {
            only,
            ..Selection::default()
        }))
    }

    /// Runs these rules too: ids or groups.
    ///
    /// # Errors
    /// When a word is neither.
    pub fn select<'w>(self, words: impl IntoIterator<Item = &'w str>) -> Result<Self, String> {
        let select = ids(words)?;
        Ok(self.over(Selection {
            select,
            ..Selection::default()
        }))
    }

    /// Does not run these rules: ids or groups.
    ///
    /// # Errors
    /// When a word is neither.
    pub fn ignore<'w>(self, words: impl IntoIterator<Item = &'w str>) -> Result<Self, String> {
        let ignore = ids(words)?;
        Ok(self.over(Selection {
            ignore,
            ..Selection::default()
        }))
    }

    /// Runs the opt-in rules too, and has findings of severity info.
    #[must_use]
    pub fn pedantic(self) -> Self {
        self.over(Selection {
            pedantic: true,
            ..Selection::default()
        })
    }

    /// Lays wishes over those that there are.
    pub(super) fn over(self, selection: Selection) -> Self {
        Self {
            selection: selection.over(self.selection),
            ..self
        }
    }

    /// The namespace of objects that name none, unless something is known of their unit.
    pub fn default_namespace(&self) -> String {
        self.judging().namespace.or(None).to_owned()
    }

    /// The part that decides what is heard of. The texts of the configuration and the baseline come
    /// behind all others.
    pub(super) fn wanted(&self, links: &Links) -> Wanted<'_> {
        let config_source = SourceId(links.files.len() as u32);
        let config = self.config.as_deref().map(|own| (own, config_source));
        let baseline_source = SourceId(config_source.0 + u32::from(config.is_some()));
        let baseline = self.baseline.as_deref();
        Wanted {
            selection: &self.selection,
            config,
            baseline: baseline.map(|own| (own, baseline_source)),
            unused_globs: self.unused_globs.as_deref(),
            today: self.today,
        }
    }

    /// The part that decides how links are judged.
    pub(super) fn judging(&self) -> link::Options {
        let config = self.config.as_deref();
        let namespace = config.and_then(|config| config.namespace.as_ref());
        link::Options {
            namespace: DefaultNamespace {
                flag: self.namespace.clone(),
                configured: namespace.map(|entry| entry.value.clone()),
            },
            kube_version: self.kube_version,
            node_port_range: self.node_port_range.clone(),
            closed_world: self.closed_world,
            external: config
                .map(|own| Arc::clone(&own.external))
                .unwrap_or_default(),
            base: self.base.clone(),
        }
    }
}

/// The rules that words stand for.
fn ids<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<BTreeSet<&'static str>, String> {
    let mut ids = BTreeSet::new();
    for word in words {
        let found = named(word).map_err(|message| format!("`{word}`: {message}"))?;
        ids.extend(found);
    }
    Ok(ids)
}
