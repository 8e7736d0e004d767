//! Where the name of a Service leads: what Ingresses, routes, webhooks and DNS names point at.

use super::membership::Membership;
use super::unit::{Member, Unit};
use super::{Backend, Index, ServiceLink};
use crate::kinds::{Kind, PortRef, Role, ServicePort, ServiceRef, ServiceType};
use crate::object::Object;
use crate::text::placeholder::is_placeholder;
use crate::text::similar::is_slip;
use crate::text::source::{SourceId, Spanned};
use crate::unit::Doubt;
use crate::unit::Namespace;
use std::borrow::Cow;
use std::ops::Range;

/// A similar name is looked for among this many Services: a typo is seldom far away, and comparing
/// thousands of names with thousands of others would take minutes.
const NEAREST: usize = 500;

/// The positions among which a near miss is looked for: those that stand nearest.
pub(super) fn around(here: usize, count: usize) -> Range<usize> {
    let start = here
        .saturating_sub(NEAREST / 2)
        .min(count.saturating_sub(NEAREST));
    start..count.min(start + NEAREST)
}

/// What the name of a Service leads to.
#[derive(Clone, Debug)]
pub enum Named<'i> {
    /// To these Services: one, or several where files define it twice.
    Found(Vec<ServiceLink<'i>>),
    /// To none; this one is called almost so.
    Similar(ServiceLink<'i>),
    /// To none. A workload of its namespace has the name, and this Service alone selects its pods.
    Serving(ServiceLink<'i>, Backend<'i>),
    /// To none in its namespace, but to this one in another. Both namespaces are explicit.
    OtherNamespace(ServiceLink<'i>),
    /// To none, and everything that exists is in the input.
    Missing,
    /// To none any more: it was there before what is judged was changed.
    Gone,
    /// To none here, which may be right.
    Unverified(Doubt),
}

/// What the port of a reference leads to.
#[derive(Clone, Debug)]
pub enum NamedPort<'i> {
    /// To this port.
    Found(ServiceLink<'i>, &'i ServicePort),
    /// The Service has no such port.
    Missing(ServiceLink<'i>, Spanned<PortRef>),
}

/// Where a name is looked up from.
#[derive(Clone, Copy, Debug)]
pub struct Place<'i> {
    /// The text that the name stands in.
    pub source: SourceId,
    /// The namespace that it is looked up in.
    pub namespace: &'i Namespace,
}

/// The name of a Service, looked up in a unit.
#[derive(Clone, Debug)]
pub(super) struct Lookup<'i> {
    pub(super) index: &'i Index,
    pub(super) unit: &'i Unit,
    /// The text that the name stands in.
    pub(super) source: SourceId,
    /// The namespace that it is looked up in.
    pub(super) namespace: Cow<'i, Namespace>,
    /// The name.
    pub(super) name: Cow<'i, str>,
}

/// A reference to a Service, in a unit.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'i> {
    index: &'i Index,
    unit: &'i Unit,
    member: &'i Member,
    target: &'i ServiceRef,
}

impl<'i> Reference<'i> {
    /// The object that it stands in.
    pub fn object(self) -> &'i Object {
        self.index.object(self.member.id)
    }

    /// What it says.
    pub fn target(self) -> &'i ServiceRef {
        self.target
    }

    /// The namespace that the object goes to.
    pub fn home(self) -> &'i Namespace {
        &self.member.namespace
    }

    /// The namespace in which the Service is looked up.
    pub fn namespace(self) -> Cow<'i, Namespace> {
        match &self.target.namespace {
            Some(named) => Cow::Owned(Namespace::explicit(&named.value)),
            None => Cow::Borrowed(&self.member.namespace),
        }
    }

    /// The look-up of the Service.
    pub(super) fn lookup(self) -> Lookup<'i> {
        Lookup {
            index: self.index,
            unit: self.unit,
            source: self.index.source_of(self.member.id),
            namespace: self.namespace(),
            name: Cow::Borrowed(&self.target.name.value),
        }
    }

    /// What it leads to.
    pub fn named(self) -> Named<'i> {
        let moved = self.moved();
        if !moved.is_empty() {
            return Named::Found(moved);
        }
        let named = self.lookup().named();
        match (self.target.role, &named) {
            // Only a headless Service gives pods names, and most pods need none.
            (Role::Governing, Named::Serving(..) | Named::Unverified(Doubt::NotHere(_))) => {
                let headless = self.headless();
                headless.map_or_else(
                    || Named::Unverified(Doubt::NotHere(self.target.name.value.clone())),
                    |(service, backend)| Named::Serving(service, backend),
                )
            }
            _ => named,
        }
    }

    /// The Services whose namespace kustomize changes, and in a reference along with them
    /// (api/filters/nameref, of the name together with the namespace).
    pub(super) fn moved(self) -> Vec<ServiceLink<'i>> {
        if self.target.namespace.is_none() || !self.unit.sets_namespace {
            return Vec::new();
        }
        let namespace = self.namespace();
        let written = |link: &ServiceLink<'_>| {
            let own = link.object().identity.namespace.as_deref();
            own.is_none_or(|own| own == namespace.name) || link.namespace().may_be(&namespace)
        };
        self.lookup().namesakes().filter(written).collect()
    }

    /// The one headless Service that selects the pods of the `StatefulSet` that this stands in.
    fn headless(self) -> Option<(ServiceLink<'i>, Backend<'i>)> {
        let templates = &self.unit.templates;
        let at = templates.partition_point(|node| node.object < self.member.id);
        let backend = self.index.backends(self.unit).nth(at)?;
        let is_headless = |link: &ServiceLink<'_>| link.service().headless.is_some();
        let mut services = backend.services().filter(is_headless);
        let service = services.next()?;
        let is_meant = std::ptr::eq(backend.object(), self.object())
            && services.next().is_none()
            && *service.membership() == Membership::Matched
            && !service.object().has_problem_at(service.object().name);
        is_meant.then_some((service, backend))
    }

    /// Where its port leads. None where it has none, or leads to no Service for certain.
    pub fn port(self) -> Option<NamedPort<'i>> {
        let wanted = self.target.wanted_port()?;
        let Named::Found(services) = self.named() else {
            return None;
        };
        let are_known = services.iter().all(|link| link.are_ports_known());
        let is_patched = self.unit.patched_service_ports.contains(&wanted.value);
        if wanted.value == PortRef::Unknown || !are_known || is_patched {
            return None;
        }
        let mut all = services.iter().flat_map(|link| {
            let ports = link.service().ports.iter();
            ports.map(move |port| (*link, port))
        });
        let found = all.find(|(_, port)| port.is(&wanted.value));
        Some(match found {
            Some((service, port)) => NamedPort::Found(service, port),
            None => NamedPort::Missing(*services.first()?, wanted),
        })
    }
}

impl ServiceLink<'_> {
    /// Whether it is written down which ports it has, and the API server takes them: only a headless
    /// Service may have none. One of type `ExternalName` passes on whatever it is asked for.
    pub fn are_ports_known(self) -> bool {
        let (service, object) = (self.service(), self.object());
        let translates = !matches!(
            service.service_type,
            ServiceType::ExternalName | ServiceType::Unknown
        );
        let is_taken = |span| !object.has_problem_at(span);
        let is_known = |port: &ServicePort| {
            let name = port.name.as_ref();
            !port.unreadable
                && port.port.as_ref().is_some_and(|own| is_taken(own.span))
                && name.is_none_or(|own| is_taken(own.span))
        };
        let may_be_all = !service.ports.is_empty() || service.headless.is_some();
        translates && may_be_all && !service.ports_unreadable && service.ports.iter().all(is_known)
    }

    /// Whether it is in the wrong namespace itself: it selects pods of this one.
    fn is_meant_for(self, namespace: &Namespace) -> bool {
        let pods = self.in_other_namespace();
        pods.is_some_and(|(backend, _)| backend.namespace().may_be(namespace))
    }
}

impl Index {
    /// Everything in a unit that points at a Service by its name.
    pub fn references<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = Reference<'i>> + 'i {
        unit.objects.iter().flat_map(move |member| {
            let targets = &self.object(member.id).references;
            targets.iter().map(move |target| Reference {
                index: self,
                unit,
                member,
                target,
            })
        })
    }

    /// Whether there was a Service with this name before what is judged was changed.
    pub(super) fn had_service(&self, unit: &Unit, place: Place<'_>, name: &str) -> bool {
        let before = self.options.before.as_ref();
        before.is_some_and(|before| {
            let file = &self.sources.get(place.source).name;
            before.had_service(unit, file, &place.namespace.name, name)
        })
    }

    /// Whether a unit has everything that a namespace has. A chart does not say what else the
    /// cluster has, nor does any user what the cluster itself brings along.
    fn is_all_of(&self, unit: &Unit, namespace: &Namespace) -> bool {
        let is_its_own = namespace.name.starts_with("kube-");
        let mut members = unit.objects.iter();
        !is_its_own
            && self.is_closed(unit)
            && (self.options.closed_world
                || members.any(|member| member.namespace.may_be(namespace)))
    }

    /// Why a Service may exist that the unit does not show.
    fn name_doubt(&self, unit: &Unit, name: &str) -> Option<Doubt> {
        if unit.has_unknown_names {
            return Some(Doubt::Placeholder);
        }
        let operator = self.maker_of(unit, [name]);
        operator
            .map(|own| Doubt::Operator(own.to_string()))
            .or_else(|| unit.doubts.first().cloned())
    }

    /// A Service of this name in another unit of the input.
    fn elsewhere(&self, unit: &Unit, name: &str) -> Option<Doubt> {
        let mut others = self
            .units
            .iter()
            .filter(|other| !std::ptr::eq(*other, unit));
        let (other, at) = others.find_map(|other| {
            let at = *other.services_by_name.get(name)?.first()?;
            Some((other, at))
        })?;
        let link = self.link(other, at);
        let file = &self.sources.get(link.source()).name;
        let who = format!("{} in `{file}`", link.object().identity);
        Some(Doubt::MatchedElsewhere(who))
    }
}

impl<'i> Lookup<'i> {
    /// What it leads to.
    pub(super) fn named(&self) -> Named<'i> {
        let Self { index, unit, .. } = *self;
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
        if let Some(at) = index.options.external.service(&namespace.name, name) {
            let reason = &index.options.external.services[at].reason;
            return Named::Unverified(Doubt::External(reason.clone()));
        }
        // The API server keeps a Service for itself (K `pkg/controlplane/controller/kubernetesservice`).
        if name == "kubernetes" && namespace.name == "default" {
            return Named::Unverified(Doubt::ControlPlane);
        }
        if let Some(doubt) = index.name_doubt(unit, name) {
            return Named::Unverified(doubt);
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
        if let Some(doubt) = index.elsewhere(unit, name) {
            return Named::Unverified(doubt);
        }
        if let Some(similar) = self.similar() {
            let object = similar.object();
            return if object.has_problem_at(object.name) {
                Named::Unverified(Doubt::Faulty(object.identity.to_string()))
            } else {
                Named::Similar(similar)
            };
        }
        if let Some((service, backend)) = self.serving() {
            return Named::Serving(service, backend);
        }
        if self.had_service() {
            return Named::Gone;
        }
        if index.is_all_of(unit, namespace) {
            return Named::Missing;
        }
        Named::Unverified(Doubt::NotHere(name.to_owned()))
    }

    /// Which external Service of the configuration is meant, by its position: no Service here is.
    pub(super) fn external(&self) -> Option<usize> {
        let is_here = |link: ServiceLink<'_>| link.namespace().may_be(&self.namespace);
        let external = &self.index.options.external;
        let found = external.service(&self.namespace.name, &self.name)?;
        (!self.is_unknown() && !self.namesakes().any(is_here)).then_some(found)
    }

    /// Whether a Service had the name before what is judged was changed.
    pub(super) fn had_service(&self) -> bool {
        let place = Place {
            source: self.source,
            namespace: &self.namespace,
        };
        self.index.had_service(self.unit, place, &self.name)
    }

    /// Whether the name or its namespace is filled in later.
    fn is_unknown(&self) -> bool {
        is_placeholder(&self.name) || !self.namespace.is_known
    }

    /// The Services with this name that are applied together with the text, in whatever namespace.
    fn namesakes(&self) -> impl Iterator<Item = ServiceLink<'i>> + use<'i> {
        let Self {
            index,
            unit,
            source,
            ..
        } = *self;
        let named = unit.services_by_name.get(&*self.name);
        let links = named.into_iter().flatten();
        let links = links.map(move |&at| index.link(unit, at));
        links.filter(move |link| unit.is_together(source, link.source()))
    }

    /// The Service that a slip of the finger would make of the name. One name that goes on where
    /// the other ends (`kibana`, `kibana-http`) is rather another Service.
    fn similar(&self) -> Option<ServiceLink<'i>> {
        let Self { index, unit, .. } = *self;
        let services = &unit.services;
        let here = services.partition_point(|node| index.source_of(node.object) < self.source);
        let links = around(here, services.len()).map(|at| index.link(unit, at));
        let alike = links.filter(|link| {
            is_slip(&self.name, link.name())
                && link.namespace().may_be(&self.namespace)
                && unit.is_together(self.source, link.source())
        });
        alike.min_by_key(|link| {
            let distance = strsim::damerau_levenshtein(&self.name, link.name());
            (distance, link.source() != self.source)
        })
    }

    /// The one Service that selects the pods of the workload with the name: a Service is mostly
    /// called as its workload is, until somebody renames it. A Rollout has several on purpose.
    fn serving(&self) -> Option<(ServiceLink<'i>, Backend<'i>)> {
        let Self { index, unit, .. } = *self;
        let templates = &unit.templates;
        let here = templates.partition_point(|node| index.source_of(node.object) < self.source);
        let near = around(here, templates.len()).map(|at| index.backend(unit, at));
        let mut named = near.filter(|backend| {
            backend.name() == self.name
                && backend.workload().kind != Kind::Rollout
                && backend.namespace().may_be(&self.namespace)
                && unit.is_together(self.source, backend.source())
        });
        let backend = named.next()?;
        let mut services = backend.services();
        let service = services.next()?;
        let is_alone = services.next().is_none() && named.next().is_none();
        let is_whole = *service.membership() == Membership::Matched && service.routes();
        let object = service.object();
        (is_alone && is_whole && !object.has_problem_at(object.name)).then_some((service, backend))
    }
}
