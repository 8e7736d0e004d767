//! See `rules/external-name-ip.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::ServiceType;
use crate::link::{Links, ServiceLink, Unit};
use crate::text::source::Spanned;
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule {
    id: ids::EXTERNAL_NAME_IP,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in links.services(unit) {
        if let Some(address) = address(service) {
            out.push(finding(service, address, severity(links, unit, service)));
        }
    }
}

/// The address that a Service stands for, instead of a name.
fn address(service: ServiceLink<'_>) -> Option<&Spanned<String>> {
    let own = service.service();
    let target = &own.setting("externalName")?.value;
    let is_address = target.value.trim_end_matches('.').parse::<IpAddr>().is_ok();
    (own.service_type == ServiceType::ExternalName && is_address).then_some(target)
}

fn finding(service: ServiceLink<'_>, address: &Spanned<String>, severity: Severity) -> Diagnostic {
    let name = service.name();
    let message = format!(
        "`externalName` of Service `{name}` is the address {}, but DNS can only answer with \
         a name: looking the Service up finds nothing",
        address.value.trim_end_matches('.')
    );
    Diagnostic::new(RULE.id, severity, address.span, message)
        .label("an address, not a name")
        .help(format!(
            "leave out `type` and `externalName`, and put the address into an EndpointSlice \
             with the label `kubernetes.io/service-name: {name}`"
        ))
        .object(&service.object().identity)
        .given([Premise::Accepted(address.span)])
}

/// Some ingress controllers and meshes dial the address themselves.
fn severity(links: &Links, unit: &Unit, service: ServiceLink<'_>) -> Severity {
    let dials = |kind: &str| {
        kind.starts_with("Ingress")
            || kind.ends_with("Route")
            || matches!(kind, "HTTPProxy" | "VirtualService")
    };
    let is_dialled = unit.objects.iter().any(|member| {
        dials(&links.object(member.id).identity.kind)
            && member.namespace.may_be(service.namespace())
    });
    if is_dialled {
        Severity::Warning
    } else {
        Severity::Error
    }
}
