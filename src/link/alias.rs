//! Services that stand for a name of the cluster's DNS (`Service.spec.externalName`): what looks
//! one up is told to look the other one up (kubernetes/dns `docs/specification.md`, 2.5).

use super::lookup::{Lookup, Named};
use super::{Links, ServiceLink};
use crate::kinds::ServiceType;
use crate::text::source::Spanned;
use crate::unit::{Namespace, Unit};
use std::borrow::Cow;

/// An `ExternalName` Service whose name is that of another Service.
#[derive(Clone, Debug)]
pub struct Alias<'i> {
    /// The Service.
    pub service: ServiceLink<'i>,
    /// The whole name that it stands for.
    pub host: &'i Spanned<String>,
    /// The name of the other Service.
    pub name: String,
    /// The namespace of the other Service.
    pub namespace: Namespace,
}

impl Links {
    /// The Services of a unit that stand for other Services.
    pub fn aliases<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = Alias<'i>> + 'i {
        self.services(unit).filter_map(Alias::of)
    }
}

impl<'i> Alias<'i> {
    fn of(service: ServiceLink<'i>) -> Option<Self> {
        if service.service().service_type != ServiceType::ExternalName {
            return None;
        }
        let host = &service.service().setting("externalName")?.value;
        let whole = host.value.trim_end_matches('.').to_ascii_lowercase();
        let parts: Vec<&str> = whole.split('.').collect();
        let [name, namespace, "svc", ..] = parts[..] else {
            return None;
        };
        Some(Self {
            service,
            host,
            name: name.to_owned(),
            namespace: Namespace::explicit(namespace),
        })
    }

    pub(super) fn lookup(&self) -> Lookup<'i> {
        Lookup {
            links: self.service.links,
            unit: self.service.unit(),
            source: self.host.span.source,
            namespace: Cow::Owned(self.namespace.clone()),
            name: Cow::Owned(self.name.clone()),
            is_of_own_file: false,
        }
    }

    /// What the name leads to.
    pub fn named(&self) -> Named<'i> {
        self.lookup().named()
    }
}
