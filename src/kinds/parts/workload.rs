//! Workloads: whatever makes pods.

use super::label_selector::LabelSelector;
use super::labels::Labels;
use super::pod_template::PodTemplate;
use super::service_ref::Role;
use super::strategy::Strategy;
use crate::kinds::argo;
use crate::kinds::kind::Kind;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;
use crate::yaml::tree::NodeId;

/// A workload, or a Pod.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The kind; `Custom` for a pod template inside an object that svclint does not know.
    pub kind: Kind,
    /// `spec.replicas`, if it is a number.
    pub replicas: Option<Spanned<i64>>,
    /// `spec.ordinals.start` of a `StatefulSet`: the number of its first pod.
    pub first_ordinal: i64,
    /// Whether an annotation or label lets something put it to sleep and wake it.
    pub sleeps: bool,
    /// The selector, if the kind has one and it is written down.
    pub selector: Option<LabelSelector>,
    /// Whether the selector is written down, but cannot be read.
    pub selector_unreadable: bool,
    /// The workload's own `metadata.labels`, which are not put on pods.
    pub own_labels: Labels,
    /// `spec.strategy`, of a Deployment.
    pub strategy: Option<Box<Strategy>>,
    /// What a Rollout adds to the labels of its pods while they have a role.
    pub added_labels: Vec<(Role, Labels)>,
    /// What its pods are made from.
    pub template: PodTemplate,
    /// Whether it has no selector: kustomize adds one, together with labels, where it completes it.
    pub bare: bool,
    /// The workload whose template it uses (a Rollout's `workloadRef`), if it has none itself.
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
    /// Reads a workload or a Pod; none for a kind without pods.
    pub fn read(kind: Kind, object: Cursor<'_>) -> Option<Self> {
        let spec = object.get("spec");
        let field = |name: &str| spec.and_then(|spec| spec.get(name));
        let (owner, template) = match kind {
            Kind::Pod => (None, Some(object)),
            Kind::CronJob => {
                let job = field("jobTemplate").and_then(|job| job.get("spec"));
                (job, job.and_then(|job| job.get("template")))
            }
            _ if kind.has_pods() => (spec, field("template")),
            _ => return None,
        };
        let written = owner.and_then(|owner| owner.field("selector"));
        let selector_key = written.or(owner).unwrap_or(object).key_span();
        let selector = written.filter(|selector| !selector.is_null());
        let selector = selector.map(|selector| LabelSelector::of_workload(kind, selector));
        let template = template.unwrap_or(spec.unwrap_or(object));
        let template = PodTemplate::read(template);
        let bare = kind.needs_selector() && selector.is_none();
        let workload_ref = field("workloadRef").filter(|_| kind == Kind::Rollout);
        Some(Self {
            kind,
            replicas: field("replicas").and_then(Cursor::integer),
            first_ordinal: field("ordinals")
                .and_then(|ordinals| ordinals.get("start")?.integer())
                .map_or(0, |start| start.value),
            sleeps: sleeps(object),
            selector,
            selector_unreadable: written.is_some_and(|written| {
                written.is_masked() || !written.is_map() && !written.is_null()
            }),
            own_labels: own_labels(object),
            strategy: field("strategy")
                .filter(|_| kind == Kind::Deployment)
                .map(|strategy| Box::new(Strategy::read(strategy))),
            added_labels: if kind == Kind::Rollout {
                argo::added_labels(object)
            } else {
                Vec::new()
            },
            template,
            bare,
            template_elsewhere: workload_ref.and_then(WorkloadRef::read),
            selector_key,
        })
    }

    /// The labels that its pods have besides those of the template while they have a role.
    pub fn labels_added_for(&self, role: Role) -> Option<&Labels> {
        let mut added = self.added_labels.iter();
        added
            .find(|(own, _)| *own == role)
            .map(|(_, labels)| labels)
    }

    /// The pods of the experiments in a Rollout's steps, which have labels of their own.
    pub fn read_experiments(rollout: Cursor<'_>) -> Vec<Self> {
        let path = ["spec", "strategy", "canary", "steps"];
        let steps = path
            .iter()
            .try_fold(rollout, |cursor, name| cursor.get(name));
        let steps = steps.into_iter().flat_map(Cursor::items);
        let experiments = steps.filter_map(|step| step.get("experiment")?.get("templates"));
        let templates = experiments.flat_map(Cursor::items);
        templates
            .map(|template| Self::custom(rollout, template))
            .collect()
    }

    /// The pod templates anywhere inside an object that svclint does not know.
    pub fn read_custom(object: Cursor<'_>) -> Vec<Self> {
        pod_templates(object)
            .into_iter()
            .map(|template| Self::custom(object, template))
            .collect()
    }

    fn custom(object: Cursor<'_>, template: Cursor<'_>) -> Self {
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
            template_elsewhere: None,
            selector_key: object.key_span(),
        }
    }
}

fn own_labels(object: Cursor<'_>) -> Labels {
    Labels::read(
        object
            .get("metadata")
            .and_then(|metadata| metadata.get("labels")),
    )
}

/// Mappings with `spec.containers`, outermost first. Aliases are not followed: what they stand
/// for is found where it is written.
fn pod_templates(object: Cursor<'_>) -> Vec<Cursor<'_>> {
    let reader = object.reader();
    let mut found = Vec::new();
    let mut open: Vec<NodeId> = vec![object.node()];
    while let Some(node) = open.pop() {
        let cursor = Cursor::at(reader, node);
        let spec = cursor.get("spec").filter(|spec| spec.is_map());
        if spec
            .and_then(|spec| spec.get("containers"))
            .is_some_and(Cursor::is_list)
        {
            found.push(cursor);
        } else {
            open.extend(reader.tree.children(node).iter().rev());
        }
    }
    found
}

impl WorkloadRef {
    fn read(reference: Cursor<'_>) -> Option<Self> {
        let kind = reference.get("kind")?.text().to_owned();
        Some(Self {
            kind,
            name: reference.get("name")?.string()?,
        })
    }
}
