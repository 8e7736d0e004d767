//! See `rules/egress-policy-blocks-dns.md`.

use super::support::dns_name::{used_here, uses};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Dialect, Direction, Peer, PolicyPort, PolicyRule, Protocol};
use crate::link::{Backend, DnsName, Fit, Links, PolicyLink, Unit};
use crate::text::hash::HashSet;
use crate::text::source::Span;

pub(super) const RULE: Rule = Rule {
    id: ids::EGRESS_POLICY_BLOCKS_DNS,
    check: Check::Unit(check),
};

/// The ports on which pods of DNS servers listen: the usual one, and those of `OpenShift` and
/// others whose servers are no root.
const DNS_PORTS: &[i64] = &[53, 5353, 8053, 1053];

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    if links.may_have_other_policies(unit) || links.policies(unit).next().is_none() {
        return;
    }
    let uses = uses(links, unit);
    let mut seen: HashSet<Span> = HashSet::default();
    for backend in links.backends(unit) {
        let name = uses.get(&std::ptr::from_ref(backend.workload()));
        if let (Some(name), Some(link)) = (name, isolating(backend)) {
            let found = finding(link, backend, *name);
            if seen.insert(found.primary.span) {
                out.push(found);
            }
        }
    }
}

/// The first policy that cuts the pods off from DNS, if none lets them out to it.
fn isolating(backend: Backend<'_>) -> Option<PolicyLink<'_>> {
    let template = &backend.workload().template;
    if template.host_network.is_some() || !backend.namespace().is_known {
        return None;
    }
    let over_tcp = template
        .resolver
        .as_ref()
        .is_some_and(|resolver| resolver.uses_tcp);
    let is_let_out = backend.policies().any(|(link, _)| {
        let side = link.policy().side(Direction::Egress);
        let lets_out = |rule: &PolicyRule| may_lead_to_dns(link, rule, over_tcp);
        side.is_unreadable || side.isolates && side.rules.iter().any(lets_out)
    });
    let mut isolating = backend
        .policies()
        .filter(|(link, fit)| *fit == Fit::Certain && link.policy().egress.isolates)
        .map(|(link, _)| link);
    isolating.next().filter(|_| !is_let_out)
}

/// Whether a rule may let lookups out. A rule without ports that names only pods of the policy's
/// own namespace does not, unless the servers of the cluster run there.
fn may_lead_to_dns(link: PolicyLink<'_>, rule: &PolicyRule, over_tcp: bool) -> bool {
    if rule.ports.is_empty() {
        let is_beside = |peer: &Peer| matches!(peer, Peer::Pods(pods) if pods.namespaces.is_none());
        let is_servers = matches!(
            link.namespace().name.as_str(),
            "kube-system" | "openshift-dns"
        );
        return is_servers || rule.peers.is_empty() || !rule.peers.iter().all(is_beside);
    }
    rule.ports
        .iter()
        .any(|port| is_dns(port, Protocol::Udp) || over_tcp && is_dns(port, Protocol::Tcp))
}

fn is_dns(port: &PolicyPort, protocol: Protocol) -> bool {
    let mut ports = DNS_PORTS.iter();
    ports.any(|number| port.may_admit(protocol, *number, None))
}

fn finding(link: PolicyLink<'_>, backend: Backend<'_>, name: DnsName<'_>) -> Diagnostic {
    let own = link.object();
    let side = &link.policy().egress;
    let message = format!(
        "{} does not let the pods of {} ask the cluster's DNS, and they look up Service `{}`",
        own.identity,
        backend.display(),
        name.service()
    );
    let mut ports = side.rules.iter().flat_map(|rule| &rule.ports);
    let over_tcp = ports.find(|port| {
        let is_number = |own| matches!(own, crate::kinds::PortRef::Number(53));
        let number = port.port.as_ref();
        port.protocol == Some(Protocol::Tcp)
            && number.is_some_and(|own| is_number(own.value.clone()))
    });
    let (span, label) = match over_tcp.and_then(|port| port.port.as_ref()) {
        Some(port) => (port.span, "over TCP only: lookups go over UDP"),
        None => (
            side.rules
                .first()
                .map(|rule| rule.span)
                .or(link.policy().types)
                .unwrap_or(own.name),
            "no rule lets port 53 over UDP out",
        ),
    };
    let found = Diagnostic::new(RULE.id, Severity::Warning, span, message)
        .label(label)
        .help(match link.policy().dialect {
            Dialect::Kubernetes => {
                "add `- ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]` under \
                 `egress`"
            }
            Dialect::Cilium => {
                "add `- toPorts: [{ports: [{port: \"53\", protocol: ANY}]}]` under `egress`"
            }
        })
        .object(&own.identity);
    used_here(found, name)
}
