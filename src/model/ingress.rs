//! Ingresses.

use super::collect;
use super::pod::PortRef;
use super::reference::ServiceRef;
use crate::source::Spanned;
use crate::yaml::cursor::Cursor;

/// A networking.k8s.io/v1 Ingress.
#[derive(Clone, Debug)]
pub struct Ingress {
    /// The controller that serves it: `spec.ingressClassName`, or the annotation that came before.
    pub class: Option<Spanned<String>>,
    /// The Services of all its paths and of the default backend.
    pub backends: Vec<ServiceRef>,
}

impl Ingress {
    /// Reads an Ingress.
    pub fn read(object: Cursor<'_>) -> Self {
        let spec = object.get("spec");
        let rules = spec.and_then(|spec| spec.get("rules"));
        let paths = rules
            .into_iter()
            .flat_map(Cursor::items)
            .filter_map(|rule| rule.get("http")?.get("paths"))
            .flat_map(Cursor::items)
            .filter_map(|path| path.get("backend"));
        let default = spec.and_then(|spec| spec.get("defaultBackend"));
        Self {
            class: class(object),
            backends: collect(default.into_iter().chain(paths).filter_map(backend)),
        }
    }
}

fn class(object: Cursor<'_>) -> Option<Spanned<String>> {
    let named = object
        .get("spec")
        .and_then(|spec| spec.get("ingressClassName"));
    let annotated = || {
        let annotations = object.get("metadata")?.get("annotations")?;
        annotations.get("kubernetes.io/ingress.class")
    };
    named.or_else(annotated)?.string()
}

/// `service`, whose port is itself a mapping with a name or a number.
fn backend(backend: Cursor<'_>) -> Option<ServiceRef> {
    let service = backend.get("service")?;
    let port = service.get("port");
    let port = port.and_then(|port| port.get("name").or_else(|| port.get("number")));
    // The AWS load balancer controller takes the name for one of its annotations then.
    let is_action = port.is_some_and(|port| port.text() == "use-annotation");
    let reference = ServiceRef::read(service).filter(|_| !is_action)?;
    Some(ServiceRef {
        port: port.and_then(PortRef::read),
        ..reference
    })
}
