//! Whether the hostnames of a route and of a listener have one in common.

use crate::link::answer::Answer;
use crate::text::placeholder::is_placeholder;
use crate::text::source::Spanned;
use crate::unit::Doubt;

/// Whether two hostnames, each of which may begin with the label `*`, have one in common. The label
/// stands for one or more (gateway-api `apis/v1/httproute_types.go`, `HTTPRouteSpec.Hostnames`).
pub fn meet(left: &str, right: &str) -> bool {
    let (left, right) = (left.to_ascii_lowercase(), right.to_ascii_lowercase());
    match (suffix(&left), suffix(&right)) {
        (None, None) => left == right,
        (Some(suffix), None) => is_below(&right, suffix),
        (None, Some(suffix)) => is_below(&left, suffix),
        (Some(left), Some(right)) => left.ends_with(right) || right.ends_with(left),
    }
}

/// `.example.com` of `*.example.com`
fn suffix(hostname: &str) -> Option<&str> {
    let suffix = hostname.strip_prefix('*')?;
    suffix.starts_with('.').then_some(suffix)
}

fn is_below(hostname: &str, suffix: &str) -> bool {
    hostname.len() > suffix.len() && hostname.ends_with(suffix)
}

/// Whether a listener takes one of the hostnames of a route. Without any, either takes all.
pub(super) fn takes_one(listener: Option<&Spanned<String>>, route: &[Spanned<String>]) -> Answer {
    let Some(listener) = listener else {
        return Answer::Yes;
    };
    let takes = |own: &Spanned<String>| meet(&listener.value, &own.value);
    if route.is_empty() || route.iter().any(takes) {
        return Answer::Yes;
    }
    let mut all = route.iter().chain([listener]);
    if all.any(|own| is_placeholder(&own.value)) {
        return Answer::Unknown(Doubt::Placeholder);
    }
    Answer::No
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{SourceId, Span};

    #[test]
    fn a_wildcard_stands_for_one_or_more_labels() {
        for (left, right, meets) in [
            ("a.com", "a.com", true),
            ("A.com", "a.com", true),
            ("a.com", "b.com", false),
            ("*.a.com", "x.a.com", true),
            ("*.a.com", "x.y.a.com", true),
            ("*.a.com", "a.com", false),
            ("*.a.com", "bada.com", false),
            ("*.com", "*.a.com", true),
            ("*.a.com", "*.b.com", false),
            ("*.a.com", "*.ba.com", false),
        ] {
            assert_eq!(meet(left, right), meets, "{left} {right}");
            assert_eq!(meet(right, left), meets, "{right} {left}");
        }
    }

    #[test]
    fn what_is_filled_in_later_may_be_any_hostname() {
        let text = |text: &str| {
            let span = Span {
                source: SourceId(0),
                start: 0,
                end: 0,
            };
            Spanned::new(text.to_owned(), span)
        };
        let unknown = Answer::Unknown(Doubt::Placeholder);
        let listener = text("a.com");
        assert_eq!(takes_one(None, &[text("b.com")]), Answer::Yes);
        assert_eq!(takes_one(Some(&listener), &[]), Answer::Yes);
        assert_eq!(takes_one(Some(&listener), &[text("b.com")]), Answer::No);
        let domain = [text("b.com"), text("shop.${DOMAIN}")];
        assert_eq!(takes_one(Some(&listener), &domain), unknown);
        let pattern = text("*.${DOMAIN}");
        assert_eq!(takes_one(Some(&pattern), &[text("b.com")]), unknown);
    }
}
