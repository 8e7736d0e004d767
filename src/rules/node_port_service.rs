//! See `rules/node-port-service.md`.

use super::support::exposure::typed;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::ServiceType;
use crate::link::{Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::NODE_PORT_SERVICE,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for (service, written) in typed(links, unit, ServiceType::NodePort) {
        let message = format!(
            "Service `{}` opens a port on every node of the cluster",
            service.name()
        );
        let help = "use an Ingress or a Gateway in front of a ClusterIP Service, or close \
                    the port in the firewall of the nodes";
        out.push(
            Diagnostic::new(RULE.id, Severity::Info, written.value.span, message)
                .label("reachable by whoever reaches a node")
                .help(help)
                .object(&service.object().identity),
        );
    }
}
