//! See `rules/listener-conflict.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::link::{GatewayLink, Link, Links, ListenerLink, Protocol, Unit};
use crate::text::placeholder::is_placeholder;
use crate::text::source::Span;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    id: ids::LISTENER_CONFLICT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let sets = sets(links, unit);
    for gateway in links.gateways(unit) {
        if gateway.object().identity.kind == "Gateway" {
            let own = sets.get(&gateway.object().name).map(Vec::as_slice);
            beside_its_own(gateway, out);
            with_sets(gateway, own.unwrap_or_default(), out);
        } else {
            twice_in(gateway, out);
        }
    }
}

/// The `ListenerSet`s that each Gateway takes, by where its name stands, in the order in which it
/// does if all are of one age.
fn sets<'i>(links: &'i Links, unit: &'i Unit) -> BTreeMap<Span, Vec<GatewayLink<'i>>> {
    let mut sets: BTreeMap<Span, Vec<GatewayLink<'i>>> = BTreeMap::new();
    for set in links.gateways(unit) {
        let taker = set.attaches_to().and_then(Link::taken_by);
        if let Some(gateway) = taker {
            sets.entry(gateway.object().name).or_default().push(set);
        }
    }
    for own in sets.values_mut() {
        own.sort_by_key(|set| (set.namespace().name.as_str(), set.name()));
    }
    sets
}

/// Why two listeners cannot both be opened (gateway-api `apis/v1/gateway_types.go`,
/// `GatewaySpec.Listeners`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clash {
    /// One port, protocol and hostname.
    Same,
    /// TCP beside a protocol above it.
    Protocol,
}

/// None where both can be opened, or nobody can know.
fn clash(left: ListenerLink<'_>, right: ListenerLink<'_>) -> Option<Clash> {
    let (left, right) = (left.listener(), right.listener());
    if left.port.as_ref()?.value != right.port.as_ref()?.value {
        return None;
    }
    let (one, other) = (Protocol::of(left)?, Protocol::of(right)?);
    let hostname = |own: &'_ crate::kinds::Listener| {
        let written = own.hostname.as_ref();
        written.map_or(String::new(), |own| own.value.to_ascii_lowercase())
    };
    let (own, others) = (hostname(left), hostname(right));
    match (one, other) {
        (Protocol::Udp, Protocol::Udp) | (Protocol::Tcp, Protocol::Tcp) => Some(Clash::Same),
        (Protocol::Udp, _) | (_, Protocol::Udp) => None,
        (Protocol::Tcp, _) | (_, Protocol::Tcp) => Some(Clash::Protocol),
        _ if one != other || is_placeholder(&own) || is_placeholder(&others) => None,
        _ => (own == others).then_some(Clash::Same),
    }
}

/// Listeners of one object that are the same.
fn twice_in(gateway: GatewayLink<'_>, out: &mut Vec<Diagnostic>) {
    for (first, second) in pairs(gateway) {
        if clash(first, second) == Some(Clash::Same) {
            let message = format!(
                "{} has port, protocol and hostname of {}: the API server refuses {}",
                second.listener().display(),
                first.listener().display(),
                gateway.display()
            );
            out.push(finding(Clash::Same, second, first, message));
        }
    }
}

/// Listeners of a Gateway that are in the way of each other: none of them is opened.
fn beside_its_own(gateway: GatewayLink<'_>, out: &mut Vec<Diagnostic>) {
    twice_in(gateway, out);
    let mut told: Vec<Span> = Vec::new();
    for (first, second) in pairs(gateway) {
        if clash(first, second) != Some(Clash::Protocol) {
            continue;
        }
        for (own, other) in [(first, second), (second, first)] {
            let place = place(Clash::Protocol, own);
            if !told.contains(&place) {
                told.push(place);
                let message = told_apart(own, other);
                out.push(finding(Clash::Protocol, own, other, message));
            }
        }
    }
}

/// Listeners of `ListenerSet`s for which there is no room any more.
fn with_sets(gateway: GatewayLink<'_>, sets: &[GatewayLink<'_>], out: &mut Vec<Diagnostic>) {
    let mut taken: Vec<ListenerLink<'_>> = listeners(gateway);
    for set in sets {
        let (fitting, others): (Vec<_>, Vec<_>) = listeners(*set)
            .into_iter()
            .map(|own| (own, in_the_way(own, &taken)))
            .partition(|(_, other)| other.is_none());
        taken.extend(fitting.into_iter().map(|(own, _)| own));
        for (own, other) in others {
            let Some((clash, other)) = other else {
                continue;
            };
            let owner = other.display();
            let wins = if other.object().name == gateway.object().name {
                "the Gateway's own wins"
            } else {
                "the older one wins"
            };
            let message = match clash {
                Clash::Same => format!(
                    "{} of {} has port, protocol and hostname of {} of {owner}: {wins}",
                    own.listener().display(),
                    own.display(),
                    other.listener().display(),
                ),
                Clash::Protocol => format!("{}: {wins}", told_apart(own, other)),
            };
            out.push(finding(clash, own, other, message));
        }
    }
}

fn in_the_way<'i>(
    own: ListenerLink<'i>,
    taken: &[ListenerLink<'i>],
) -> Option<(Clash, ListenerLink<'i>)> {
    let mut found = taken.iter();
    found.find_map(|other| Some((clash(own, *other)?, *other)))
}

/// As many listeners of an object are compared, each with each other one: the definitions of the
/// Gateway API allow 64.
const MOST_COMPARED: usize = 512;

fn listeners(gateway: GatewayLink<'_>) -> Vec<ListenerLink<'_>> {
    let all = gateway.listeners().into_iter().flatten();
    all.take(MOST_COMPARED).collect()
}

/// Each listener with each one behind it.
fn pairs(gateway: GatewayLink<'_>) -> impl Iterator<Item = (ListenerLink<'_>, ListenerLink<'_>)> {
    let all = listeners(gateway);
    let numbers = 0..all.len();
    let pairs = numbers.flat_map(|first| (first + 1..all.len()).map(move |second| (first, second)));
    let pairs: Vec<_> = pairs
        .map(|(first, second)| (all[first], all[second]))
        .collect();
    pairs.into_iter()
}

fn told_apart(own: ListenerLink<'_>, other: ListenerLink<'_>) -> String {
    let protocol = |link: ListenerLink<'_>| {
        let written = link.listener().protocol.as_ref();
        written.map_or(String::new(), |own| own.value.clone())
    };
    format!(
        "{} of {} speaks {} on the port on which {} of {} speaks {}",
        own.listener().display(),
        own.display(),
        protocol(own),
        other.listener().display(),
        other.display(),
        protocol(other)
    )
}

/// The field that is in the way.
fn place(clash: Clash, own: ListenerLink<'_>) -> Span {
    let own = own.listener();
    let port = own.port.as_ref().map(|own| own.span);
    let field = match clash {
        Clash::Same => own.hostname.as_ref().map(|own| own.span).or(port),
        Clash::Protocol => own.protocol.as_ref().map(|own| own.span),
    };
    field.unwrap_or(own.place)
}

fn finding(
    clash: Clash,
    own: ListenerLink<'_>,
    other: ListenerLink<'_>,
    message: String,
) -> Diagnostic {
    let help = match clash {
        Clash::Same => "give one of them another port or hostname, or remove it",
        Clash::Protocol => "give one of them another port",
    };
    Diagnostic::new(RULE.id, Severity::Error, place(clash, own), message)
        .label("this listener is not opened")
        .related(place(clash, other), "the other listener")
        .help(help)
        .object(&own.object().identity)
        .given([Premise::Absent])
}
