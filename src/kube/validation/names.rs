//! The shapes of names: each function returns the server's messages, none for a good name.

use std::borrow::Cow;

/// The server's messages about one value.
pub type Messages = Vec<Cow<'static, str>>;

const SUBDOMAIN_LENGTH: usize = 253;
const LABEL_LENGTH: usize = 63;
const PORT_NAME_LENGTH: usize = 15;

const NOT_A_LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric \
                           characters or '-', and must start and end with an alphanumeric \
                           character";
const NOT_A_1035_LABEL: &str = "a DNS-1035 label must consist of lower case alphanumeric \
                                characters or '-', start with an alphabetic character, and end \
                                with an alphanumeric character";
const NOT_A_SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case \
                               alphanumeric characters, '-' or '.', and must start and end with an \
                               alphanumeric character";
const NOT_A_SUBDOMAIN_WITH_UNDERSCORE: &str = "a lowercase RFC 1123 subdomain must consist of \
                                               lower case alphanumeric characters, '_', '-' or \
                                               '.', and must start and end with an alphanumeric \
                                               character";
const NOT_A_WILDCARD: &str = "a wildcard DNS-1123 subdomain must start with '*.', followed by a \
                              valid DNS subdomain, which must consist of lower case alphanumeric \
                              characters, '-' or '.' and end with an alphanumeric character";

fn too_long(limit: usize) -> Cow<'static, str> {
    format!("must be no more than {limit} characters").into()
}

fn is_lower_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`.
fn is_label(value: &[u8]) -> bool {
    match value {
        [first, .., last] => {
            is_lower_alphanumeric(*first)
                && is_lower_alphanumeric(*last)
                && value
                    .iter()
                    .all(|byte| is_lower_alphanumeric(*byte) || *byte == b'-')
        }
        [only] => is_lower_alphanumeric(*only),
        [] => false,
    }
}

fn is_subdomain(value: &str) -> bool {
    value.as_bytes().split(|byte| *byte == b'.').all(is_label)
}

const NOT_A_CONFIG_KEY: &str =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";

/// apimachinery, `util/validation/validation.go`: `IsConfigMapKey`.
pub fn is_config_map_key(value: &str) -> Messages {
    let mut messages = Messages::new();
    if value.len() > SUBDOMAIN_LENGTH {
        messages.push(too_long(SUBDOMAIN_LENGTH));
    }
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if value.is_empty() || !value.bytes().all(is_known) {
        messages.push(NOT_A_CONFIG_KEY.into());
    }
    match value {
        "." => messages.push("must not be '.'".into()),
        ".." => messages.push("must not be '..'".into()),
        _ if value.starts_with("..") => messages.push("must not start with '..'".into()),
        _ => {}
    }
    messages
}

/// apimachinery, `util/validation/validation.go`: `IsDNS1123Label`.
pub fn is_dns1123_label(value: &str) -> Messages {
    let mut messages = Messages::new();
    if value.len() > LABEL_LENGTH {
        messages.push(too_long(LABEL_LENGTH));
    }
    if !is_label(value.as_bytes()) {
        messages.push(if is_subdomain(value) {
            "must not contain dots".into()
        } else {
            NOT_A_LABEL.into()
        });
    }
    messages
}

/// apimachinery, `util/validation/validation.go`: `IsDNS1035Label`.
pub fn is_dns1035_label(value: &str) -> Messages {
    let mut messages = Messages::new();
    if value.len() > LABEL_LENGTH {
        messages.push(too_long(LABEL_LENGTH));
    }
    if !is_label(value.as_bytes()) || !value.starts_with(|first: char| first.is_ascii_lowercase()) {
        messages.push(NOT_A_1035_LABEL.into());
    }
    messages
}

/// apimachinery, `util/validation/validation.go`: `IsDNS1123Subdomain`.
pub fn is_dns1123_subdomain(value: &str) -> Messages {
    let mut messages = Messages::new();
    if value.len() > SUBDOMAIN_LENGTH {
        messages.push(too_long(SUBDOMAIN_LENGTH));
    }
    if !is_subdomain(value) {
        messages.push(NOT_A_SUBDOMAIN.into());
    }
    messages
}

/// Every label may start with an underscore and have more of them inside.
///
/// apimachinery, `util/validation/validation.go`: `IsDNS1123SubdomainWithUnderscore`.
pub(super) fn is_dns1123_subdomain_with_underscore(value: &str) -> Messages {
    let mut messages = Messages::new();
    if value.len() > SUBDOMAIN_LENGTH {
        messages.push(too_long(SUBDOMAIN_LENGTH));
    }
    let is_label = |label: &str| {
        let label = label.strip_prefix('_').unwrap_or(label).as_bytes();
        label.first().copied().is_some_and(is_lower_alphanumeric)
            && label.last().copied().is_some_and(is_lower_alphanumeric)
            && label
                .iter()
                .all(|byte| is_lower_alphanumeric(*byte) || matches!(*byte, b'-' | b'_'))
    };
    if !value.split('.').all(is_label) {
        messages.push(NOT_A_SUBDOMAIN_WITH_UNDERSCORE.into());
    }
    messages
}

/// The subdomain rule for the prefix of a label key, where the server counts bytes by name
/// (apimachinery, `api/validate/content/dns.go`: `IsDNS1123Subdomain`).
pub(super) fn is_label_prefix(value: &str) -> Messages {
    let mut messages = Messages::new();
    if value.len() > SUBDOMAIN_LENGTH {
        messages.push(format!("prefix part must be no more than {SUBDOMAIN_LENGTH} bytes").into());
    }
    if !is_subdomain(value) {
        messages.push(format!("prefix part {NOT_A_SUBDOMAIN}").into());
    }
    messages
}

/// apimachinery, `util/validation/validation.go`: `IsWildcardDNS1123Subdomain`.
pub fn is_wildcard_dns1123_subdomain(value: &str) -> Messages {
    let mut messages = Messages::new();
    if value.len() > SUBDOMAIN_LENGTH {
        messages.push(too_long(SUBDOMAIN_LENGTH));
    }
    if !value.strip_prefix("*.").is_some_and(is_subdomain) {
        messages.push(NOT_A_WILDCARD.into());
    }
    messages
}

/// At least three labels; the empty name is for the caller.
///
/// apimachinery, `util/validation/validation.go`: `IsFullyQualifiedName`.
pub(super) fn is_fully_qualified_name(value: &str) -> Messages {
    let messages = is_dns1123_subdomain(value);
    if !messages.is_empty() {
        return vec![messages.join(",").into()];
    }
    if value.split('.').count() < 3 {
        let message = "should be a domain with at least three segments separated by dots";
        return vec![message.into()];
    }
    Messages::new()
}

/// At least two labels, each of a label's length; the whole may end with a dot.
///
/// apimachinery, `util/validation/validation.go`: `IsFullyQualifiedDomainName`.
pub(super) fn is_fully_qualified_domain_name(value: &str) -> Messages {
    let name = value.strip_suffix('.').unwrap_or(value);
    let messages = is_dns1123_subdomain(name);
    if !messages.is_empty() {
        return vec![messages.join(",").into()];
    }
    if name.split('.').count() < 2 {
        let message = "should be a domain with at least two segments separated by dots";
        return vec![message.into()];
    }
    let label = name
        .split('.')
        .map(is_dns1123_label)
        .find(|label| !label.is_empty());
    label
        .map(|messages| messages.join(",").into())
        .into_iter()
        .collect()
}

/// apimachinery, `util/validation/validation.go`: `IsValidPortName`.
pub fn is_valid_port_name(value: &str) -> Messages {
    let mut messages = Messages::new();
    if value.len() > PORT_NAME_LENGTH {
        messages.push(too_long(PORT_NAME_LENGTH));
    }
    let in_charset = |byte: u8| is_lower_alphanumeric(byte) || byte == b'-';
    if value.is_empty() || !value.bytes().all(in_charset) {
        messages
            .push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".into());
    }
    if !value.bytes().any(|byte| byte.is_ascii_lowercase()) {
        messages.push("must contain at least one letter (a-z)".into());
    }
    if value.contains("--") {
        messages.push("must not contain consecutive hyphens".into());
    }
    if value.starts_with('-') || value.ends_with('-') {
        messages.push("must not begin or end with a hyphen".into());
    }
    messages
}

/// apimachinery, `util/validation/validation.go`: `IsValidPortNum`.
pub fn is_valid_port_num(port: i32) -> Option<&'static str> {
    (!(1..=65535).contains(&port)).then_some("must be between 1 and 65535, inclusive")
}

/// apimachinery, `api/validate/content/path.go`: `IsPathSegmentName`.
pub fn is_path_segment_name(value: &str) -> Messages {
    match value {
        "." => vec!["may not be '.'".into()],
        ".." => vec!["may not be '..'".into()],
        _ => {
            let mut messages = Messages::new();
            if value.contains('/') {
                messages.push("may not contain '/'".into());
            }
            if value.contains('%') {
                messages.push("may not contain '%'".into());
            }
            messages
        }
    }
}

/// What a kind asks of its objects' names (`ValidateNameFunc`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameShape {
    /// `NameIsDNSLabel`.
    Label,
    /// `NameIsDNS1035Label`.
    Rfc1035Label,
    /// `NameIsDNSSubdomain`.
    Subdomain,
    /// The same, of names alone: what `generateName` says counts only where it is used
    /// (`pkg/apis/core/validation/validation.go`: `ValidateReplicationControllerName`, which leaves
    /// names to the declared format).
    DeclaredSubdomain,
    /// `ValidatePathSegmentName`: nearly everything.
    PathSegment,
}

impl NameShape {
    /// The messages about a name.
    pub fn check(self, name: &str) -> Messages {
        match self {
            Self::Label => is_dns1123_label(name),
            Self::Rfc1035Label => is_dns1035_label(name),
            Self::Subdomain | Self::DeclaredSubdomain => is_dns1123_subdomain(name),
            Self::PathSegment => is_path_segment_name(name),
        }
    }

    /// The messages about the beginning of a generated name
    /// (apimachinery, `api/validation/generic.go`: `maskTrailingDash`).
    pub fn check_prefix(self, prefix: &str) -> Messages {
        match prefix.strip_suffix('-') {
            _ if self == Self::DeclaredSubdomain => Messages::default(),
            Some(stem) if !stem.is_empty() && self != Self::PathSegment => {
                // The server replaces the two last characters, the dash and the one before it.
                let end = stem
                    .char_indices()
                    .next_back()
                    .map_or(0, |(start, _)| start);
                self.check(&format!("{}a", &stem[..end]))
            }
            _ => self.check(prefix),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_subdomains() {
        for good in ["a", "0", "a-b", "a--b", &"a".repeat(63)] {
            assert!(is_dns1123_label(good).is_empty(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a_b", "ü", "a b", &"a".repeat(64)] {
            assert_eq!(is_dns1123_label(bad).len(), 1, "{bad}");
        }
        assert_eq!(is_dns1123_label("a.b"), ["must not contain dots"]);
        assert_eq!(is_dns1123_label(&"a.".repeat(32)).len(), 2);
        assert!(is_dns1123_subdomain("10.0.0.300").is_empty());
        for bad in [".", "a.", ".a", "a..b", "a.-b"] {
            assert_eq!(is_dns1123_subdomain(bad), [NOT_A_SUBDOMAIN], "{bad}");
        }
        // Only the whole name has a limit, not each label of it.
        assert!(is_dns1123_subdomain(&"a".repeat(253)).is_empty());
        assert!(is_dns1035_label("a1").is_empty());
        assert_eq!(is_dns1035_label("1a"), [NOT_A_1035_LABEL]);
    }

    #[test]
    fn port_names() {
        for good in ["http", "a", "1a", "abcdefghijklmno"] {
            assert!(is_valid_port_name(good).is_empty(), "{good}");
        }
        assert_eq!(
            is_valid_port_name("8080"),
            ["must contain at least one letter (a-z)"]
        );
        assert_eq!(is_valid_port_name("").len(), 2);
        assert_eq!(is_valid_port_name("-").len(), 2);
        assert_eq!(is_valid_port_name("a--b").len(), 1);
        assert_eq!(is_valid_port_name("abcdefghijklmnop").len(), 1);
        assert_eq!(is_valid_port_name("Http").len(), 1);
    }

    #[test]
    fn prefixes_may_end_with_a_dash() {
        assert!(NameShape::Subdomain.check_prefix("web-").is_empty());
        assert!(NameShape::Label.check_prefix("w_-").is_empty());
        assert_eq!(NameShape::Label.check_prefix("-").len(), 1);
        assert_eq!(NameShape::Label.check_prefix("W-a").len(), 1);
    }
}
