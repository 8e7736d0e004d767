//! See `rules/external-traffic-policy-cluster.md`.

use super::support::exposure::exposed;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::link::{Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::EXTERNAL_TRAFFIC_POLICY_CLUSTER,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, policy) in exposed(links, unit) {
        if policy.is_some_and(|policy| policy.value.value != "Cluster") {
            continue;
        }
        let Some(written) = policy.or(service.service().setting("type")) else {
            continue;
        };
        let message = format!(
            "the pods behind Service `{}` see the address of a node instead of the client's",
            service.name()
        );
        let label = match policy {
            Some(_) => "any node may pass traffic on to another one",
            None => "externalTrafficPolicy defaults to Cluster",
        };
        let help =
            "write `externalTrafficPolicy: Local` if the pods need the address of the client";
        out.push(
            Diagnostic::new(RULE.id, Severity::Info, written.value.span, message)
                .label(label)
                .help(help)
                .object(&service.object().identity),
        );
    }
}
