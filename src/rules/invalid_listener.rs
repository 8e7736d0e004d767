//! See `rules/invalid-listener.md`.

use super::support::refused_listener::refusals;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::{Listener, RouteKind};
use crate::link::{Answer, GatewayLink, Links, ListenerLink, Protocol, ROUTES, Unit, carries};
use crate::text::hash::HashMap;
use crate::text::placeholder::is_placeholder;
use crate::text::similar::nearest;
use crate::text::source::{Span, Spanned};
use crate::yaml::scalar::as_yaml;

pub(super) const RULE: Rule = Rule {
    id: ids::INVALID_LISTENER,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for gateway in links.gateways(unit) {
        named_twice(gateway, out);
        for listener in gateway.listeners().into_iter().flatten() {
            refused(listener, out);
            out.extend(unknown_protocol(gateway, listener));
            unusable_kinds(listener, out);
        }
    }
}

/// Fields that the definitions of the Gateway API refuse.
fn refused(listener: ListenerLink<'_>, out: &mut Vec<Diagnostic>) {
    let own = listener.listener();
    for refusal in refusals(own) {
        let message = format!(
            "{} of {} {}: the API server refuses that",
            own.display(),
            listener.display(),
            refusal.why
        );
        out.push(
            Diagnostic::new(RULE.id, Severity::Error, refusal.place, message)
                .label("the API server refuses this")
                .help(refusal.help)
                .object(&listener.object().identity)
                .given([Premise::Unpatched]),
        );
    }
}

/// Listeners of one object that have one name.
fn named_twice(gateway: GatewayLink<'_>, out: &mut Vec<Diagnostic>) {
    let mut first: HashMap<&str, Span> = HashMap::default();
    let listeners = gateway.listeners().into_iter().flatten();
    let names = listeners.filter_map(|own| own.listener().name.as_ref());
    for name in names {
        let Some(earlier) = first.get(name.value.as_str()) else {
            first.insert(&name.value, name.span);
            continue;
        };
        let message = format!(
            "two listeners of {} are called `{}`: the API server refuses that",
            gateway.display(),
            name.value
        );
        out.push(
            Diagnostic::new(RULE.id, Severity::Error, name.span, message)
                .label("called so again")
                .related(*earlier, "the other listener")
                .help("give one of them another name")
                .object(&gateway.object().identity)
                .given([Premise::Unpatched]),
        );
    }
}

/// A protocol that is none of the Gateway API's, nor one that an implementation adds: those have a
/// domain in front, but for Istio's (gateway-api `apis/v1/gateway_types.go:ProtocolType`).
fn unknown_protocol(gateway: GatewayLink<'_>, listener: ListenerLink<'_>) -> Option<Diagnostic> {
    let own = listener.listener();
    let written = own.protocol.as_ref()?;
    let protocol = written.value.as_str();
    let class = gateway.gateway().class.as_deref();
    let is_istio = class.is_some_and(|class| class.starts_with("istio-"));
    let is_of_implementation = protocol.contains('/') || protocol == "HBONE" || is_istio;
    if Protocol::of(own).is_some() || is_of_implementation || is_placeholder(protocol) {
        return None;
    }
    let names = || Protocol::NAMES.iter().map(|(name, _)| *name);
    let meant = names().find(|name| name.eq_ignore_ascii_case(protocol));
    let meant = meant.or_else(|| nearest(protocol, names()));
    let message = format!(
        "{} of {} speaks `{protocol}`, which is no protocol of the Gateway API",
        own.display(),
        gateway.display()
    );
    let found = finding(Severity::Warning, listener, written, message);
    Some(match meant {
        Some(meant) => found
            .label(format!("did you mean `{meant}`?"))
            .help(format!("write `{}`", as_yaml(meant))),
        None => found.label("no such protocol").help(
            "write HTTP, HTTPS, TLS, TCP or UDP, or the domain of the implementation before it",
        ),
    })
}

/// Kinds of routes in `allowedRoutes.kinds` that nothing can come of.
fn unusable_kinds(listener: ListenerLink<'_>, out: &mut Vec<Diagnostic>) {
    let own = listener.listener();
    let is_unusable = |kind: &&RouteKind| kind.is_known() && fault(own, kind).is_some();
    let unusable: Vec<&RouteKind> = own.kinds.iter().filter(is_unusable).collect();
    let severity = if unusable.len() == own.kinds.len() {
        Severity::Error
    } else {
        Severity::Warning
    };
    for kind in unusable {
        out.extend(unusable_kind(listener, kind, severity));
    }
}

/// Why a listener cannot take a kind of route.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The Gateway API has no such kind of route.
    NoRoute,
    /// The protocol does not carry it.
    NotCarried,
}

fn fault(listener: &Listener, kind: &RouteKind) -> Option<Fault> {
    let route = ROUTES.iter().find(|(name, _)| *name == kind.kind.value);
    let Some((_, route)) = route else {
        return Some(Fault::NoRoute);
    };
    (carries(listener, *route) == Answer::No).then_some(Fault::NotCarried)
}

fn unusable_kind(
    listener: ListenerLink<'_>,
    kind: &RouteKind,
    severity: Severity,
) -> Option<Diagnostic> {
    let own = listener.listener();
    let name = &kind.kind.value;
    let names = || ROUTES.iter().map(|(name, _)| *name);
    let who = format!("{} of {}", own.display(), listener.display());
    Some(match fault(own, kind)? {
        Fault::NoRoute => {
            let message =
                format!("{who} allows kind `{name}`, which is no route of the Gateway API");
            let found = finding(severity, listener, &kind.kind, message);
            let folded = names().find(|known| known.eq_ignore_ascii_case(name));
            match folded.or_else(|| nearest(name, names())) {
                Some(meant) => found
                    .label(format!("did you mean `{meant}`?"))
                    .help(format!("write `{}`", as_yaml(meant))),
                None => found
                    .label("no such route")
                    .help("remove it, or name its `group` as well"),
            }
        }
        Fault::NotCarried => {
            let protocol = own.protocol.as_ref()?;
            let message = format!(
                "{who} allows {name}s, which protocol {} does not carry",
                protocol.value
            );
            finding(severity, listener, &kind.kind, message)
                .label("no such route can attach")
                .related(protocol.span, "the protocol of the listener")
                .help("remove the kind, or change the protocol")
        }
    })
}

fn finding(
    severity: Severity,
    listener: ListenerLink<'_>,
    place: &Spanned<String>,
    message: String,
) -> Diagnostic {
    Diagnostic::new(RULE.id, severity, place.span, message)
        .object(&listener.object().identity)
        .given([Premise::Absent])
}
