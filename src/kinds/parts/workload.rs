//! Workloads: whatever makes pods.

use super::label_selector::LabelSelector;
use super::labels::{Labels, Pair};
use super::pod_template::PodTemplate;
use super::service_ref::Role;
use super::strategy::Strategy;
use crate::kinds::kind::Kind;
use crate::kinds::row::Row;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// A workload, or a Pod.
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a fact about the pods, none depends on another"
)]
pub struct Workload {
    /// The kind; `Custom` for a pod template inside an object that svclint does not know.
    pub kind: Kind,
    /// `spec.replicas`, if it is a number.
    pub replicas: Option<Spanned<i64>>,
    /// `spec.ordinals.start` of a `StatefulSet`: the number of its first pod.
    pub first_ordinal: i64,
    /// Whether `metadata.annotations` or `labels` let something put it to sleep and wake it.
    pub sleeps: bool,
    /// `spec.selector`, if it is written down.
    pub selector: Option<LabelSelector>,
    /// Whether `spec.selector` is written down, but cannot be read.
    pub selector_unreadable: bool,
    /// `metadata.labels`: the workload's own, which are not put on pods.
    pub own_labels: Labels,
    /// `spec.strategy`, of a Deployment.
    pub strategy: Option<Box<Strategy>>,
    /// `spec.strategy.*.*Metadata.labels` of a Rollout, which its pods get while they have a role.
    pub added_labels: Vec<(Role, Labels)>,
    /// `spec.template`, what its pods are made from; of a Pod itself.
    pub template: PodTemplate,
    /// Whether `spec.selector` is missing where it has to be: kustomize adds one, together with
    /// labels, where it completes it.
    pub bare: bool,
    /// Whether no template says what its pods are: an operator makes them, and labels them so.
    pub is_made: bool,
    /// `spec.workloadRef` of a Rollout: the workload whose template it uses.
    pub template_elsewhere: Option<WorkloadRef>,
    /// The key `selector`, or the deepest part of the path to it that exists.
    pub selector_key: Span,
}

/// A Rollout's `workloadRef`.
#[derive(Clone, Debug)]
pub struct WorkloadRef {
    /// `kind`
    pub kind: String,
    /// `name`
    pub name: Spanned<String>,
}

/// What the annotations and labels begin with by which kube-downscaler, vCluster's sleep mode,
/// Sablier and Osiris scale a workload to nothing while nobody needs it.
const SLEEPERS: &[&str] = &[
    "downscaler/",
    "sleepmode.loft.sh/",
    "sablier.",
    "osiris.deislabs.io/",
    "osiris.dm.gg/",
];

fn sleeps(object: Cursor<'_>) -> bool {
    let metadata = object.get("metadata");
    let maps = ["annotations", "labels"].into_iter();
    let maps = maps.filter_map(|name| metadata.and_then(|metadata| metadata.get(name)));
    let mut keys = maps.flat_map(Cursor::entries).map(|(key, _)| key.value);
    keys.any(|key| SLEEPERS.iter().any(|start| key.starts_with(start)))
}

impl Workload {
    /// Reads a kind whose `spec` holds the selector and the pod template.
    pub(in crate::kinds) fn read(kind: Kind, row: &Row, object: Cursor<'_>) -> Self {
        let spec = object.get("spec");
        let template = spec.and_then(|spec| spec.get("template"));
        Self::read_from(kind, row, object, spec, template)
    }

    /// Reads a kind that has its selector in `owner`, and its pod template anywhere.
    pub(in crate::kinds) fn read_from(
        kind: Kind,
        row: &Row,
        object: Cursor<'_>,
        owner: Option<Cursor<'_>>,
        template: Option<Cursor<'_>>,
    ) -> Self {
        let spec = object.get("spec");
        let written = owner.and_then(|owner| owner.field("selector"));
        let selector_key = written.or(owner).unwrap_or(object).key_span();
        let selector = written.filter(|selector| !selector.is_null());
        let selector = selector.map(if row.has_flat_selector {
            LabelSelector::read_flat
        } else {
            LabelSelector::read
        });
        let needs_selector = row.pods.is_some_and(|pods| pods.need_selector);
        let template = template.or(spec).unwrap_or(object);
        Self {
            kind,
            replicas: spec.and_then(|spec| spec.get("replicas")?.integer()),
            first_ordinal: 0,
            sleeps: sleeps(object),
            bare: needs_selector && selector.is_none(),
            selector,
            selector_unreadable: written.is_some_and(|written| {
                written.is_masked() || !written.is_map() && !written.is_null()
            }),
            own_labels: Labels::read(object.path(["metadata", "labels"])),
            strategy: None,
            added_labels: Vec::new(),
            template: PodTemplate::read(template),
            is_made: false,
            template_elsewhere: None,
            selector_key,
        }
    }

    /// The labels that its pods have besides those of the template while they have a role.
    pub fn labels_added_for(&self, role: Role) -> Option<&Labels> {
        let mut added = self.added_labels.iter();
        added
            .find(|(own, _)| *own == role)
            .map(|(_, labels)| labels)
    }

    /// What makes pods from a template inside an object, in a way that is not known.
    pub(in crate::kinds) fn custom(object: Cursor<'_>, template: Cursor<'_>) -> Self {
        Self {
            kind: Kind::Custom,
            replicas: None,
            first_ordinal: 0,
            sleeps: false,
            selector: None,
            selector_unreadable: false,
            own_labels: Labels::default(),
            strategy: None,
            added_labels: Vec::new(),
            template: PodTemplate::read(template),
            bare: false,
            is_made: false,
            template_elsewhere: None,
            selector_key: object.key_span(),
        }
    }

    /// Pods that an operator makes for an object, of which the labels are known.
    pub(in crate::kinds) fn made(object: Cursor<'_>, labels: Vec<Pair>) -> Self {
        let mut made = Self::custom(object, object);
        made.template.labels_key = made.selector_key;
        made.template.labels = Labels {
            pairs: labels,
            is_unreadable: false,
        };
        made.template.unreadable = true;
        made.is_made = true;
        made
    }
}

impl WorkloadRef {
    pub(in crate::kinds) fn read(reference: Cursor<'_>) -> Option<Self> {
        let kind = reference.get("kind")?.text().to_owned();
        Some(Self {
            kind,
            name: reference.get("name")?.string()?,
        })
    }
}
