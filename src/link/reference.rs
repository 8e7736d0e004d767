//! References to Services: what Ingresses, routes, webhooks and the like point at.

use super::links::{Link, Links};
use super::lookup::{Lookup, Named};
use super::membership::Membership;
use super::{Backend, ServiceLink};
use crate::kinds::{PortRef, Role, ServicePort, ServiceRef};
use crate::object::Object;
use crate::text::source::Spanned;
use crate::unit::{Doubt, Namespace, Unit};
use std::borrow::Cow;

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
            // Most pods need no governing Service.
            is_of_own_file: self.target().role != Role::Governing,
        }
    }

    /// What it leads to.
    pub fn named(self) -> Named<'i> {
        let moved = self.moved();
        if !moved.is_empty() {
            return Named::Found(moved);
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
        let are_known = services.iter().all(|link| link.are_ports_known());
        let is_patched = self.from.unit().has_patched_service_port(&wanted.value);
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

/// What the port of a reference leads to.
#[derive(Clone, Debug)]
pub enum NamedPort<'i> {
    /// To this port.
    Found(ServiceLink<'i>, &'i ServicePort),
    /// The Service has no such port.
    Missing(ServiceLink<'i>, Spanned<PortRef>),
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
