//! The names of Services in what pods are told, looked up as a pod's resolver does (kubernetes/dns,
//! `docs/specification.md`): one part in the pod's own namespace, a second part names another one.

use super::lookup::{Lookup, Named};
use super::service_names::{Form, Told};
use super::{Links, ServiceLink};
use crate::diagnostic::Evidence;
use crate::kinds::{Kind, PortRef, Workload};
use crate::object::Object;
use crate::text::similar::is_slip;
use crate::text::source::{SourceId, Spanned};
use crate::unit::{Doubt, Member, Namespace, Unit};
use std::borrow::Cow;

/// From this length on a slip in a name is seldom another name.
const LONG_NAME: usize = 5;

/// A name of a Service in what a pod is told.
#[derive(Clone, Copy, Debug)]
pub struct DnsName<'i> {
    links: &'i Links,
    unit: &'i Unit,
    told: &'i Told,
}

impl Links {
    /// The names of Services in what the pods of a unit are told.
    pub fn dns_names<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = DnsName<'i>> + 'i {
        self.told(unit).iter().map(move |told| DnsName {
            links: self,
            unit,
            told,
        })
    }

    /// Whether Services of a unit say that they are in a namespace.
    pub fn has_services_in(&self, unit: &Unit, namespace: &str) -> bool {
        self.services(unit)
            .any(|service| service.namespace().is_explicit && service.namespace().name == namespace)
    }
}

impl<'i> DnsName<'i> {
    /// The object whose pods are told the name.
    pub fn reader(self) -> &'i Object {
        self.links.object(self.member().id)
    }

    fn member(self) -> &'i Member {
        &self.unit.objects[self.told.reader]
    }

    /// What the pods are made from.
    pub fn workload(self) -> &'i Workload {
        &self.reader().workloads()[self.told.workload]
    }

    /// The object that the name stands in: the workload, or a config map that it reads.
    pub fn object(self) -> &'i Object {
        let at = self.told.config.unwrap_or(self.told.reader);
        self.links.object(self.unit.objects[at].id)
    }

    /// Whether the name stands in a config map.
    pub fn is_configured(self) -> bool {
        self.told.config.is_some()
    }

    /// The whole name.
    pub fn host(self) -> &'i Spanned<String> {
        &self.told.host.name
    }

    /// The port behind it.
    pub fn port(self) -> Option<&'i Spanned<i64>> {
        self.told.host.port.as_ref()
    }

    /// How much of the full name is there.
    pub fn form(self) -> Form {
        self.told.form
    }

    /// The name of the Service.
    pub fn service(self) -> &'i str {
        self.told.form.service(&self.host().value)
    }

    /// The port that a client connects to, if the name says so.
    pub fn known_port(self) -> Option<i64> {
        self.told.host.known_port()
    }

    /// Whether a name that is not complete is looked up where Services are that can be seen.
    fn is_judged_by_port(self) -> bool {
        match self.form() {
            Form::Short => true,
            Form::WithNamespace => self
                .links
                .has_services_in(self.unit, &self.namespace().name),
            Form::Full | Form::Pod => false,
        }
    }

    /// Whether a Service has the port that is connected to.
    fn has_port(self, service: ServiceLink<'_>) -> bool {
        let port = self.known_port().map(PortRef::Number);
        let mut ports = service.service().ports.iter();
        port.is_some_and(|port| ports.any(|own| own.is(&port)))
    }

    /// Whether a name that is not complete is that of a workload whose pods a Service of another
    /// name selects, which has the port that is connected to.
    pub fn is_of_renamed(self) -> bool {
        let is_served = |service| self.has_port(service);
        self.is_judged_by_port()
            && matches!(self.named(), Named::Serving(service, _) if is_served(service))
    }

    /// The Service that was probably meant by a name that is not complete: it has the port that
    /// is connected to, and almost the name.
    pub fn misspelt(self) -> Option<(ServiceLink<'i>, Evidence)> {
        if self.known_port().is_none() {
            return self.misspelt_host();
        }
        if !self.is_judged_by_port() {
            return None;
        }
        let has_it = |service: ServiceLink<'_>| self.has_port(service);
        match self.named() {
            Named::Similar(service, evidence) if has_it(service) => Some((service, evidence)),
            Named::Found(_) | Named::Unverified(Doubt::External(_)) => None,
            _ => {
                let mut meant = self.of_named_release().filter(|service| has_it(*service));
                let service = meant.next()?;
                (meant.next().is_none()).then_some((service, Evidence::NameByWords))
            }
        }
    }

    /// The same of a variable that holds a host and nothing else: a slip, where nothing has the
    /// name.
    fn misspelt_host(self) -> Option<(ServiceLink<'i>, Evidence)> {
        let is_meant = self.told.host.is_called_host && self.service().len() >= LONG_NAME;
        let has_name = || {
            self.links
                .called(self.unit, self.service())
                .next()
                .is_some()
        };
        match self.named() {
            Named::Similar(service, evidence @ Evidence::Slip) if is_meant && !has_name() => {
                Some((service, evidence))
            }
            _ => None,
        }
    }

    /// The Services of a rendered chart that a name would be if its release were called as the
    /// chart is.
    fn of_named_release(self) -> impl Iterator<Item = ServiceLink<'i>> {
        let source = self.links.sources.get(self.source());
        let template = source.template_at(self.host().span.start);
        let chart = template.and_then(|template| template.split('/').next());
        let rest = chart.and_then(|chart| self.service().strip_prefix(chart));
        let rest = rest.filter(|rest| rest.starts_with('-'));
        let services = self.links.services(self.unit);
        services.filter(move |service| {
            rest.is_some_and(|rest| service.name().ends_with(rest))
                && service.namespace().may_be(self.own_namespace())
        })
    }

    /// The Service of the pods' own namespace that was probably meant by a name that names another
    /// namespace: `default`, or one that is almost that of the Service.
    pub fn misplaced(self) -> Option<ServiceLink<'i>> {
        let Named::OtherNamespace(other) = self.named() else {
            return None;
        };
        let (place, there) = (self.namespace(), other.namespace());
        let is_default = place.name == "default" && *self.own_namespace() == *there;
        (is_default || is_slip(&place.name, &there.name)).then_some(other)
    }

    /// The text that the name stands in.
    pub fn source(self) -> SourceId {
        self.host().span.source
    }

    /// The namespace of the pods.
    pub fn own_namespace(self) -> &'i Namespace {
        &self.member().namespace
    }

    /// The namespace that the name is looked up in.
    pub fn namespace(self) -> Namespace {
        let host = &self.host().value;
        self.told.form.namespace(host, self.own_namespace())
    }

    /// Whether the pods know the name without asking: their own, or one in `/etc/hosts`.
    pub fn is_own(self) -> bool {
        let template = &self.workload().template;
        let host = &self.host().value;
        let resolver = template.resolver.as_ref();
        resolver.is_some_and(|resolver| resolver.own_names.contains(host))
            || self.workload().kind == Kind::Pod && self.reader().identity.name == *host
    }

    /// The look-up of the Service.
    pub(super) fn lookup(self) -> Lookup<'i> {
        Lookup {
            links: self.links,
            unit: self.unit,
            source: self.source(),
            namespace: Cow::Owned(self.namespace()),
            name: Cow::Borrowed(self.service()),
            is_of_own_file: false,
        }
    }

    /// What it leads to.
    pub fn named(self) -> Named<'i> {
        self.lookup().named()
    }

    /// Whether a Service of the base revision had it.
    pub fn had_service(self) -> bool {
        self.lookup().had_service()
    }

    /// The Services that it leads to.
    pub fn services(self) -> Vec<ServiceLink<'i>> {
        match self.named() {
            Named::Found(found) => found,
            _ => Vec::new(),
        }
    }
}
