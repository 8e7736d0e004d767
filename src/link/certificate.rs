//! Where references to certificates lead: to Secrets and `ConfigMap`s, of which the keys are known.

use super::links::{Link, Links};
use crate::kinds::{CertificateRef, CertificateUse, Entries};
use crate::object::Object;
use crate::text::placeholder::is_placeholder;
use crate::text::similar::is_slip;
use crate::unit::{Namespace, Unit, UnitKind};
use std::borrow::Cow;

/// A reference to a certificate, in a unit.
pub type CertificateLink<'i> = Link<'i, &'i CertificateRef>;

/// A Secret or a `ConfigMap`, in a unit.
pub type StoreLink<'i> = Link<'i, &'i Entries>;

/// What a reference to a certificate leads to.
#[derive(Clone, Debug)]
pub enum NamedCertificate<'i> {
    /// To these: one, or several where files define it twice.
    Found(Vec<StoreLink<'i>>),
    /// To none; this one is called almost so.
    Similar(StoreLink<'i>),
    /// To none, and everything that exists is in the input.
    Missing,
    /// To none here, which may be right: many Secrets are in no repository, for good reason.
    Elsewhere,
}

/// A name is compared with this many others at most.
const MOST_COMPARED: usize = 500;

impl Links {
    /// The references to certificates of the Gateways, `ListenerSet`s and policies of a unit.
    pub fn certificates<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = CertificateLink<'i>> {
        let holders = self.members(unit, certificates);
        holders.flat_map(|holder| {
            let own = holder.node.what.iter();
            own.map(move |certificate| holder.reading(certificate))
        })
    }
}

fn certificates(object: &Object) -> Option<&[CertificateRef]> {
    let of_gateway = object.gateway().map(|own| own.certificates.as_slice());
    let of_policy = || object.backend_tls_policy();
    of_gateway.or_else(|| Some(of_policy()?.authorities.as_slice()))
}

impl<'i> CertificateLink<'i> {
    /// What it says.
    pub fn certificate(self) -> &'i CertificateRef {
        self.node.what
    }

    /// The namespace that the certificate is looked up in.
    pub fn certificate_namespace(self) -> Cow<'i, Namespace> {
        match &self.certificate().namespace {
            Some(named) => Cow::Owned(Namespace::explicit(&named.value)),
            None => Cow::Borrowed(self.namespace()),
        }
    }

    /// What it leads to.
    pub fn named(self) -> NamedCertificate<'i> {
        let certificate = self.certificate();
        let (name, namespace) = (&certificate.name.value, &*self.certificate_namespace());
        if is_placeholder(name) || !namespace.is_known || !certificate.is_of_core() {
            return NamedCertificate::Elsewhere;
        }
        let is_there = |own: &StoreLink<'_>| own.namespace().may_be(namespace);
        let found: Vec<_> = self.called(name, self.store()).filter(is_there).collect();
        if !found.is_empty() {
            return NamedCertificate::Found(found);
        }
        if self.is_made(name, namespace) || self.is_in_another_unit(name) {
            return NamedCertificate::Elsewhere;
        }
        if let Some(similar) = self.similar(namespace) {
            return NamedCertificate::Similar(similar);
        }
        // What a chart leaves to its user it leaves out.
        if self.links.options.closed_world {
            return NamedCertificate::Missing;
        }
        NamedCertificate::Elsewhere
    }

    /// What reads the keys of objects of the kind that it names.
    fn store(self) -> fn(&'i Object) -> Option<&'i Entries> {
        match self.certificate().kind.as_str() {
            "ConfigMap" => |object| Some(&object.config_map()?.entries),
            _ => |object| Some(&object.secret()?.entries),
        }
    }

    /// Whether a controller makes what has the name, or a generator of kustomize may.
    fn is_made(self, name: &str, namespace: &Namespace) -> bool {
        let is_issued = self.certificate().used_as == CertificateUse::Server
            && self.object().gateway().is_some_and(|own| own.is_issued_for);
        let mut makers = self.links.members(self.unit(), Object::secret_maker);
        let is_made = makers.any(|maker| {
            let made = maker.node.what.secret.as_deref();
            maker.namespace().may_be(namespace) && made.is_none_or(|made| made == name)
        });
        is_issued || is_made || self.unit().kind == UnitKind::Kustomization
    }

    /// Whether another unit of the input has it.
    fn is_in_another_unit(self, name: &str) -> bool {
        let store = self.store();
        let mut units = self.links.units.iter();
        units.any(|unit| {
            let mut called = self.links.called(unit, name);
            called.any(|own| store(self.links.object(own.id)).is_some())
        })
    }

    fn similar(self, namespace: &Namespace) -> Option<StoreLink<'i>> {
        let all = self.links.members(self.unit(), self.store());
        let near = all.filter(|own| own.namespace().may_be(namespace) && self.is_beside(*own));
        let mut near = near.take(MOST_COMPARED);
        near.find(|own| is_slip(&self.certificate().name.value, own.name()))
    }
}

impl<'i> StoreLink<'i> {
    /// Its keys.
    pub fn entries(self) -> &'i Entries {
        self.node.what
    }
}
