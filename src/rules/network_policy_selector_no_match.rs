//! See `rules/network-policy-selector-no-match.md`.

use super::support::selector_miss::Unmatched;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::Diagnostic;
use crate::kinds::{Dialect, Direction, LabelSelector, Peer};
use crate::link::{Links, PolicyLink, Purpose, SelectorMiss, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::NETWORK_POLICY_SELECTOR_NO_MATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.policies(unit) {
        for (role, selector) in selectors(link) {
            out.extend(finding(link, role, selector));
        }
    }
}

/// What a selector of a policy is for.
#[derive(Clone, Copy)]
enum Role {
    Pods,
    Peers(Direction),
}

impl Role {
    fn display(self, dialect: Dialect) -> String {
        let pods = dialect.pods();
        match (self, dialect) {
            (Self::Pods, _) => pods.to_owned(),
            (Self::Peers(direction), Dialect::Kubernetes) => {
                format!("{pods} under `{}`", dialect.peers(direction))
            }
            (Self::Peers(direction), Dialect::Cilium) => {
                format!("selector under `{}`", dialect.peers(direction))
            }
        }
    }

    fn purpose(self) -> Purpose {
        match self {
            Self::Pods => Purpose::Policy,
            Self::Peers(_) => Purpose::Peer,
        }
    }
}

/// The selectors over pods of the policy's own namespace.
fn selectors(link: PolicyLink<'_>) -> Vec<(Role, &LabelSelector)> {
    let policy = link.policy();
    let mut selectors = vec![(Role::Pods, &policy.pods)];
    for direction in [Direction::Ingress, Direction::Egress] {
        let peers = policy.side(direction).rules.iter();
        let own = peers
            .flat_map(|rule| &rule.peers)
            .filter_map(|peer| match peer {
                Peer::Pods(peer) if peer.namespaces.is_none() => peer.pods.as_ref(),
                _ => None,
            });
        selectors.extend(own.map(|selector| (Role::Peers(direction), selector)));
    }
    selectors
}

fn finding<'i>(
    link: PolicyLink<'i>,
    role: Role,
    selector: &'i LabelSelector,
) -> Option<Diagnostic> {
    let dialect = link.policy().dialect;
    let miss = link.selected(selector, role.purpose()).miss()?;
    let (own, namespace) = (&link.object().identity, &link.namespace().name);
    let unmatched = Unmatched {
        rule: RULE.id,
        own,
        what: "policy",
        outcome: format!("the {} of {own} selects no pods", role.display(dialect)),
        selector,
        namespace,
        place: format!("namespace `{namespace}`"),
    };
    let found = unmatched.finding(&miss)?;
    match (role, miss) {
        // Peers are often clients, which other charts bring along.
        (Role::Peers(_), SelectorMiss::Absent { .. }) => None,
        (Role::Peers(_), SelectorMiss::OtherNamespace(backend)) => {
            let there = &backend.namespace().name;
            Some(found.help(match dialect {
                Dialect::Kubernetes => format!(
                    "add `namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: \
                     {there}}}}}` to the same item"
                ),
                Dialect::Cilium => {
                    format!("add `io.kubernetes.pod.namespace: {there}` to its labels")
                }
            }))
        }
        _ => Some(found),
    }
}
