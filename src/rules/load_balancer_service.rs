//! See `rules/load-balancer-service.md`.

use super::support::exposure::typed;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::ServiceType;
use crate::link::{Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::LOAD_BALANCER_SERVICE,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, written) in typed(links, unit, ServiceType::LoadBalancer) {
        let ranges = service.service().setting("loadBalancerSourceRanges");
        if ranges.is_some() {
            continue;
        }
        let message = format!(
            "Service `{}` asks for a load balancer that every address may reach",
            service.name()
        );
        let help = "list who may come in `loadBalancerSourceRanges`, or use one Ingress or \
                    Gateway for several Services";
        out.push(
            Diagnostic::new(RULE.id, Severity::Info, written.value.span, message)
                .label("one load balancer for this Service alone")
                .help(help)
                .object(&service.object().identity),
        );
    }
}
