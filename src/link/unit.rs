//! Units: what is applied together.

use super::dns::NameNode;
use super::link::workload;
use super::membership::Membership;
use super::postings::Postings;
use super::selection::Fit;
use super::{Index, ObjectId};
use crate::kinds::parts::istio::Host;
use crate::kinds::{Body, Kind, PortRef, Routing, custom};
use crate::kustomize::Changes;
use crate::object::Object;
use crate::object::SkipReason;
use crate::text::placeholder::is_placeholder;
use crate::text::source::SourceId;
use crate::unit::{Doubt, Namespace, PatchedPort, Plan, UnitKind};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Objects that are applied together, and their links.
#[derive(Debug)]
pub struct Unit {
    /// See [`Plan::name`].
    pub name: String,
    /// See [`Plan::kind`].
    pub kind: UnitKind,
    /// All objects.
    pub objects: Vec<Member>,
    /// Whether a kustomization or the configuration decides the namespace.
    pub sets_namespace: bool,
    pub(super) services: Vec<ServiceNode>,
    /// Positions in `services`.
    pub(super) services_by_name: HashMap<String, Vec<usize>>,
    /// Whether a Service has a name that is filled in later.
    pub(super) has_unknown_names: bool,
    /// The custom resources that operators may make pods and Services for.
    pub(super) resources: Vec<ObjectId>,
    /// The first position in `resources` of each name.
    pub(super) resources_by_name: HashMap<String, usize>,
    /// Positions in `objects`.
    pub(super) objects_by_name: HashMap<String, Vec<usize>>,
    /// Positions in `objects` of what scales a workload, by the name of that.
    pub(super) scalers_by_target: HashMap<String, Vec<usize>>,
    /// Positions in `objects` of Istio's `ServiceEntry` objects.
    pub(super) service_entries: Vec<usize>,
    /// Positions in `objects` of destination rules, by the name of the Service in their host.
    pub(super) rules_by_host: HashMap<String, Vec<usize>>,
    /// Positions in `templates`, by the labels of their pods.
    pub(super) templates_by_label: Postings,
    /// Positions in `services`, by their own labels.
    pub(super) services_by_label: Postings,
    /// A workload that kustomize completes, so that others may be incomplete too.
    pub(super) bare: Option<Doubt>,
    /// Whether it has more network policies than can be read: those of a CNI.
    pub(super) has_other_policies: bool,
    pub(super) templates: Vec<TemplateNode>,
    pub(super) selections: Vec<Selection>,
    pub(super) policies: Vec<PolicyNode>,
    /// The names of Services in what pods are told.
    pub(super) names: Vec<NameNode>,
    /// How many templates each namespace has.
    pub(super) template_counts: HashMap<Namespace, usize>,
    /// See [`Plan::patched_ports`].
    pub patched_ports: Vec<PatchedPort>,
    /// See [`Plan::patched_service_ports`].
    pub(super) patched_service_ports: Vec<PortRef>,
    pub(super) doubts: Vec<Doubt>,
    /// What is changed on the way to the cluster.
    pub(super) changes: Changes,
    /// Per text of a directory, the objects that other texts define too, as sorted numbers. Texts that share one are alternatives: they are not applied together.
    pub(super) alternatives: HashMap<SourceId, Vec<u32>>,
}

/// An object in a unit.
#[derive(Clone, Debug)]
pub struct Member {
    /// The object.
    pub id: ObjectId,
    /// Where it goes.
    pub namespace: Namespace,
}

#[derive(Debug)]
pub(super) struct ServiceNode {
    pub(super) object: ObjectId,
    pub(super) namespace: Namespace,
    /// What it selects, as one of [`Unit::selections`]; none if it selects nothing.
    pub(super) selection: Option<usize>,
    /// Whether it may select others, which depends on placeholders.
    pub(super) may_select: bool,
    pub(super) membership: Membership,
}

/// What Services with one selector select. Thousands of them may select thousands of pods: each
/// list is kept once.
#[derive(Debug)]
pub(super) struct Selection {
    /// The Services, in order.
    pub(super) services: Vec<usize>,
    /// The pod templates, in order.
    pub(super) templates: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct TemplateNode {
    pub(super) object: ObjectId,
    /// Which of the object's workloads it is.
    pub(super) workload: usize,
    pub(super) namespace: Namespace,
    /// Which of [`Unit::selections`] it is in.
    pub(super) selected_by: Vec<usize>,
    /// Whether other Services may select it, which depends on placeholders.
    pub(super) may_be_selected: bool,
    /// The network policies that select it, or may.
    pub(super) policies: Vec<(usize, Fit)>,
}

#[derive(Debug)]
pub(super) struct PolicyNode {
    pub(super) object: ObjectId,
    pub(super) namespace: Namespace,
    pub(super) selects: Vec<(usize, Fit)>,
}

impl Unit {
    /// How many pod templates may go to a namespace.
    pub(super) fn templates_in(&self, namespace: &Namespace) -> usize {
        let counts = self.template_counts.iter();
        counts
            .filter(|(own, _)| own.may_be(namespace))
            .map(|(_, count)| count)
            .sum()
    }

    /// Whether a kustomization changes names on the way to the cluster.
    pub fn is_renamed(&self) -> bool {
        self.changes.names
    }

    /// Whether a kustomization changes values or labels on the way to the cluster.
    pub fn is_patched(&self) -> bool {
        self.changes.values || self.changes.labels
    }

    /// Whether something that belongs to the unit could not be read or is not in the input.
    pub fn is_incomplete(&self) -> bool {
        !self.doubts.is_empty()
    }

    /// Whether a patch declares a port of this name or number, in any container.
    pub(super) fn may_be_patched(&self, target: &PortRef) -> bool {
        let mut ports = self.patched_ports.iter();
        ports.any(|port| port.is_meant_by(target))
    }

    /// Whether two texts are applied together.
    pub fn is_together(&self, left: SourceId, right: SourceId) -> bool {
        let shared = |source| {
            self.alternatives
                .get(&source)
                .map_or(&[][..], Vec::as_slice)
        };
        left == right
            || !shared(left)
                .iter()
                .any(|own| shared(right).binary_search(own).is_ok())
    }

    /// The texts that are not applied together with one.
    pub(crate) fn apart_from(&self, source: SourceId) -> Vec<SourceId> {
        if !self.alternatives.contains_key(&source) {
            return Vec::new();
        }
        let others = self.alternatives.keys().copied();
        let mut apart: Vec<_> = others
            .filter(|other| !self.is_together(source, *other))
            .collect();
        apart.sort_unstable();
        apart
    }
}

/// Fills the plans with objects.
pub(super) fn build(index: &Index, plans: Vec<Plan>) -> Vec<Unit> {
    let mut by_source: BTreeMap<SourceId, Vec<usize>> = BTreeMap::new();
    for (at, document) in index.documents.iter().enumerate() {
        by_source.entry(document.span.source).or_default().push(at);
    }
    let documents = |source| by_source.get(&source).map_or(&[][..], Vec::as_slice);
    plans
        .into_iter()
        .map(|plan| unit(index, plan, &documents))
        .collect()
}

fn unit<'d>(index: &Index, plan: Plan, documents: &impl Fn(SourceId) -> &'d [usize]) -> Unit {
    let mut unit = Unit {
        name: plan.name,
        kind: plan.kind,
        objects: Vec::new(),
        sets_namespace: plan.namespace.is_some()
            || plan.files.iter().any(|file| file.namespace.is_some()),
        services: Vec::new(),
        services_by_name: HashMap::new(),
        has_unknown_names: false,
        resources: Vec::new(),
        resources_by_name: HashMap::new(),
        objects_by_name: HashMap::new(),
        scalers_by_target: HashMap::new(),
        service_entries: Vec::new(),
        rules_by_host: HashMap::new(),
        templates_by_label: Postings::default(),
        services_by_label: Postings::default(),
        bare: None,
        has_other_policies: false,
        templates: Vec::new(),
        selections: Vec::new(),
        policies: Vec::new(),
        names: Vec::new(),
        template_counts: HashMap::new(),
        patched_ports: plan.patched_ports,
        patched_service_ports: plan.patched_service_ports,
        doubts: plan.doubts,
        changes: plan.changes,
        alternatives: HashMap::new(),
    };
    for file in &plan.files {
        for &document in documents(file.source) {
            unit.doubts.extend(unread(index, document));
            for object in 0..index.documents[document].objects.len() {
                let id = ObjectId {
                    document: document as u32,
                    object: object as u32,
                };
                let own = index.object(id);
                let namespace = namespace(
                    own,
                    file.namespace.as_deref(),
                    index.options.namespace_or(plan.namespace.as_deref()),
                );
                unit.objects.push(Member { id, namespace });
            }
        }
    }
    if unit.kind == UnitKind::Directory {
        unit.alternatives = alternatives(index, &unit.objects);
    }
    nodes(index, &mut unit);
    unit.bare = bare_workload(index, &unit);
    unit.resources = resources(index, &unit.objects);
    for (at, resource) in unit.resources.iter().enumerate() {
        let name = index.object(*resource).identity.name.clone();
        unit.resources_by_name.entry(name).or_insert(at);
    }
    list(index, &mut unit);
    for (at, service) in unit.services.iter().enumerate() {
        let name = index.object(service.object).identity.name.clone();
        unit.has_unknown_names |= is_placeholder(&name);
        unit.services_by_name.entry(name).or_default().push(at);
    }
    for template in &unit.templates {
        *unit
            .template_counts
            .entry(template.namespace.clone())
            .or_default() += 1;
    }
    unit
}

/// Lists the objects by what others look them up by.
fn list(index: &Index, unit: &mut Unit) {
    for (at, member) in unit.objects.iter().enumerate() {
        let object = index.object(member.id);
        let name = object.identity.name.clone();
        unit.objects_by_name.entry(name).or_default().push(at);
        let autoscaler = object.autoscaler().map(|own| &own.name.value);
        let target = object.target.as_ref().map(|(_, name)| name);
        if let Some(target) = target.or(autoscaler) {
            let scalers = unit.scalers_by_target.entry(target.clone()).or_default();
            scalers.push(at);
        }
        unit.has_other_policies |=
            object.network_policy().is_none() && object.identity.kind.contains("NetworkPolicy");
        match object.routing() {
            Some(Routing::ServiceEntry(_)) => unit.service_entries.push(at),
            Some(Routing::DestinationRule(rule)) => {
                let host = rule.host.as_ref().map(|host| Host::of(&host.value));
                if let Some(name) = host.and_then(Host::name) {
                    let rules = unit.rules_by_host.entry(name.to_owned()).or_default();
                    rules.push(at);
                }
            }
            _ => {}
        }
    }
}

/// A workload without selector and labels is completed by kustomize, and so may the others be.
fn bare_workload(index: &Index, unit: &Unit) -> Option<Doubt> {
    let is_bare =
        |node: &&TemplateNode| index.is_kustomized(node.object) && workload(index, node).bare;
    let bare = unit.templates.iter().find(is_bare)?;
    let identity = &index.object(bare.object).identity;
    Some(Doubt::Kustomize(format!(
        "{identity} has no labels before kustomize sets them"
    )))
}

fn resources(index: &Index, objects: &[Member]) -> Vec<ObjectId> {
    let makes_pods = |member: &&Member| {
        let object = index.object(member.id);
        let identity = &object.identity;
        object.kind == Kind::Custom
            && !identity.name.is_empty()
            && custom::may_make_pods(&identity.kind)
    };
    let found = objects.iter().filter(makes_pods);
    found.map(|member| member.id).collect()
}

/// A document that could not be read may hold what others miss.
fn unread(index: &Index, document: usize) -> Option<Doubt> {
    let document = &index.documents[document];
    let is_alone = document.objects.is_empty();
    let mut problems = document.problems.iter();
    let is_broken = problems.any(|problem| problem.hides_object(is_alone));
    (is_broken || document.skipped == Some(SkipReason::Template)).then(|| {
        let source = index.sources.get(document.span.source);
        let line = source.position(document.span.start).line;
        Doubt::UnreadDocument(format!("`{}:{line}`", source.name))
    })
}

/// The namespace that an object goes to: what a kustomization says, what it says itself, or what is
/// assumed.
fn namespace(object: &Object, kustomized: Option<&str>, assumed: &str) -> Namespace {
    let own = object
        .namespace
        .as_ref()
        .map(|namespace| namespace.value.as_str());
    let explicit = kustomized.or(own);
    let name = explicit.unwrap_or(assumed);
    Namespace {
        name: name.to_owned(),
        is_explicit: explicit.is_some(),
        is_known: !is_placeholder(name),
    }
}

/// Files of one directory that define one object: `install.yaml` beside `namespace-install.yaml`.
fn alternatives(index: &Index, objects: &[Member]) -> HashMap<SourceId, Vec<u32>> {
    let mut defined: BTreeMap<(&str, &str, &str, &str), Vec<ObjectId>> = BTreeMap::new();
    for member in objects {
        let identity = &index.object(member.id).identity;
        let (group, _) = crate::kinds::kind::group_version(&identity.api_version);
        let key = (
            group,
            identity.kind.as_str(),
            member.namespace.name.as_str(),
            identity.name.as_str(),
        );
        defined.entry(key).or_default().push(member.id);
    }
    let in_several = |ids: &&Vec<ObjectId>| {
        ids.iter()
            .any(|id| index.source_of(*id) != index.source_of(ids[0]))
    };
    let mut shared: HashMap<SourceId, Vec<u32>> = HashMap::new();
    for (number, ids) in defined.values().filter(in_several).enumerate() {
        for id in ids {
            let own = shared.entry(index.source_of(*id)).or_default();
            if own.last() != Some(&(number as u32)) {
                own.push(number as u32);
            }
        }
    }
    shared
}

fn nodes(index: &Index, unit: &mut Unit) {
    let owners: HashSet<(&str, &str)> = unit
        .objects
        .iter()
        .map(|member| &index.object(member.id).identity)
        .map(|identity| (identity.kind.as_str(), identity.name.as_str()))
        .collect();
    for member in &unit.objects {
        let object = index.object(member.id);
        match &object.body {
            Body::Service(_) => unit.services.push(ServiceNode {
                object: member.id,
                namespace: member.namespace.clone(),
                selection: None,
                may_select: false,
                membership: Membership::Matched,
            }),
            Body::Workloads(workloads) => {
                let is_made = object
                    .controller
                    .as_ref()
                    .is_some_and(|(kind, name)| owners.contains(&(kind.as_str(), name.as_str())));
                if is_made || object.is_test_hook {
                    continue;
                }
                let templates = workloads.iter().enumerate();
                let own = templates.filter(|(_, workload)| workload.template_elsewhere.is_none());
                unit.templates.extend(own.map(|(workload, _)| TemplateNode {
                    object: member.id,
                    workload,
                    namespace: member.namespace.clone(),
                    selected_by: Vec::new(),
                    may_be_selected: false,
                    policies: Vec::new(),
                }));
            }
            Body::NetworkPolicy(_) => unit.policies.push(PolicyNode {
                object: member.id,
                namespace: member.namespace.clone(),
                selects: Vec::new(),
            }),
            _ => {}
        }
    }
}
