//! See `rules/network-policy-selector-no-match.md`.

use super::near_pair::NearPair;
use super::reference::none_of;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Direction, LabelSelector, Pair, Peer};
use crate::link::{Backend, Index, PolicyLink, Selected, SelectorMiss, Unit};
use crate::text::source::Span;

pub(super) const RULE: Rule = Rule {
    id: ids::NETWORK_POLICY_SELECTOR_NO_MATCH,
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in index.policies(unit) {
        for (role, selector) in selectors(link) {
            // Peers are often clients, which other charts bring along.
            let found = match link.selected(selector) {
                Selected::Miss(SelectorMiss::Absent(_)) if matches!(role, Role::Peers(_)) => None,
                Selected::Miss(miss) => Some(finding(link, role, selector, miss)),
                Selected::Fine | Selected::Unverified(_) => None,
            };
            out.extend(found);
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
    fn display(self) -> &'static str {
        match self {
            Self::Pods => "podSelector",
            Self::Peers(Direction::Ingress) => "podSelector under `from`",
            Self::Peers(Direction::Egress) => "podSelector under `to`",
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

fn finding(
    link: PolicyLink<'_>,
    role: Role,
    selector: &LabelSelector,
    miss: SelectorMiss<'_>,
) -> Diagnostic {
    let own = link.object();
    let message = |why: &str| {
        format!(
            "the {} of {} selects no pods: {why}",
            role.display(),
            own.identity
        )
    };
    let found = |span: Span, why: &str| {
        Diagnostic::new(RULE.id, Severity::Warning, span, message(why))
            .object(&own.identity)
            .given([Premise::Absent])
    };
    match miss {
        SelectorMiss::Similar { pair, own, backend } => similar(found, pair, own, backend),
        SelectorMiss::OtherNamespace(backend) => {
            let pair = selector.labels.pairs.first();
            let span = pair.map_or(selector.key, |pair| pair.value.span);
            let (here, there) = (&link.namespace().name, &backend.namespace().name);
            let why = format!(
                "{} runs in namespace `{there}`, and the policy is in `{here}`",
                backend.display()
            );
            let theirs = backend.object();
            let place = theirs.namespace.as_ref();
            let help = match role {
                Role::Pods => format!("move the policy to namespace `{there}`"),
                Role::Peers(_) => format!(
                    "add `namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {there}}}}}` to the same item"
                ),
            };
            found(span, &why)
                .label(format!("selects pods of namespace `{here}` only"))
                .related(
                    place.map_or(theirs.name, |place| place.span),
                    format!("these pods are in `{there}`"),
                )
                .help(help)
        }
        SelectorMiss::Absent(count) => {
            let pair = selector.labels.pairs.first();
            let span = pair.map_or(selector.key, |pair| pair.value.span);
            found(span, &none_of(count, &link.namespace().name, selector))
                .label("selects nothing")
                .help("add the workload, or write the labels of its pod template")
        }
    }
}

fn similar(
    found: impl Fn(Span, &str) -> Diagnostic,
    pair: &Pair,
    own: &Pair,
    backend: Backend<'_>,
) -> Diagnostic {
    let near = NearPair { pair, own };
    let why = format!("no pod template has `{}`", pair.display());
    let found = found(near.span(), &why).label(format!("no pod has `{}`", pair.display()));
    near.show(found, &format!("the pods of {} have", backend.display()))
}
