//! References to objects of other namespaces, which take a `ReferenceGrant` there
//! (gateway-api `apis/v1/referencegrant_types.go`).

use super::reference::{ROUTE, with_role};
use crate::kinds::kind::group_version;
use crate::kinds::{POOL, ReferenceGrant};
use crate::link::{CertificateLink, Links, Named, NamedCertificate, PoolLink, Reference, Unit};
use crate::object::Object;
use crate::text::source::Spanned;
use crate::unit::{Doubt, Namespace};
use std::borrow::Cow;

/// A reference of an object to another one, in a namespace that it names.
pub(crate) struct Crossing<'i> {
    /// The object.
    pub(crate) from: &'i Object,
    /// The namespace that it goes to.
    pub(crate) home: &'i Namespace,
    /// The namespace that it names.
    pub(crate) place: &'i Spanned<String>,
    /// The group of what it refers to.
    pub(crate) group: &'i str,
    /// The kind.
    pub(crate) kind: &'i str,
    /// The name that a grant has to have.
    pub(crate) name: Cow<'i, str>,
}

/// All such references of a unit.
pub(crate) fn crossings<'i>(
    links: &'i Links,
    unit: &'i Unit,
) -> impl Iterator<Item = Crossing<'i>> {
    let services = with_role(links, unit, ROUTE).filter_map(to_service);
    let pools = links.pools(unit).filter_map(to_pool);
    let certificates = links.certificates(unit).filter_map(to_certificate);
    services.chain(pools).chain(certificates)
}

fn to_service(reference: Reference<'_>) -> Option<Crossing<'_>> {
    let place = reference.target().namespace.as_ref()?;
    Some(Crossing {
        from: reference.object(),
        home: reference.home(),
        place,
        group: "",
        kind: "Service",
        name: Cow::Borrowed(granted_name(reference)?),
    })
}

/// The Service that a grant has to name. None where the grant is not what is missing: the Service
/// is in another namespace, or the configuration says that what belongs to it is elsewhere.
fn granted_name(reference: Reference<'_>) -> Option<&str> {
    match reference.named() {
        Named::OtherNamespace(_) | Named::Unverified(Doubt::External(_) | Doubt::Faulty(_)) => None,
        // A slip in the name is reported for itself.
        Named::Similar(meant, _) | Named::Serving(meant, _) => Some(&meant.object().identity.name),
        Named::Found(_)
        | Named::NotInOwnFile(_)
        | Named::Missing
        | Named::Gone
        | Named::Unverified(_) => Some(&reference.target().name.value),
    }
}

fn to_pool(link: PoolLink<'_>) -> Option<Crossing<'_>> {
    let own = link.pool();
    Some(Crossing {
        from: link.object(),
        home: link.namespace(),
        place: own.namespace.as_ref()?,
        group: &own.group.value,
        kind: POOL,
        name: Cow::Borrowed(&own.name.value),
    })
}

/// A policy refers to certificates of its own namespace only.
fn to_certificate(link: CertificateLink<'_>) -> Option<Crossing<'_>> {
    let own = link.certificate();
    let place = own.namespace.as_ref()?;
    let is_of_gateway = link.object().gateway().is_some();
    let meant = match link.named() {
        NamedCertificate::Similar(store) => Cow::Owned(store.name().to_owned()),
        _ => Cow::Borrowed(own.name.value.as_str()),
    };
    (is_of_gateway && own.is_of_core()).then_some(Crossing {
        from: link.object(),
        home: link.namespace(),
        place,
        group: "",
        kind: &own.kind,
        name: meant,
    })
}

impl Crossing<'_> {
    /// Whether a grant lets the object refer to the other one.
    pub(crate) fn is_allowed_by(&self, grant: &ReferenceGrant) -> bool {
        let (group, _) = group_version(&self.from.identity.api_version);
        let from = grant.from.iter().any(|from| {
            from.group == group
                && from.kind.value == self.from.identity.kind
                && from.namespace.value == self.home.name
        });
        let to = grant.to.iter().any(|to| {
            let name = to.name.as_ref();
            to.group == self.group
                && to.kind.value == self.kind
                && name.is_none_or(|name| name.value == self.name)
        });
        from && to || grant.is_unclear
    }
}
