//! See `rules/external-name-ip.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::ServiceType;
use crate::link::{Index, ServiceLink, Unit};
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule {
    id: ids::EXTERNAL_NAME_IP,
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in index.services(unit) {
        if service.service().service_type != ServiceType::ExternalName {
            continue;
        }
        let Some(target) = service.service().setting("externalName") else {
            continue;
        };
        let text = target.value.value.trim_end_matches('.');
        if text.parse::<IpAddr>().is_err() {
            continue;
        }
        let message = format!(
            "`externalName` of Service `{}` is the address {text}, but DNS can only answer with a name: looking the Service up finds nothing",
            service.name()
        );
        let found = Diagnostic::new(
            RULE.id,
            severity(index, unit, service),
            target.value.span,
            message,
        );
        out.push(
            found
                .label("an address, not a name")
                .help(format!(
                    "leave out `type` and `externalName`, and put the address into an EndpointSlice with the label `kubernetes.io/service-name: {}`",
                    service.name()
                ))
                .object(&service.object().identity)
                .given([Premise::Accepted(target.value.span)]),
        );
    }
}

/// Some ingress controllers and meshes dial the address themselves.
fn severity(index: &Index, unit: &Unit, service: ServiceLink<'_>) -> Severity {
    let dials = |kind: &str| {
        kind.starts_with("Ingress")
            || kind.ends_with("Route")
            || matches!(kind, "HTTPProxy" | "VirtualService")
    };
    let is_dialled = unit.objects.iter().any(|member| {
        dials(&index.object(member.id).identity.kind)
            && member.namespace.may_be(service.namespace())
    });
    if is_dialled {
        Severity::Warning
    } else {
        Severity::Error
    }
}
