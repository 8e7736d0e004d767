//! See `rules/istio-gateway-not-found.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::Routing;
use crate::link::{Links, NamedGateway, RoutingLink, Unit};
use crate::text::source::Spanned;
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::ISTIO_GATEWAY_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.routing(unit) {
        if let Routing::VirtualService(service) = link.routing() {
            let gateways = service.gateways.iter();
            out.extend(gateways.filter_map(|named| finding(link, named)));
        }
    }
}

fn finding(link: RoutingLink<'_>, named: &Spanned<String>) -> Option<Diagnostic> {
    let own = &link.object().identity;
    let found = |but: &str| {
        let message = format!(
            "gateway `{}` of {own} does not exist here{but}",
            named.value
        );
        Diagnostic::new(RULE.id, Severity::Warning, named.span, message)
            .label("no Gateway is meant by this")
            .object(own)
            .given([Premise::Absent, Premise::Complete])
    };
    Some(match link.named_gateway(&named.value) {
        NamedGateway::Meant(other, evidence) => {
            let meant = written(link, other);
            let related = match evidence {
                Evidence::OtherNamespace => (other.object().namespace_place(), "it is here"),
                _ => (other.object().name, "this Gateway is called almost so"),
            };
            found(&format!(", but `{meant}` does"))
                .related(related.0, related.1)
                .help(format!("write `{}`", as_yaml(&meant)))
                .evidence(evidence)
        }
        NamedGateway::Missing => found("")
            .help("add the Gateway, or name one that is here")
            .evidence(Evidence::ClosedWorld),
        NamedGateway::Fine => return None,
    })
}

/// How a `VirtualService` names a Gateway.
fn written(link: RoutingLink<'_>, gateway: RoutingLink<'_>) -> String {
    let (place, name) = (gateway.namespace(), gateway.name());
    if place.may_be(link.namespace()) {
        name.to_owned()
    } else {
        format!("{}/{name}", place.name)
    }
}
