//! Routes of the Gateway API, of all its protocols
//! (gateway-api `apis/v1/httproute_types.go`, `grpcroute_types.go`, `shared_types.go`).

use super::parts::collect::collect;
use super::parts::port::PortRef;
use super::parts::service_ref::{Role, ServiceRef};
use crate::yaml::cursor::Cursor;

/// The Services that a route attaches to, and those that its rules and their filters send to.
pub(super) fn backends(object: Cursor<'_>) -> Vec<ServiceRef> {
    let spec = object.get("spec");
    let parents = spec.into_iter().flat_map(|spec| list(spec, "parentRefs"));
    let rules = spec.into_iter().flat_map(|spec| list(spec, "rules"));
    let of_rules = rules.flat_map(|rule| {
        let backends = list(rule, "backendRefs");
        let of_backends = backends.flat_map(|backend| {
            let own = service(Role::RouteBackend, backend);
            own.into_iter().chain(filters(backend))
        });
        of_backends.chain(filters(rule))
    });
    collect(parents.filter_map(parent).chain(of_rules))
}

/// A Service whose traffic in a mesh a route decides over, and the port that it is about, by its
/// number or as a section. The group is that of the Gateway API where none is written.
fn parent(reference: Cursor<'_>) -> Option<ServiceRef> {
    let is_service =
        text(reference, "group") == Some("") && text(reference, "kind") == Some("Service");
    let own = ServiceRef::read(Role::Parent, reference).filter(|_| is_service)?;
    let section = || reference.get("sectionName").and_then(PortRef::read);
    Some(ServiceRef {
        port: own.port.clone().or_else(section),
        ..own
    })
}

/// The Services that the filters of a rule, or of one of its backends, send to.
fn filters(holder: Cursor<'_>) -> impl Iterator<Item = ServiceRef> {
    list(holder, "filters").filter_map(|filter| {
        let (role, filter) = match filter.get("type")?.text() {
            "RequestMirror" => (Role::Mirror, filter.get("requestMirror")?),
            "ExternalAuth" => (Role::Authorizer, filter.get("externalAuth")?),
            _ => return None,
        };
        service(role, filter.get("backendRef")?)
    })
}

fn list<'r>(holder: Cursor<'r>, name: &str) -> impl Iterator<Item = Cursor<'r>> + use<'r> {
    holder.get(name).into_iter().flat_map(Cursor::items)
}

/// A reference whose group and kind, by default, are those of a Service.
fn service(role: Role, reference: Cursor<'_>) -> Option<ServiceRef> {
    let is_service = matches!(text(reference, "group"), None | Some(""))
        && matches!(text(reference, "kind"), None | Some("Service"));
    is_service.then(|| ServiceRef::read(role, reference))?
}

fn text<'r>(reference: Cursor<'r>, name: &str) -> Option<&'r str> {
    reference.get(name).map(Cursor::text)
}
