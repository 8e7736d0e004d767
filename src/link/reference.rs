//! References to Services: what Ingresses, routes, webhooks and the like point at.

use super::links::{Link, Links};
use super::lookup::{Lookup, Named};
use super::membership::Membership;
use super::{Backend, ServiceLink};
use crate::kinds::described::{HostKind, PortRow, PortSide};
use crate::kinds::{PortRef, Protocol, Role, ServicePort, ServiceRef, ServiceType};
use crate::object::Object;
use crate::text::source::Spanned;
use crate::unit::{Doubt, Namespace, Unit};
use std::borrow::Cow;
use std::iter;

/// A reference to a Service, in a unit.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'i> {
    from: Link<'i, &'i ServiceRef>,
}

impl<'i> Reference<'i> {
    /// The object that it stands in.
    pub fn object(self) -> &'i Object {
        self.from.object()
    }

    /// What it says.
    pub fn target(self) -> &'i ServiceRef {
        self.from.node.what
    }

    /// The namespace that the object goes to.
    pub fn home(self) -> &'i Namespace {
        self.from.namespace()
    }

    /// The namespace in which the Service is looked up.
    pub fn namespace(self) -> Cow<'i, Namespace> {
        match &self.target().namespace {
            Some(named) => Cow::Owned(Namespace::explicit(&named.value)),
            None => Cow::Borrowed(self.home()),
        }
    }

    /// The look-up of the Service.
    pub(super) fn lookup(self) -> Lookup<'i> {
        Lookup {
            links: self.from.links,
            unit: self.from.unit(),
            source: self.from.source(),
            namespace: self.namespace(),
            name: Cow::Borrowed(&self.target().name.value),
            // Most pods need no governing Service, and a host may be outside the cluster.
            is_of_own_file: self.target().role != Role::Governing && !self.is_host(),
        }
    }

    /// What it leads to.
    pub fn named(self) -> Named<'i> {
        let moved = self.moved();
        if !moved.is_empty() {
            return Named::Found(moved);
        }
        if self.is_of_other_cluster() {
            return Named::Unverified(Doubt::NotHere(self.target().name.value.clone()));
        }
        let anywhere = self.anywhere();
        if !anywhere.is_empty() {
            return Named::Found(anywhere);
        }
        let named = self.lookup().named();
        match (self.target().role, &named) {
            // Only a headless Service gives pods names, and most pods need none.
            (Role::Governing, Named::Serving(..) | Named::Unverified(Doubt::NotHere(_))) => {
                let headless = self.headless();
                headless.map_or_else(
                    || Named::Unverified(Doubt::NotHere(self.target().name.value.clone())),
                    |(service, backend)| Named::Serving(service, backend),
                )
            }
            _ => named,
        }
    }

    /// Whether the unit had the Service in the base revision.
    pub fn had_service(self) -> bool {
        self.lookup().had_service()
    }

    /// The Services whose namespace kustomize changes, and in a reference along with them
    /// (api/filters/nameref, of the name together with the namespace).
    pub(super) fn moved(self) -> Vec<ServiceLink<'i>> {
        if self.target().namespace.is_none() || !self.from.unit().sets_namespace {
            return Vec::new();
        }
        let namespace = self.namespace();
        let written = |link: &ServiceLink<'_>| {
            let own = link.object().identity.namespace.as_deref();
            self.from.unit().moves_references()
                || own.is_none_or(|own| own == namespace.name)
                || link.namespace().may_be(&namespace)
        };
        self.lookup().namesakes().filter(written).collect()
    }

    /// Whether the name is that of a host, which only looks like the name of a Service.
    fn is_host(self) -> bool {
        let described = self.target().described.as_ref();
        described.is_some_and(|own| {
            matches!(own.host, HostKind::Host | HostKind::Bare | HostKind::Short)
        })
    }

    /// The Services of any namespace, where that makes no difference.
    fn anywhere(self) -> Vec<ServiceLink<'i>> {
        let described = self.target().described.as_ref();
        if described.is_none_or(|described| !described.is_anywhere) {
            return Vec::new();
        }
        self.lookup().namesakes().collect()
    }

    /// Whether what follows the name is no namespace of the unit, so that the whole may be a host
    /// outside the cluster.
    fn is_of_other_cluster(self) -> bool {
        let described = self.target().described.as_ref();
        let namespaces = &self.from.links.view(self.from.unit()).symbols.namespaces;
        match described.map_or(HostKind::Name, |described| described.host) {
            HostKind::Name => false,
            HostKind::Domain | HostKind::Host | HostKind::Short => {
                !namespaces.contains(&self.namespace().name)
            }
            HostKind::Bare => namespaces.len() > 1,
        }
    }

    /// The one headless Service that selects the pods of the `StatefulSet` that this stands in.
    fn headless(self) -> Option<(ServiceLink<'i>, Backend<'i>)> {
        let (links, unit) = (self.from.links, self.from.unit());
        let node = links.view(unit).template_of(self.from.node.member.id)?;
        let backend = Link { links, node };
        let is_headless = |link: &ServiceLink<'_>| link.service().headless.is_some();
        let mut services = backend.services().filter(is_headless);
        let service = services.next()?;
        let is_meant = services.next().is_none()
            && *service.membership() == Membership::Matched
            && !service.object().has_problem_at(service.object().name);
        is_meant.then_some((service, backend))
    }

    /// Where its port leads. None where it has none, or leads to no Service for certain.
    pub fn port(self) -> Option<NamedPort<'i>> {
        let wanted = self.target().wanted_port()?;
        let Named::Found(services) = self.named() else {
            return None;
        };
        let are_known = services.iter().all(|link| self.are_ports_known(*link));
        let is_patched = self.from.unit().has_patched_service_port(&wanted.value);
        if wanted.value == PortRef::Unknown || !are_known || is_patched {
            return None;
        }
        let all = services.iter().flat_map(|link| {
            let ports = link.service().ports.iter();
            ports.map(move |port| (*link, port))
        });
        let mut called = all.filter(|(service, port)| self.means(*service, port, &wanted.value));
        let Some(first) = called.next() else {
            // Pods may listen where no manifest says so.
            let is_known =
                self.port_row().map(|row| row.side(&wanted.value)) != Some(PortSide::Pod);
            let service = *services.first()?;
            return is_known.then_some(NamedPort::Missing(service, wanted));
        };
        let is_served = |(service, port): &(ServiceLink<'i>, &'i ServicePort)| {
            self.is_served(*service, port, &wanted.value)
        };
        let mut called = iter::once(first).chain(called);
        Some(match called.find(is_served) {
            Some((service, port)) => NamedPort::Found(service, port),
            None => NamedPort::Unfit(first.0, first.1, wanted),
        })
    }

    /// Whether it is written down which ports a Service has. The pods of a headless one may be
    /// asked for any, and need none to be listed.
    fn are_ports_known(self, service: ServiceLink<'i>) -> bool {
        let is_of_pods = service.service().headless.is_some() && self.port_row().is_some();
        service.are_ports_known() && !(is_of_pods && service.service().ports.is_empty())
    }

    /// Whether a port of a Service is the one that is asked for.
    fn means(self, service: ServiceLink<'i>, port: &ServicePort, wanted: &PortRef) -> bool {
        let is_of_pods = match self.port_row().map(|row| row.side(wanted)) {
            Some(PortSide::Pod) => true,
            Some(PortSide::Address) => service.service().headless.is_some(),
            _ => false,
        };
        port.is(wanted) || is_of_pods && answers_at(service, port, wanted)
    }

    /// Whether who asks for a port takes it.
    fn is_served(self, service: ServiceLink<'i>, port: &ServicePort, wanted: &PortRef) -> bool {
        let Some(row) = self.port_row() else {
            return true;
        };
        let is_there = match row.side(wanted) {
            PortSide::Service | PortSide::Address => true,
            PortSide::Node => matches!(
                service.service().service_type,
                ServiceType::NodePort | ServiceType::LoadBalancer | ServiceType::Unknown
            ),
            PortSide::Pod => {
                let target = port.target_port.as_ref();
                target.is_none() || answers_at(service, port, wanted)
            }
        };
        let protocol = row.protocol();
        let is_spoken = port.protocol == Protocol::Unknown
            || protocol.is_none_or(|wanted| wanted == port.protocol.as_str());
        is_there && is_spoken
    }

    /// How its row names the port.
    fn port_row(self) -> Option<&'i PortRow> {
        self.target().described.as_ref()?.port.as_ref()
    }
}

/// What the port of a reference leads to.
#[derive(Clone, Debug)]
pub enum NamedPort<'i> {
    /// To this port.
    Found(ServiceLink<'i>, &'i ServicePort),
    /// The Service has no such port.
    Missing(ServiceLink<'i>, Spanned<PortRef>),
    /// To this port, which is of another protocol or place than the one that is taken.
    Unfit(ServiceLink<'i>, &'i ServicePort, Spanned<PortRef>),
}

/// Whether the pods behind a port of a headless Service answer at another one: their names lead to
/// them, past the Service.
fn answers_at(service: ServiceLink<'_>, port: &ServicePort, wanted: &PortRef) -> bool {
    let target = port.target_port.as_ref();
    let is_declared = |backend: Backend<'_>| {
        let containers = backend.workload().template.containers.iter();
        let mut ports = containers.flat_map(|container| &container.ports);
        ports.any(|own| {
            let number = own.number.as_ref().map(|own| PortRef::Number(own.value));
            number.as_ref() == Some(wanted)
        })
    };
    target.is_some_and(|own| own.value == *wanted) || service.backends().any(is_declared)
}

impl Links {
    /// Everything in a unit that points at a Service by its name.
    pub fn references<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = Reference<'i>> + 'i {
        let holders = self.members(unit, |object| Some(&object.references));
        holders.flat_map(|holder| {
            let targets = holder.node.what.iter();
            targets.map(move |target| Reference {
                from: holder.reading(target),
            })
        })
    }
}
