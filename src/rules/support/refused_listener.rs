//! Listeners that the definitions of the Gateway API refuse (gateway-api
//! `apis/v1/gateway_types.go`, the rules of `GatewaySpec.Listeners` and of `ListenerTLSConfig`).

use crate::kinds::{Listener, TlsMode};
use crate::kube::validation::names::is_dns1123_subdomain;
use crate::link::Protocol;
use crate::text::placeholder::is_placeholder;
use crate::text::source::Span;

/// Why the API server refuses a listener.
#[derive(Clone, Debug)]
pub(crate) struct RefusedListener {
    /// The field that it refuses.
    pub(crate) place: Span,
    /// What is wrong with it.
    pub(crate) why: String,
    /// What to do about it.
    pub(crate) help: &'static str,
}

/// Everything that is wrong with a listener by itself.
pub(crate) fn refusals(own: &Listener) -> Vec<RefusedListener> {
    let protocol = Protocol::of(own);
    [tls(own, protocol), hostname(own, protocol)]
        .into_iter()
        .flatten()
        .collect()
}

fn tls(own: &Listener, protocol: Option<Protocol>) -> Option<RefusedListener> {
    let place = own.tls?;
    let name = &own.protocol.as_ref()?.value;
    match protocol? {
        Protocol::Http | Protocol::Tcp | Protocol::Udp => Some(RefusedListener {
            place,
            why: format!("has `tls` with protocol {name}, which takes none"),
            help: "remove `tls`, or change the protocol to HTTPS or TLS",
        }),
        Protocol::Https if own.tls_mode == TlsMode::Passthrough => Some(RefusedListener {
            place,
            why: "has `tls` in mode Passthrough with protocol HTTPS".to_owned(),
            help: "change the protocol to TLS, or the mode to Terminate",
        }),
        Protocol::Https | Protocol::Tls => None,
    }
}

fn hostname(own: &Listener, protocol: Option<Protocol>) -> Option<RefusedListener> {
    let hostname = own.hostname.as_ref()?;
    let (place, name) = (hostname.span, &hostname.value);
    if matches!(protocol, Some(Protocol::Tcp | Protocol::Udp)) {
        return Some(RefusedListener {
            place,
            why: "has a hostname, which TCP and UDP do not know".to_owned(),
            help: "remove `hostname`",
        });
    }
    let rest = name.strip_prefix("*.").unwrap_or(name);
    let is_name = is_dns1123_subdomain(rest).is_empty() || is_placeholder(name);
    (!is_name).then(|| RefusedListener {
        place,
        why: format!("has hostname `{name}`, which is none"),
        help: if name == "*" {
            "remove `hostname` to take all of them"
        } else {
            "write a hostname in lower case, with at most a `*.` in front"
        },
    })
}
