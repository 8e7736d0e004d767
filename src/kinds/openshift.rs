//! `OpenShift`'s Routes, which send what comes in for a host to the pods of Services.

use super::parts::collect::collect;
use super::parts::port::PortRef;
use super::parts::service_ref::{Role, ServiceRef};
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

/// A route.openshift.io/v1 `Route`, apart from its Services.
#[derive(Clone, Debug)]
pub struct Route {
    /// `spec.port.targetPort`: a port of the Service by its name, or one of the pods by its number.
    pub target_port: Option<Spanned<PortRef>>,
}

impl Route {
    /// Reads a `Route`.
    pub fn read(object: Cursor<'_>) -> Self {
        let port = object.get("spec").and_then(|spec| spec.get("port"));
        Self {
            target_port: port
                .and_then(|port| port.get("targetPort"))
                .and_then(PortRef::read),
        }
    }
}

/// The Services that a `Route` sends to: the first one, and those that share its traffic.
pub(super) fn services(object: Cursor<'_>) -> Vec<ServiceRef> {
    let spec = object.get("spec");
    let others = spec.and_then(|spec| spec.get("alternateBackends"));
    let others = others.into_iter().flat_map(Cursor::items);
    let all = spec
        .and_then(|spec| spec.get("to"))
        .into_iter()
        .chain(others);
    let services = all.filter(|target| {
        let kind = target.get("kind").map(Cursor::text);
        matches!(kind, None | Some("" | "Service"))
    });
    collect(services.filter_map(|target| {
        let reference = ServiceRef::read(Role::RouteTarget, target)?;
        Some(ServiceRef {
            namespace: None,
            port: None,
            ..reference
        })
    }))
}
