//! What decides how a run judges.

use crate::catalogue::Selection;
use crate::config::Config;
use crate::findings::Wanted;
use crate::findings::baseline::Baseline;
use crate::kube::KubeVersion;
use crate::kube::validation;
use crate::link;
use crate::link::Before;
use crate::link::Links;
use crate::settings::Date;
use crate::text::source::SourceId;
use crate::unit::DefaultNamespace;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// What decides how a run judges; the default is what the program does without any flag.
#[derive(Clone, Debug)]
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
    /// Which rules run.
    pub selection: Selection,
    /// Whether an ignore has to say why.
    pub require_reason: bool,
    /// The configuration: findings that are accepted, and objects that live elsewhere.
    pub config: Option<Arc<Config>>,
    /// The findings that are known.
    pub baseline: Option<Arc<Baseline>>,
    /// The globs of the configuration that leave nothing out. None means that not everything was
    /// looked at that it is about, so that nothing in it can be called of no use.
    pub unused_globs: Option<Vec<usize>>,
    /// What there was in the base revision (`--base`).
    pub before: Option<Arc<Before>>,
    /// The day on which the run takes place; without one, no ignore is over.
    pub today: Option<Date>,
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
            config: None,
            baseline: None,
            unused_globs: None,
            before: None,
            today: None,
            selection: Selection::default(),
        }
    }
}

impl Options {
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
            before: self.before.clone(),
        }
    }
}
