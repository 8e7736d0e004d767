//! `OpenShift`'s Routes, which send what comes in for a host to the pods of Services.

use super::parts::collect::collect;
use super::parts::known_fields::OBJECT;
use super::parts::port::PortRef;
use super::parts::requests::Requests;
use super::parts::service_ref::{Role, ServiceRef};
use super::row::{Row, Version};
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

/// Fields: openshift/api `route/v1/types.go`.
pub(super) static ROW: Row = Row {
    references: services,
    known: &[
        OBJECT,
        (
            "spec",
            "host subdomain path to alternateBackends port tls wildcardPolicy httpHeaders",
        ),
        ("spec.to", "kind name weight"),
        ("spec.alternateBackends[]", "kind name weight"),
        ("spec.port", "targetPort"),
    ],
    ..Row::new(
        "Route",
        &[
            Version::extension("route.openshift.io/v1"),
            // As it was before groups.
            Version::extension("v1"),
        ],
    )
};

pub(super) fn read(object: Cursor<'_>) -> OpenShiftRoute {
    let port = object.path(["spec", "port", "targetPort"]);
    let text = |name: &str| Some(object.path(["spec", name])?.text().to_owned());
    let host = text("host").filter(|host| !host.is_empty());
    OpenShiftRoute {
        requests: Requests::of_openshift(object),
        host,
        path: text("path"),
        target_port: port.and_then(PortRef::read),
    }
}

/// A route.openshift.io/v1 `Route`, apart from its Services.
#[derive(Clone, Debug)]
pub struct OpenShiftRoute {
    /// `spec.host`; none if the router makes one up.
    pub host: Option<String>,
    /// Which requests it is about.
    pub requests: Requests,
    /// `spec.path`
    pub path: Option<String>,
    /// `spec.port.targetPort`: a port of the Service by its name, or one of the pods by its number.
    pub target_port: Option<Spanned<PortRef>>,
}

/// The Services that a `Route` sends to: the first one, and those that share its traffic.
fn services(object: Cursor<'_>) -> Vec<ServiceRef> {
    let spec = object.get("spec");
    let first = spec.and_then(|spec| spec.get("to"));
    let others = spec
        .into_iter()
        .flat_map(|spec| spec.list("alternateBackends"));
    let all = first.into_iter().chain(others);
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
