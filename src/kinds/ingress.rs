//! Ingresses.

use super::parts::collect::collect;
use super::parts::port::PortRef;
use super::parts::service_ref::{Role, ServiceRef};
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

/// A networking.k8s.io/v1 Ingress, apart from its backends.
#[derive(Clone, Debug)]
pub struct Ingress {
    /// The controller that serves it: `spec.ingressClassName`, or the annotation that came before.
    pub class: Option<Spanned<String>>,
}

impl Ingress {
    /// Reads an Ingress.
    pub fn read(object: Cursor<'_>) -> Self {
        let spec = object.get("spec");
        let named = spec.and_then(|spec| spec.get("ingressClassName"));
        let annotated = || annotations(object)?.get("kubernetes.io/ingress.class");
        Self {
            class: named.or_else(annotated).and_then(Cursor::string),
        }
    }
}

fn annotations(object: Cursor<'_>) -> Option<Cursor<'_>> {
    object.get("metadata")?.get("annotations")
}

/// The Services of all paths and of the default backend.
pub(super) fn backends(object: Cursor<'_>) -> Vec<ServiceRef> {
    let spec = object.get("spec");
    let rules = spec.and_then(|spec| spec.get("rules"));
    let paths = rules
        .into_iter()
        .flat_map(Cursor::items)
        .filter_map(|rule| rule.get("http")?.get("paths"))
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
