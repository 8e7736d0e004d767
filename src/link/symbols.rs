//! What a unit defines, and by what it is looked up.

use super::Input;
use super::postings::Postings;
use crate::diagnostic::Identity;
use crate::kinds::Kind;
use crate::kinds::Routing;
use crate::kinds::Workload;
use crate::kinds::custom::may_make_pods;
use crate::kinds::described::hyphened;
use crate::kinds::parts::istio::Host;
use crate::object::Object;
use crate::text::hash::{HashMap, HashSet};
use crate::text::placeholder::stands_for_name;
use crate::unit::{Doubt, Namespace, Unit};

/// What a unit defines. Positions of members are those in [`Unit::objects`].
#[derive(Debug)]
pub(super) struct Symbols {
    /// The members that are Services; last those that nobody writes.
    pub(super) services: Vec<usize>,
    /// How many of them are written.
    pub(super) written_services: usize,
    /// The pod templates.
    pub(super) templates: Vec<Template>,
    /// The members that are network policies.
    pub(super) policies: Vec<usize>,
    /// The members that are custom resources for which operators may make pods and Services.
    pub(super) resources: Vec<usize>,
    /// Positions in `services`.
    pub(super) services_by_name: HashMap<String, Vec<usize>>,
    /// Positions in `services`, by their own labels.
    pub(super) services_by_label: Postings,
    /// Positions in `templates`, by the labels of their pods.
    pub(super) templates_by_label: Postings,
    /// Those for which it is known what operators make: kind and name.
    pub(super) makers: HashSet<(String, String)>,
    /// The first position in `resources` of each name.
    pub(super) resources_by_name: HashMap<String, usize>,
    /// The members by their names.
    pub(super) members_by_name: HashMap<String, Vec<usize>>,
    /// The names that references to Services hold.
    pub(super) referenced: HashSet<String>,
    /// The members by their kinds, if any of them names objects by kind and name.
    pub(super) members_by_kind: HashMap<String, Vec<usize>>,
    /// The same by their kinds and names, as `Kind/name`, with hyphens for all that is neither
    /// letter nor digit.
    pub(super) members_by_kind_and_name: HashMap<String, Vec<usize>>,
    /// The members that scale a workload, by the name of that.
    pub(super) scalers_by_target: HashMap<String, Vec<usize>>,
    /// The members that are destination rules, by the name of the Service in their host.
    pub(super) rules_by_host: HashMap<String, Vec<usize>>,
    /// The members that are Istio's `ServiceEntry` objects.
    pub(super) service_entries: Vec<usize>,
    /// How many templates each namespace has.
    pub(super) template_counts: HashMap<Namespace, usize>,
    /// The names of the namespaces that its members say they go to.
    pub(super) namespaces: HashSet<String>,
    /// Whether a Service has a name that is filled in later.
    pub(super) has_unknown_names: bool,
    /// Whether it has more network policies than can be read: those of a CNI.
    pub(super) has_other_policies: bool,
    /// A workload that kustomize completes, so that others may be incomplete too.
    pub(super) bare: Option<Doubt>,
}

/// A pod template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Template {
    /// The member that it is in.
    pub(super) member: usize,
    /// Which of the object's workloads it is.
    pub(super) workload: usize,
}

impl Symbols {
    pub(super) fn of(input: &Input, unit: &Unit) -> Self {
        let all = Members { input, unit };
        let mut services = all.that_are(|object| object.service().is_some());
        let written_services = services.len();
        let written = unit.objects.len();
        let provided = written..written + unit.provided.len();
        services.extend(provided.filter(|at| all.object(*at).service().is_some()));
        let resources = all.that_are(is_resource);
        let templates = all.templates();
        let names = |members: &[usize]| -> Vec<String> {
            let objects = members.iter().map(|at| all.object(*at));
            objects.map(|own| own.identity.name.clone()).collect()
        };
        let mut resources_by_name = HashMap::default();
        for (at, name) in names(&resources).into_iter().enumerate() {
            resources_by_name.entry(name).or_insert(at);
        }
        let mut template_counts = HashMap::default();
        for template in &templates {
            let namespace = unit.objects[template.member].namespace.clone();
            *template_counts.entry(namespace).or_default() += 1;
        }
        let services_by_name = listed(names(&services).into_iter().enumerate());
        Self {
            has_unknown_names: services_by_name.keys().any(|name| stands_for_name(name)),
            has_other_policies: all.objects().any(|(_, own)| is_other_policy(own)),
            bare: all.bare(&templates),
            policies: all.that_are(|object| object.network_policy().is_some()),
            service_entries: all.that_are(is_service_entry),
            services_by_label: all.services_by_label(&services),
            templates_by_label: by_labels(templates.iter().map(|own| all.workload(*own))),
            members_by_name: listed(all.keys(|own| Some(&own.identity.name))),
            referenced: all.referenced(),
            members_by_kind: all.by_kind(|own| own.kind.clone()),
            members_by_kind_and_name: all
                .by_kind(|own| format!("{}/{}", own.kind, hyphened(&own.name))),
            scalers_by_target: listed(all.keys(scaled)),
            rules_by_host: listed(all.keys(ruled)),
            services,
            written_services,
            makers: all.makers(),
            templates,
            resources,
            services_by_name,
            resources_by_name,
            template_counts,
            namespaces: unit
                .objects
                .iter()
                .filter(|own| own.namespace.is_explicit)
                .map(|own| own.namespace.name.clone())
                .collect(),
        }
    }
}

/// The members of a unit.
#[derive(Clone, Copy)]
struct Members<'i> {
    input: &'i Input,
    unit: &'i Unit,
}

impl<'i> Members<'i> {
    fn object(self, at: usize) -> &'i Object {
        self.input.object(self.unit.member(at).id)
    }

    fn workload(self, template: Template) -> &'i Workload {
        &self.object(template.member).workloads()[template.workload]
    }

    fn objects(self) -> impl Iterator<Item = (usize, &'i Object)> {
        (0..self.unit.objects.len()).map(move |at| (at, self.object(at)))
    }

    fn that_are(self, is_it: impl Fn(&Object) -> bool) -> Vec<usize> {
        let found = self.objects().filter(|(_, object)| is_it(object));
        found.map(|(at, _)| at).collect()
    }

    /// The members that have a key, with it.
    fn keys<K: AsRef<str> + ?Sized + 'i>(
        self,
        key: impl Fn(&'i Object) -> Option<&'i K>,
    ) -> impl Iterator<Item = (usize, String)> {
        self.objects()
            .filter_map(move |(at, own)| Some((at, key(own)?.as_ref().to_owned())))
    }

    /// The pod templates, without those that another object of the unit makes, that run on request
    /// only, that stand elsewhere, and that have ended.
    fn templates(self) -> Vec<Template> {
        let identities = self.objects().map(|(_, own)| &own.identity);
        let owners: HashSet<(&str, &str)> = identities
            .map(|own| (own.kind.as_str(), own.name.as_str()))
            .collect();
        let is_made = |object: &Object| {
            let controller = object.controller.as_ref();
            controller.is_some_and(|(kind, name)| owners.contains(&(kind.as_str(), name.as_str())))
        };
        let makers = self
            .objects()
            .filter(|(_, own)| !own.is_test_hook && !is_made(own));
        let templates = makers.flat_map(|(member, own)| {
            let workloads = own.workloads().iter().enumerate();
            let here = workloads
                .filter(|(_, own)| own.template_elsewhere.is_none() && !own.template.has_ended);
            here.map(move |(workload, _)| Template { member, workload })
        });
        templates.collect()
    }

    /// The names that references to Services hold.
    fn referenced(self) -> HashSet<String> {
        let references = self.objects().flat_map(|(_, own)| &own.references);
        references.map(|own| own.name.value.clone()).collect()
    }

    /// Lists all members for what names objects of other kinds than Services, if anything does.
    fn by_kind(self, key: impl Fn(&Identity) -> String) -> HashMap<String, Vec<usize>> {
        if self.objects().all(|(_, own)| own.objects.is_empty()) {
            return HashMap::default();
        }
        let all = 0..self.unit.objects.len() + self.unit.provided.len();
        listed(all.map(|at| (at, key(&self.object(at).identity))))
    }

    fn makers(self) -> HashSet<(String, String)> {
        let provided = self.unit.provided.iter();
        let makers = provided.filter_map(|own| self.input.object(own.id).made_for.as_ref());
        makers
            .map(|own| (own.kind.clone(), own.name.clone()))
            .collect()
    }

    fn services_by_label(self, services: &[usize]) -> Postings {
        let mut postings = Postings::default();
        let services = services.iter().filter_map(|at| self.object(*at).service());
        for service in services {
            postings.push(&service.labels, std::iter::empty());
        }
        postings
    }

    /// A workload without selector and labels is completed by kustomize, and so may the others be.
    fn bare(self, templates: &[Template]) -> Option<Doubt> {
        let is_bare = |own: &&Template| {
            let source = self.unit.objects[own.member].source;
            self.input.is_kustomized_text(source) && self.workload(**own).bare
        };
        let bare = templates.iter().find(is_bare)?;
        let identity = &self.object(bare.member).identity;
        Some(Doubt::Kustomize(format!(
            "{identity} has no labels before kustomize sets them"
        )))
    }
}

/// Lists positions by their keys.
fn listed(keys: impl Iterator<Item = (usize, String)>) -> HashMap<String, Vec<usize>> {
    let mut lists: HashMap<String, Vec<usize>> = HashMap::default();
    for (at, key) in keys {
        lists.entry(key).or_default().push(at);
    }
    lists
}

/// Lists pod templates by the labels of their pods.
pub(super) fn by_labels<'w>(workloads: impl Iterator<Item = &'w Workload>) -> Postings {
    let mut postings = Postings::default();
    for workload in workloads {
        let added = workload.added_labels.iter();
        let added = added.flat_map(|(_, labels)| &labels.pairs);
        postings.push(&workload.template.labels, added);
    }
    postings
}

/// Whether operators may make pods and Services for a custom resource.
fn is_resource(object: &Object) -> bool {
    let identity = &object.identity;
    object.kind == Kind::Custom && !identity.name.is_empty() && may_make_pods(&identity.kind)
}

/// Whether it is a network policy that cannot be read.
fn is_other_policy(object: &Object) -> bool {
    object.network_policy().is_none() && object.identity.kind.contains("NetworkPolicy")
}

fn is_service_entry(object: &Object) -> bool {
    matches!(object.routing(), Some(Routing::ServiceEntry(_)))
}

/// The name of the workload that an object scales or takes over.
fn scaled(object: &Object) -> Option<&String> {
    let target = object.target.as_ref().map(|(_, name)| name);
    target.or_else(|| Some(&object.autoscaler()?.name.value))
}

/// The name of the Service that a destination rule is about.
fn ruled(object: &Object) -> Option<&str> {
    let Some(Routing::DestinationRule(rule)) = object.routing() else {
        return None;
    };
    Host::of(&rule.host.as_ref()?.value).name()
}
