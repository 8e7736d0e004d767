//! See `rules/ingress-port-not-found.md`.

use super::support::listing::quoted;
use super::support::missing_port::{Meant, MissingPort};
use super::support::reference::with_role;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Ingress, PortRef, Role, ServicePort};
use crate::link::{Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::INGRESS_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for backend in with_role(links, unit, &[Role::Backend]) {
        let (Some(missing), Some(ingress)) = (MissingPort::of(backend), backend.object().ingress())
        else {
            continue;
        };
        let works = missing.is_target() && may_be_nginx(ingress);
        let severity = if works {
            Severity::Warning
        } else {
            Severity::Error
        };
        let found = missing.finding(RULE.id, severity);
        out.push(advise(found, &missing));
    }
}

/// Says which port to write. That of the pods means one port of the Service for certain.
fn advise(found: Diagnostic, missing: &MissingPort<'_>) -> Diagnostic {
    let Some(meant) = missing.meant else {
        return found.help("name a port of the Service, by its name or by its number");
    };
    let wanted = &missing.wanted().value;
    let Some(other) = same_form(meant.port(), wanted) else {
        let number = meant.port().number();
        return found.help(format!(
            "write `number: {number}`, or name the port of the Service {}",
            quoted(wanted)
        ));
    };
    let key = match wanted {
        PortRef::Name(_) => "name",
        _ => "number",
    };
    let help = match meant {
        Meant::TargetOf(_) | Meant::NamedBy(_) => format!(
            "write `{key}: {other}`; an Ingress names the port of the Service, not that of its pods"
        ),
        _ => format!("write `{key}: {other}`"),
    };
    found.help(help).fix(missing.fix(other))
}

/// A port by its name if a name is wanted, by its number otherwise.
fn same_form(port: &ServicePort, wanted: &PortRef) -> Option<String> {
    match wanted {
        PortRef::Name(_) => port.name.as_ref().map(|name| name.value.clone()),
        _ => port.port.as_ref().map(|port| port.value.to_string()),
    }
}

/// Whether ingress-nginx may serve an Ingress: it also takes the port of the pods
/// (`internal/ingress/controller/controller.go`, `serviceEndpoints`). A class may have any name, so
/// that only the names by which other controllers go say that one of them does.
fn may_be_nginx(ingress: &Ingress) -> bool {
    let Some(class) = &ingress.class else {
        return true;
    };
    let is_of = |controller: &&str| class.value.contains(*controller);
    !OTHERS.iter().any(is_of)
}

/// What the classes of other controllers are called, or contain.
const OTHERS: &[&str] = &[
    "alb", "apisix", "azure", "cilium", "contour", "gce", "haproxy", "istio", "kong", "traefik",
    "voyager",
];
