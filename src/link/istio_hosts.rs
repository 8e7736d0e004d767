//! Which hosts Istio's `Gateway` lets in for a `VirtualService`
//! (istio `pilot/pkg/networking/core/gateway.go`, `pickMatchingGatewayHosts`).

use super::mesh::RoutingLink;
use crate::unit::Namespace;

impl RoutingLink<'_> {
    /// Whether a host of a server of this Gateway takes a host of a `VirtualService`, or nobody can
    /// know. Before a host of a server may stand the namespace that it is for.
    pub fn serves_host(self, served: &str, service: RoutingLink<'_>, host: &str) -> bool {
        let (place, pattern) = match served.split_once('/') {
            None | Some(("*", _)) => (None, served.trim_start_matches("*/")),
            Some((".", pattern)) => (Some(self.namespace().clone()), pattern),
            Some((namespace, pattern)) => (Some(Namespace::explicit(namespace)), pattern),
        };
        let is_there = place.is_none_or(|place| {
            let home = service.namespace();
            place.may_be(home) || place.is_explicit != home.is_explicit
        });
        // A name without a dot is a Service's.
        let is_short = !host.contains('.') && host != "*";
        is_there && (is_short || matches(pattern, host))
    }
}

/// istio `pkg/config/host/name.go:Name.Matches`
fn matches(left: &str, right: &str) -> bool {
    match (left.strip_prefix('*'), right.strip_prefix('*')) {
        (Some(left), Some(right)) => left.ends_with(right) || right.ends_with(left),
        (Some(suffix), None) => right.ends_with(suffix),
        (None, Some(suffix)) => left.ends_with(suffix),
        (None, None) => left == right,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_take_what_ends_like_them() {
        for (left, right, is_match) in [
            ("*", "shop.example.com", true),
            ("*.example.com", "shop.example.com", true),
            ("*.example.com", "*.com", true),
            ("*.example.com", "example.com", false),
            ("shop.example.com", "shop.example.com", true),
            ("shop.example.com", "www.example.com", false),
        ] {
            assert_eq!(matches(left, right), is_match, "{left} {right}");
            assert_eq!(matches(right, left), is_match, "{right} {left}");
        }
    }
}
