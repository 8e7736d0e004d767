//! IP addresses and networks, as the server reads them.
//!
//! Kubernetes parses addresses more loosely than Rust does (leading zeros), and from 1.36 on
//! refuses in a second step what the loose parser let through.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Options;
use super::errors::Errors;
use crate::kube::gates::STRICT_IP_CIDR_VALIDATION;
use crate::yaml::field::Path;

/// An IPv4-mapped IPv6 address is that IPv4 address, as in Go.
///
/// k8s.io/utils, `net/parse.go`: `ParseIPSloppy`.
pub(super) fn parse_ip_sloppy(text: &str) -> Option<IpAddr> {
    match text.bytes().find(|byte| matches!(byte, b'.' | b':')) {
        Some(b'.') => parse_ipv4(text).map(IpAddr::V4),
        Some(b':') => parse_ipv6(text).map(|address| IpAddr::V6(address).to_canonical()),
        _ => None,
    }
}

/// A network and the length of its address in bits; the prefix counts in the written family.
///
/// k8s.io/utils, `net/parse.go`: `ParseCIDRSloppy`.
pub(super) fn parse_cidr_sloppy(text: &str) -> Option<Cidr> {
    let (address, length) = text.split_once('/')?;
    let address = parse_ipv4(address)
        .map(IpAddr::V4)
        .or_else(|| parse_ipv6(address).map(IpAddr::V6))?;
    let length = digits(length)?;
    (length <= address_bits(address)).then_some(Cidr { address, length })
}

/// An address and the length of the network part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cidr {
    address: IpAddr,
    length: u32,
}

impl Cidr {
    /// Whether the other network is a strict part of this one.
    ///
    /// Kubernetes, `pkg/apis/networking/validation/validation.go`: `ValidateIPBlock`.
    pub(super) fn contains_strictly(self, other: Self) -> bool {
        let same_family = address_bits(self.address) == address_bits(other.address);
        same_family
            && self.length < other.length
            && self.network_bits(self.address) == self.network_bits(other.address)
    }

    /// The bits of the network part.
    fn network_bits(self, address: IpAddr) -> u128 {
        let host_bits = address_bits(address) - self.length;
        bits(address).checked_shr(host_bits).unwrap_or(0)
    }

    fn has_host_bits(self) -> bool {
        let host_bits = address_bits(self.address) - self.length;
        bits(self.address).trailing_zeros() < host_bits && bits(self.address) != 0
    }
}

fn address_bits(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// A number of decimal digits only; Go's parser gives up above 0xFFFFFF.
fn digits(text: &str) -> Option<u32> {
    let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| {
        text.bytes().fold(0, |number: u32, byte| {
            number
                .saturating_mul(10)
                .saturating_add((byte - b'0').into())
        })
    })
}

fn parse_ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut parts = text.split('.').map(|part| u8::try_from(digits(part)?).ok());
    let octets = [
        parts.next()??,
        parts.next()??,
        parts.next()??,
        parts.next()??,
    ];
    parts.next().is_none().then_some(Ipv4Addr::from(octets))
}

/// Normalises what Go takes and Rust does not (leading zeros), then leaves it to Rust.
fn parse_ipv6(text: &str) -> Option<Ipv6Addr> {
    let (groups, ipv4) = match text.rsplit_once(':') {
        Some((groups, last)) if last.contains('.') => (groups, Some(parse_ipv4(last)?)),
        _ => (text, None),
    };
    let mut normal = String::with_capacity(text.len());
    for (index, group) in groups.split(':').enumerate() {
        if index > 0 {
            normal.push(':');
        }
        let short = group.trim_start_matches('0');
        normal.push_str(if short.is_empty() && !group.is_empty() {
            "0"
        } else {
            short
        });
    }
    if let Some(ipv4) = ipv4 {
        normal.push(':');
        normal.push_str(&ipv4.to_string());
    }
    normal.parse().ok()
}

/// apimachinery, `util/validation/ip.go`: `parseIP`.
fn parse_ip(value: &str, strict: bool, path: &Path<'_>, errors: &mut Errors) -> Option<IpAddr> {
    let Some(address) = parse_ip_sloppy(value) else {
        errors.invalid(path, value, "must be a valid IP address");
        return None;
    };
    if strict {
        match value.parse::<IpAddr>() {
            Err(_) => {
                errors.invalid(path, value, "must not have leading 0s");
            }
            Ok(IpAddr::V6(written)) if written.to_ipv4_mapped().is_some() => {
                errors.invalid(path, value, "must not be an IPv4-mapped IPv6 address");
            }
            Ok(_) => {}
        }
    }
    Some(address)
}

/// apimachinery, `util/validation/ip.go`: `IsValidIPForLegacyField`.
pub(super) fn is_valid_ip_for_legacy_field(
    value: &str,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    parse_ip(value, options.has(STRICT_IP_CIDR_VALIDATION), path, errors);
}

/// apimachinery, `util/validation/ip.go`: `IsValidIP`.
pub(super) fn is_valid_ip(value: &str, path: &Path<'_>, errors: &mut Errors) {
    let before = errors.len();
    let Some(address) = parse_ip(value, true, path, errors) else {
        return;
    };
    if errors.len() == before && address.to_string() != value {
        let detail = format!("must be in canonical form (\"{address}\")");
        errors.invalid(path, value, &detail);
    }
}

/// apimachinery, `util/validation/ip.go`: `IsValidCIDRForLegacyField`.
pub(super) fn is_valid_cidr_for_legacy_field(
    value: &str,
    options: &Options,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(cidr) = parse_cidr_sloppy(value) else {
        errors.invalid(path, value, "must be a valid CIDR value");
        return;
    };
    if !options.has(STRICT_IP_CIDR_VALIDATION) {
        return;
    }
    let (address, length) = value.split_once('/').unwrap_or((value, ""));
    let leading_zero = length.len() > 1 && length.starts_with('0');
    if leading_zero || address.parse::<IpAddr>().is_err() {
        errors.invalid(
            path,
            value,
            "must not have leading 0s in IP or prefix length",
        );
    } else if cidr.address.to_canonical() != cidr.address {
        errors.invalid(path, value, "must not have an IPv4-mapped IPv6 address");
    } else if cidr.has_host_bits() {
        errors.invalid(
            path,
            value,
            "must not have bits set beyond the prefix length",
        );
    }
}

/// Kubernetes, `pkg/apis/core/validation/validation.go`: `ValidateEndpointIP`.
pub(super) fn validate_endpoint_ip(value: &str, path: &Path<'_>, errors: &mut Errors) {
    let Some(address) = parse_ip_sloppy(value) else {
        errors.invalid(path, value, "must be a valid IP address");
        return;
    };
    let (link_local, link_local_multicast) = match address {
        IpAddr::V4(address) => (
            address.is_link_local(),
            matches!(address.octets(), [224, 0, 0, _]),
        ),
        IpAddr::V6(address) => (
            address.segments()[0] & 0xffc0 == 0xfe80,
            address.segments()[0] & 0xff0f == 0xff02,
        ),
    };
    if address.is_unspecified() {
        let detail = format!("may not be unspecified ({value})");
        errors.invalid(path, value, &detail);
    }
    if address.is_loopback() {
        errors.invalid(
            path,
            value,
            "may not be in the loopback range (127.0.0.0/8, ::1/128)",
        );
    }
    if link_local {
        errors.invalid(
            path,
            value,
            "may not be in the link-local range (169.254.0.0/16, fe80::/10)",
        );
    }
    if link_local_multicast {
        errors.invalid(
            path,
            value,
            "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
        );
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn messages(check: impl Fn(&Path<'_>, &mut Errors)) -> Vec<String> {
        let mut errors = Errors::default();
        check(&Path::new("x"), &mut errors);
        let found = errors.into_violations();
        found.into_iter().map(|found| found.detail).collect()
    }

    #[test]
    fn addresses_are_parsed_sloppily() {
        let v4 = |text: &str| Some(IpAddr::V4(text.parse().unwrap()));
        assert_eq!(parse_ip_sloppy("010.0.0.1"), v4("10.0.0.1"));
        assert_eq!(parse_ip_sloppy("::ffff:1.2.3.04"), v4("1.2.3.4"));
        assert_eq!(
            parse_ip_sloppy("02001:db8::0"),
            Some("2001:db8::".parse().unwrap())
        );
        for bad in [
            "",
            "1",
            "10.96.0",
            "1.2.3.256",
            "1.2.3.4.5",
            "a.b.c.d",
            " 1.2.3.4",
        ] {
            assert_eq!(parse_ip_sloppy(bad), None, "{bad}");
        }
        for bad in [
            "::1%eth0",
            ":::",
            "1::2::3",
            "1:2:3:4:5:6:7",
            "::g",
            "[::1]",
            "1:2.3.4.5:6",
        ] {
            assert_eq!(parse_ip_sloppy(bad), None, "{bad}");
        }
    }

    #[test]
    fn strictness_came_with_1_36() {
        let strict = Options::default();
        let mut lax = Options::default();
        lax.kube_version.minor = 35;
        let ip = |value: &str, options: &Options| {
            messages(|path, errors| is_valid_ip_for_legacy_field(value, options, path, errors))
        };
        let cidr = |value: &str, options: &Options| {
            messages(|path, errors| is_valid_cidr_for_legacy_field(value, options, path, errors))
        };
        for odd in ["010.0.0.1", "::ffff:1.2.3.4", "02001:db8::1"] {
            assert_eq!(ip(odd, &strict).len(), 1, "{odd}");
            assert!(ip(odd, &lax).is_empty(), "{odd}");
        }
        for odd in [
            "10.0.0.1/8",
            "10.0.0.0/08",
            "010.0.0.0/8",
            "::ffff:10.0.0.0/104",
        ] {
            assert_eq!(cidr(odd, &strict).len(), 1, "{odd}");
            assert!(cidr(odd, &lax).is_empty(), "{odd}");
        }
        for bad in [
            "10.0.0.0/33",
            "10.0.0.0",
            "10.0.0.0/",
            "a/8",
            "::/129",
            "10.0.0.0/-1",
        ] {
            assert_eq!(cidr(bad, &lax).len(), 1, "{bad}");
        }
        for good in [
            "10.0.0.0/8",
            "0.0.0.0/0",
            "::/0",
            "2001:DB8::/32",
            "10.0.0.1/32",
        ] {
            assert!(cidr(good, &strict).is_empty(), "{good}");
        }
    }

    #[test]
    fn canonical_form() {
        let check = |value: &str| messages(|path, errors| is_valid_ip(value, path, errors));
        assert!(check("2001:db8::1").is_empty());
        assert_eq!(
            check("2001:DB8:0::1"),
            ["must be in canonical form (\"2001:db8::1\")"]
        );
        assert_eq!(check("010.0.0.1"), ["must not have leading 0s"]);
    }

    #[test]
    fn special_ranges_are_no_endpoints() {
        let check =
            |value: &str| messages(|path, errors| validate_endpoint_ip(value, path, errors));
        for special in [
            "0.0.0.0",
            "127.0.0.1",
            "::1",
            "169.254.1.1",
            "fe80::1",
            "224.0.0.5",
            "ff02::1",
        ] {
            assert_eq!(check(special).len(), 1, "{special}");
        }
        for good in [
            "239.1.1.1",
            "224.0.1.1",
            "255.255.255.255",
            "ff05::1",
            "10.0.0.1",
        ] {
            assert!(check(good).is_empty(), "{good}");
        }
    }

    #[test]
    fn strict_containment() {
        let cidr = |text: &str| parse_cidr_sloppy(text).unwrap();
        assert!(cidr("10.0.0.0/8").contains_strictly(cidr("10.1.0.0/16")));
        assert!(cidr("0.0.0.0/0").contains_strictly(cidr("10.1.0.0/16")));
        assert!(!cidr("10.0.0.0/8").contains_strictly(cidr("10.0.0.0/8")));
        assert!(!cidr("10.0.0.0/8").contains_strictly(cidr("11.0.0.0/16")));
        assert!(!cidr("10.0.0.0/8").contains_strictly(cidr("::/16")));
    }
}
