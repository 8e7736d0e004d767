//! See `rules/istio-host-not-served.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{IstioGateway, Routing, VirtualService};
use crate::link::{Links, RoutingLink, Unit};
use crate::text::placeholder::is_placeholder;
use crate::text::similar::is_slip;
use crate::text::source::Spanned;

pub(super) const RULE: Rule = Rule {
    id: ids::ISTIO_HOST_NOT_SERVED,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.routing(unit) {
        let Routing::VirtualService(service) = link.routing() else {
            continue;
        };
        for named in &service.gateways {
            out.extend(unserved(link, service, named));
        }
    }
}

/// A gateway of the unit that serves none of the hosts.
fn unserved(
    link: RoutingLink<'_>,
    service: &VirtualService,
    named: &Spanned<String>,
) -> Option<Diagnostic> {
    let first = service.hosts.first()?;
    let gateways = link.istio_gateways(&named.value);
    let (other, gateway) = *gateways.first()?;
    let served: Vec<&Spanned<String>> = gateways.iter().flat_map(|(_, own)| &own.hosts).collect();
    let mut all = served.iter().copied().chain(&service.hosts);
    let is_known = gateways.iter().all(|(_, own)| !own.has_unknown_hosts)
        && all.all(|host| !is_placeholder(&host.value))
        && link.namespace().is_known;
    let takes = |(from, gateway): &(RoutingLink<'_>, &IstioGateway)| {
        let mut pairs = gateway.hosts.iter();
        pairs.any(|own| {
            let mut hosts = service.hosts.iter();
            hosts.any(|host| from.serves_host(&own.value, link, &host.value))
        })
    };
    if !is_known || gateways.iter().any(takes) {
        return None;
    }
    let listed: Vec<String> = served
        .iter()
        .take(3)
        .map(|own| format!("`{}`", own.value))
        .collect();
    let message = format!(
        "{} serves no host of {}, only {}",
        other.display(),
        link.display(),
        listed.join(", ")
    );
    // With several gateways the hosts may be right for another one.
    let place = match service.gateways.len() {
        1 => first.span,
        _ => named.span,
    };
    let near = served.iter().find(|own| is_slip(&own.value, &first.value));
    let found = Diagnostic::new(RULE.id, Severity::Warning, place, message)
        .object(&link.object().identity)
        .given([Premise::Absent]);
    let found = match gateway.hosts.first() {
        Some(host) => found.related(host.span, "the hosts of the Gateway"),
        None => found,
    };
    Some(match near {
        Some(near) => found
            .label(format!("did you mean `{}`?", near.value))
            .help(format!("write `{}`", near.value)),
        None => found
            .label("no request for it comes in by this Gateway")
            .help("name a host of the Gateway, or add the host to one of its servers"),
    })
}
