//! `Ingress`.

use super::parts::collect::collect;
use super::parts::port::PortRef;
use super::parts::requests::Requests;
use super::parts::service_ref::{Role, ServiceRef};
use super::row::{Row, Version};
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::networking::v1;

pub(super) static ROW: Row = Row {
    references: backends,
    ..Row::typed::<v1::Ingress>(&[
        Version::since("networking.k8s.io/v1", 19),
        // Its backends have another form.
        Version::between("networking.k8s.io/v1beta1", 14, 22).unread(),
        Version::between("extensions/v1beta1", 1, 22).unread(),
    ])
};

pub(super) fn read(object: Cursor<'_>) -> Ingress {
    let spec = object.get("spec");
    let named = spec.and_then(|spec| spec.get("ingressClassName"));
    let annotated = || annotations(object)?.get("kubernetes.io/ingress.class");
    Ingress {
        class: named.or_else(annotated).and_then(Cursor::string),
        requests: Requests::of_ingress(object),
        is_canary: is_canary(object),
    }
}

/// A networking.k8s.io/v1 Ingress, apart from its backends.
#[derive(Clone, Debug)]
pub struct Ingress {
    /// The controller that serves it: `spec.ingressClassName`, or the annotation that came before.
    pub class: Option<Spanned<String>>,
    /// The requests that its paths are about, each with its host.
    pub requests: Vec<(String, Requests)>,
    /// Whether it shares the requests of another one on purpose.
    pub is_canary: bool,
}

/// An annotation of a controller by which an Ingress takes a part of another one's requests:
/// `nginx.ingress.kubernetes.io/canary`, `higress.io/canary`, ...
fn is_canary(object: Cursor<'_>) -> bool {
    let all = annotations(object).map(Cursor::entries).unwrap_or_default();
    all.iter().any(|(key, _)| key.value.contains("canary"))
}

fn annotations(object: Cursor<'_>) -> Option<Cursor<'_>> {
    object.path(["metadata", "annotations"])
}

/// The Services of all paths and of the default backend.
fn backends(object: Cursor<'_>) -> Vec<ServiceRef> {
    let spec = object.get("spec");
    let rules = spec.into_iter().flat_map(|spec| spec.list("rules"));
    let paths = rules
        .filter_map(|rule| rule.path(["http", "paths"]))
        .flat_map(Cursor::items)
        .filter_map(|path| path.get("backend"));
    let default = spec.and_then(|spec| spec.get("defaultBackend"));
    let annotations = annotations(object);
    let backends = default.into_iter().chain(paths);
    collect(backends.filter_map(|found| backend(annotations, found)))
}

/// `service`, whose port is itself a mapping with a name or a number.
fn backend(annotations: Option<Cursor<'_>>, backend: Cursor<'_>) -> Option<ServiceRef> {
    let service = backend.get("service")?;
    let port = service.get("port");
    let port = port.and_then(|port| {
        let named = port.get("name").filter(|name| !name.text().is_empty());
        named.or_else(|| port.get("number"))
    });
    let reference = ServiceRef::read(Role::Backend, service)?;
    // The AWS load balancer controller takes the name for one of the Ingress's annotations.
    let action = format!("alb.ingress.kubernetes.io/actions.{}", reference.name.value);
    let has_action = annotations.is_some_and(|own| own.field(&action).is_some());
    let is_action = has_action || port.is_some_and(|port| port.text() == "use-annotation");
    (!is_action).then(|| ServiceRef {
        port: port.and_then(PortRef::read),
        ..reference
    })
}
