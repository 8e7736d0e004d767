//! Where the name of a Service leads: the one judge for all that names one.

use super::base::ServiceKey;
use super::links::{Link, Links};
use super::membership::Membership;
use super::name_evidence::{Candidate, nearest_name};
use super::{Backend, ServiceLink};
use crate::diagnostic::Evidence;
use crate::kinds::Kind;
use crate::text::placeholder::stands_for_name;
use crate::text::source::SourceId;
use crate::unit::{Doubt, Namespace, Unit};
use std::borrow::Cow;

/// The name of a Service, looked up in a unit.
#[derive(Clone, Debug)]
pub(super) struct Lookup<'i> {
    pub(super) links: &'i Links,
    pub(super) unit: &'i Unit,
    /// The text that the name stands in.
    pub(super) source: SourceId,
    /// The namespace that it is looked up in.
    pub(super) namespace: Cow<'i, Namespace>,
    /// The name.
    pub(super) name: Cow<'i, str>,
    /// Whether it is a mistake where the text that it stands in defines Services of the namespace,
    /// but none with the name.
    pub(super) is_of_own_file: bool,
}

/// What the name of a Service leads to.
#[derive(Clone, Debug)]
pub enum Named<'i> {
    /// To these Services: one, or several where files define it twice.
    Found(Vec<ServiceLink<'i>>),
    /// To none; this one was probably meant, for its name.
    Similar(ServiceLink<'i>, Evidence),
    /// To none. A workload of its namespace has the name, and this Service alone selects its pods.
    Serving(ServiceLink<'i>, Backend<'i>),
    /// To none in its namespace, but to this one in another. Both namespaces are explicit.
    OtherNamespace(ServiceLink<'i>),
    /// To none, though the text that it stands in defines these.
    NotInOwnFile(Vec<ServiceLink<'i>>),
    /// To none, and everything that exists is in the input.
    Missing,
    /// To none any more: the base revision had it.
    Gone,
    /// To none here, which may be right.
    Unverified(Doubt),
}

impl Named<'_> {
    /// Why nobody can know what it leads to.
    pub fn into_doubt(self) -> Option<Doubt> {
        match self {
            Self::Unverified(doubt) => Some(doubt),
            _ => None,
        }
    }
}

impl<'i> Lookup<'i> {
    /// What it leads to.
    pub(super) fn named(&self) -> Named<'i> {
        let links = self.links;
        let (name, namespace) = (&*self.name, &*self.namespace);
        if self.is_unknown() {
            return Named::Unverified(Doubt::Placeholder);
        }
        let (found, others): (Vec<_>, Vec<_>) = self
            .namesakes()
            .partition(|link| link.namespace().may_be(namespace));
        if !found.is_empty() {
            return Named::Found(found);
        }
        let external = &links.options.external;
        if let Some(at) = external.service(&namespace.name, name) {
            let reason = &external.services[at].reason;
            return Named::Unverified(Doubt::External(reason.clone()));
        }
        // The API server keeps a Service for itself (K
        // `pkg/controlplane/controller/kubernetesservice`).
        if name == "kubernetes" && namespace.name == "default" {
            return Named::Unverified(Doubt::ControlPlane);
        }
        let doubt = self.doubt();
        if let Some(doubt) = doubt {
            return self.in_spite_of(doubt);
        }
        if let Some(other) = others.first() {
            let both_explicit = other.namespace().is_explicit && namespace.is_explicit;
            return if !both_explicit {
                Named::Unverified(Doubt::Namespace)
            } else if other.is_meant_for(namespace) {
                Named::Unverified(Doubt::Faulty(other.object().identity.to_string()))
            } else {
                Named::OtherNamespace(*other)
            };
        }
        let is_gone = self.had_service();
        if let Some(doubt) = self.elsewhere(is_gone) {
            return Named::Unverified(doubt);
        }
        if let Some((similar, evidence)) = self.similar() {
            return called_almost(similar, evidence);
        }
        if let Some((service, backend)) = self.serving() {
            return Named::Serving(service, backend);
        }
        if is_gone {
            return Named::Gone;
        }
        let own = self.own_file();
        if !own.is_empty() {
            return Named::NotInOwnFile(own);
        }
        if self.is_all_here() {
            return Named::Missing;
        }
        Named::Unverified(Doubt::NotHere(name.to_owned()))
    }

    /// What it leads to in a unit that may hold more than can be seen: what stands in its own text
    /// counts though a document elsewhere could not be read.
    fn in_spite_of(&self, doubt: Doubt) -> Named<'i> {
        let is_rendered = self.links.sources.get(self.source).is_rendered();
        let is_elsewhere = is_rendered || !self.unit.has_unread_in(self.source);
        let similar = self.similar();
        let similar = similar.filter(|(service, _)| {
            let is_about_others = matches!(doubt, Doubt::UnreadDocument(_)) && is_elsewhere;
            is_about_others && service.source() == self.source && self.elsewhere(false).is_none()
        });
        match similar {
            Some((service, evidence)) => called_almost(service, evidence),
            None => Named::Unverified(doubt),
        }
    }

    /// Which external Service of the configuration is meant, by its position: no Service here is.
    pub(super) fn external(&self) -> Option<usize> {
        let is_here = |link: ServiceLink<'_>| link.namespace().may_be(&self.namespace);
        let external = &self.links.options.external;
        let found = external.service(&self.namespace.name, &self.name)?;
        (!self.is_unknown() && !self.namesakes().any(is_here)).then_some(found)
    }

    /// Whether the base revision had a Service with the name.
    pub(super) fn had_service(&self) -> bool {
        let key = || ServiceKey {
            unit: self.unit.name.clone(),
            namespace: self.namespace.name.clone(),
            name: self.name.clone().into_owned(),
        };
        self.links.had_service(key, self.source)
    }

    /// Whether the name or its namespace is filled in later.
    fn is_unknown(&self) -> bool {
        stands_for_name(&self.name) || !self.namespace.is_known
    }

    /// The Services with this name that are applied together with the text, in whatever namespace.
    pub(super) fn namesakes(&self) -> impl Iterator<Item = ServiceLink<'i>> + use<'i> {
        let Self {
            links,
            unit,
            source,
            ..
        } = *self;
        let by_name = &links.view(unit).symbols.services_by_name;
        let named = by_name.get(&*self.name).into_iter().flatten();
        let services = named.map(move |&at| links.service(unit, at));
        services.filter(move |service| unit.is_together(source, service.source()))
    }

    /// Why the Service may exist although the unit does not show it.
    fn doubt(&self) -> Option<Doubt> {
        let view = self.links.view(self.unit);
        if view.symbols.has_unknown_names {
            return Some(Doubt::Placeholder);
        }
        let operator = view.maker_of_service(&self.name);
        operator
            .map(|own| Doubt::Operator(own.to_string()))
            .or_else(|| self.unit.doubt())
    }

    /// A Service of this name in another unit of the input. If there was one in this unit until it
    /// was taken away, only one that is new there may be the same.
    fn elsewhere(&self, is_gone: bool) -> Option<Doubt> {
        let links = self.links;
        let units = links.units.iter();
        let mut others = units.filter(|other| other.at != self.unit.at);
        let service = others.find_map(|other| {
            let by_name = &links.view(other).symbols.services_by_name;
            let namesakes = by_name.get(&*self.name)?.iter();
            let mut namesakes = namesakes.map(|at| links.service(other, *at));
            namesakes.find(|own| !is_gone || !links.was_there(other, own.node.member))
        })?;
        let file = &links.sources.get(service.source()).name;
        let who = format!("{} in `{file}`", service.display());
        Some(Doubt::MatchedElsewhere(who))
    }

    /// Whether something stands where the name can mean it: applied with the text, and in the
    /// namespace.
    fn may_mean<T: Copy>(&self, link: Link<'_, T>) -> bool {
        link.namespace().may_be(&self.namespace)
            && self.unit.is_together(self.source, link.source())
    }

    /// The Service that was probably meant, for its name.
    fn similar(&self) -> Option<(ServiceLink<'i>, Evidence)> {
        let links = self.links;
        let view = links.view(self.unit);
        let near = view.nearest_services(|own| own.source < self.source);
        let near = near.map(|node| Link { links, node });
        let candidates = near.filter(|service| self.may_mean(*service));
        let candidates = candidates.map(|service| Candidate {
            name: service.name(),
            source: service.source(),
            is_called_otherwise: view.symbols.referenced.contains(service.name()),
            what: service,
        });
        let (evidence, service) = nearest_name(&self.name, self.source, candidates)?;
        Some((service, evidence))
    }

    /// The Services of the namespace that the text defines that the name stands in, where that says
    /// something.
    fn own_file(&self) -> Vec<ServiceLink<'i>> {
        if !self.is_of_own_file || self.is_in_clusters_own_namespace() {
            return Vec::new();
        }
        let links = self.links;
        let view = links.view(self.unit);
        let is_left = |service: &ServiceLink<'_>| !view.symbols.referenced.contains(service.name());
        let near = view.nearest_services(|own| own.source < self.source);
        let near = near.map(|node| Link { links, node });
        // What an operator makes says nothing of what else there is.
        let is_written = |service: &ServiceLink<'_>| service.object().made_for.is_none();
        let own = near.filter(|service| service.source() == self.source && self.may_mean(*service));
        let own = own.filter(is_written);
        let own: Vec<_> = own.collect();
        // Where each of them is called by its name, this one is rather elsewhere.
        if own.iter().any(is_left) {
            own
        } else {
            Vec::new()
        }
    }

    /// The one Service that selects the pods of the workload with the name: a Service is mostly
    /// called as its workload is, until somebody renames it. A Rollout has several on purpose.
    fn serving(&self) -> Option<(ServiceLink<'i>, Backend<'i>)> {
        let links = self.links;
        let view = links.view(self.unit);
        let near = view.nearest_templates(|own| own.source < self.source);
        let near = near.map(|node| Link { links, node });
        let mut named = near.filter(|backend| {
            backend.name() == self.name
                && backend.workload().kind != Kind::Rollout
                && self.may_mean(*backend)
        });
        let backend = named.next()?;
        let mut services = backend.services();
        let service = services.next()?;
        let is_alone = services.next().is_none() && named.next().is_none();
        let is_whole = *service.membership() == Membership::Matched && service.routes();
        let object = service.object();
        (is_alone && is_whole && !object.has_problem_at(object.name)).then_some((service, backend))
    }

    /// Whether the namespace is one in which a cluster has what it brings along.
    fn is_in_clusters_own_namespace(&self) -> bool {
        self.namespace.name.starts_with("kube-")
    }

    /// Whether the unit has everything that the namespace has. A chart does not say what else the
    /// cluster has, nor does any user what the cluster itself brings along.
    fn is_all_here(&self) -> bool {
        let mut members = self.unit.objects.iter();
        !self.is_in_clusters_own_namespace()
            && self.links.is_closed(self.unit)
            && (self.links.options.closed_world
                || members.any(|member| member.namespace.may_be(&self.namespace)))
    }
}

/// A Service that was probably meant. One whose name is refused is reported for that.
fn called_almost(service: ServiceLink<'_>, evidence: Evidence) -> Named<'_> {
    let object = service.object();
    if object.has_problem_at(object.name) {
        Named::Unverified(Doubt::Faulty(object.identity.to_string()))
    } else {
        Named::Similar(service, evidence)
    }
}
