//! Which kinds of routes a listener takes.

use crate::kinds::parts::gateway_api::GROUP;
use crate::kinds::{Kind, Listener, TlsMode};
use crate::link::answer::Answer;
use crate::text::placeholder::is_placeholder;
use crate::unit::Doubt;

/// The protocols of the Gateway API itself (gateway-api `apis/v1/gateway_types.go:ProtocolType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `HTTP`
    Http,
    /// `HTTPS`
    Https,
    /// `TLS`
    Tls,
    /// `TCP`
    Tcp,
    /// `UDP`
    Udp,
}

impl Protocol {
    /// All of them, as they are written.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("HTTP", Self::Http),
        ("HTTPS", Self::Https),
        ("TLS", Self::Tls),
        ("TCP", Self::Tcp),
        ("UDP", Self::Udp),
    ];

    /// That of a listener. None for one of an implementation (`HBONE`, `example.com/quic`).
    pub fn of(listener: &Listener) -> Option<Self> {
        let written = &listener.protocol.as_ref()?.value;
        let mut all = Self::NAMES.iter();
        let (_, own) = all.find(|(name, _)| name == written)?;
        Some(*own)
    }
}

/// The kinds of routes of the Gateway API.
pub const ROUTES: [(&str, Kind); 5] = [
    ("HTTPRoute", Kind::HTTPRoute),
    ("GRPCRoute", Kind::GRPCRoute),
    ("TLSRoute", Kind::TLSRoute),
    ("TCPRoute", Kind::TCPRoute),
    ("UDPRoute", Kind::UDPRoute),
];

/// Whether the protocol of a listener carries a kind of route (gateway-api
/// `apis/v1/gateway_types.go`, `Listener.Protocol`; of TLS that ends at the listener some
/// implementations make what others refuse).
pub fn carries(listener: &Listener, route: Kind) -> Answer {
    let Some(protocol) = Protocol::of(listener) else {
        let written = listener.protocol.as_ref();
        let is_known = written.filter(|written| !is_placeholder(&written.value));
        return Answer::Unknown(is_known.map_or(Doubt::Placeholder, |written| {
            Doubt::Implementation(format!("protocol `{}`", written.value))
        }));
    };
    let is_http = matches!(route, Kind::HTTPRoute | Kind::GRPCRoute);
    match protocol {
        Protocol::Http | Protocol::Https => is_http.into(),
        Protocol::Tcp => (route == Kind::TCPRoute).into(),
        Protocol::Udp => (route == Kind::UDPRoute).into(),
        Protocol::Tls => match (listener.tls_mode, route) {
            (_, Kind::TLSRoute) => Answer::Yes,
            (_, Kind::UDPRoute) | (TlsMode::Passthrough, _) => Answer::No,
            (TlsMode::Terminate, _) => Answer::Unknown(Doubt::Implementation(
                "protocol `TLS` in mode `Terminate`".to_owned(),
            )),
            (TlsMode::Unknown, _) => Answer::Unknown(Doubt::Placeholder),
        },
    }
}

/// Whether a listener lets a kind of route in by `allowedRoutes.kinds`, which lets all in without
/// any.
fn allows(listener: &Listener, name: &str) -> Answer {
    let kinds = &listener.kinds;
    let is_it = |group: &str, kind: &str| group == GROUP && kind == name;
    if kinds.is_empty() || kinds.iter().any(|own| is_it(&own.group, &own.kind.value)) {
        return Answer::Yes;
    }
    let is_unknown = |text: &str| is_placeholder(text);
    let mut all = kinds.iter();
    if all.any(|own| is_unknown(&own.kind.value) || is_unknown(&own.group)) {
        return Answer::Unknown(Doubt::Placeholder);
    }
    Answer::No
}

/// Whether a listener takes routes of a kind.
pub(super) fn takes_kind(listener: &Listener, (name, kind): (&str, Kind)) -> Answer {
    allows(listener, name).and(|| carries(listener, kind))
}
