//! What a plain scalar means to kubectl: the YAML 1.1 resolution of `go.yaml.in/yaml/v2`
//! (`resolve.go`), which `sigs.k8s.io/yaml` uses to turn manifests into JSON.
//!
//! No Rust crate resolves like it: `on` is a boolean, `0777` is 511, `1_000` is a number, and
//! `123e45` (a commit hash) is one too.

use std::borrow::Cow;

/// A resolved scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// `~`, `null`, or nothing at all.
    Null,
    /// `true`, `yes`, `on`, `y` and their opposites.
    Bool(bool),
    /// A number that fits 64 bits with sign.
    Int(i64),
    /// A larger one that fits 64 bits without.
    Uint(u64),
    /// Any other number, also `.inf` and `.nan`, which JSON cannot hold.
    Float(f64),
    /// Everything else.
    Str(&'a str),
}

/// Resolves a plain scalar without a tag.
pub fn resolve(text: &str) -> Scalar<'_> {
    let bytes = text.as_bytes();
    let Some(&first) = bytes.first() else {
        return Scalar::Null;
    };
    match first {
        b'+' | b'-' | b'0'..=b'9' => word(text).or_else(|| number(text)),
        b'.' => word(text).or_else(|| fraction(text)),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        _ => None,
    }
    .unwrap_or(Scalar::Str(text))
}

/// Whether a plain scalar without a tag is a string.
pub(super) fn is_string(text: &[u8]) -> bool {
    // The longest word with a meaning is `false`.
    match text {
        [b'A'..=b'Z' | b'a'..=b'z', _, _, _, _, _, ..] => true,
        _ => str::from_utf8(text).is_ok_and(|text| matches!(resolve(text), Scalar::Str(_))),
    }
}

/// Whether a plain scalar without a tag is a number that JSON cannot hold.
pub(super) fn is_endless(text: &str) -> bool {
    matches!(resolve(text), Scalar::Float(number) if !number.is_finite())
}

/// A string as it can be written in YAML: in quotes where it would be something else without.
pub fn as_yaml(text: &str) -> Cow<'_, str> {
    let is_sign = |c: char| "-?:,[]{}#&*!|>'\"%@`".contains(c);
    let is_plain = is_string(text.as_bytes())
        && !text.starts_with(|c| is_sign(c) || c == ' ')
        && !text.ends_with([':', ' '])
        && !text.contains([',', '[', ']', '{', '}', '\n'])
        && !text.contains(": ")
        && !text.contains(" #");
    if is_plain {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{text:?}"))
    }
}

/// The words with a meaning of their own.
fn word(text: &str) -> Option<Scalar<'static>> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

/// A scalar that starts with a digit or a sign.
fn number(text: &str) -> Option<Scalar<'static>> {
    let numeric = |c: u8| c.is_ascii_hexdigit() || b"xXoO_+-.".contains(&c);
    if !text.bytes().all(numeric) {
        return None;
    }
    let plain = without_underscores(text);
    integer(&plain)
        .or_else(|| signed_binary(&plain))
        .or_else(|| float(&plain))
}

/// Every `_` is dropped, wherever it stands.
fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') {
        text.replace('_', "").into()
    } else {
        text.into()
    }
}

/// `strconv.ParseInt(text, 0, 64)`, then `ParseUint`: base 0 reads the prefixes.
fn integer(text: &str) -> Option<Scalar<'static>> {
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = match rest.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &rest[2..]),
        [b'0', b'o' | b'O', ..] => (8, &rest[2..]),
        [b'0', b'b' | b'B', ..] => (2, &rest[2..]),
        [b'0', _, ..] => (8, &rest[1..]),
        _ => (10, rest),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0i64.checked_sub_unsigned(magnitude).map(Scalar::Int);
    }
    match i64::try_from(magnitude) {
        Ok(value) => Some(Scalar::Int(value)),
        // ParseUint takes no sign.
        Err(_) if rest.len() == text.len() => Some(Scalar::Uint(magnitude)),
        Err(_) => None,
    }
}

/// A quirk: the branch for `0b` parses the tail again, which may carry a sign (`0b-101` is -5).
fn signed_binary(text: &str) -> Option<Scalar<'static>> {
    i64::from_str_radix(text.strip_prefix("0b")?, 2)
        .ok()
        .map(Scalar::Int)
}

/// A float by the pattern of `resolve.go`; one that overflows stays a string.
fn float(text: &str) -> Option<Scalar<'static>> {
    if !is_float(text.as_bytes()) {
        return None;
    }
    text.parse::<f64>()
        .ok()
        .filter(|value| value.is_finite())
        .map(Scalar::Float)
}

/// A scalar that starts with a point goes to `strconv.ParseFloat` as it is, which takes `_` only
/// between two digits.
fn fraction(text: &str) -> Option<Scalar<'static>> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let misplaced = |at: usize| bytes[at] == b'_' && !(digit(at - 1) && digit(at + 1));
    if (1..bytes.len()).any(misplaced) {
        return None;
    }
    float(&without_underscores(text))
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
pub(super) fn is_float(text: &[u8]) -> bool {
    fn digits(text: &[u8]) -> usize {
        text.iter().take_while(|c| c.is_ascii_digit()).count()
    }
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let whole = digits(unsigned);
    let mut rest = &unsigned[whole..];
    if let [b'.', tail @ ..] = rest {
        let places = digits(tail);
        if whole == 0 && places == 0 {
            return false;
        }
        rest = &tail[places..];
    } else if whole == 0 {
        return false;
    }
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', tail @ ..] | [b'e' | b'E', tail @ ..] => {
            !tail.is_empty() && digits(tail) == tail.len()
        }
        _ => false,
    }
}

/// Whether a text may stand behind `!!timestamp`. Without that tag a date is a string to JSON.
pub fn is_date(text: &str) -> bool {
    let text = text.as_bytes();
    text.len() >= 8 && text[..4].iter().all(u8::is_ascii_digit) && text[4] == b'-'
}

/// The text that JSON has for a key (`sigs.k8s.io/yaml`, `convertToJSONableObject`), if it has one:
/// `on:` is the key `true`.
pub fn key(value: Scalar<'_>) -> Option<Cow<'_, str>> {
    Some(match value {
        Scalar::Str(text) => text.into(),
        Scalar::Int(number) => number.to_string().into(),
        Scalar::Bool(value) => if value { "true" } else { "false" }.into(),
        Scalar::Float(number) => key_float(number).into(),
        Scalar::Null | Scalar::Uint(_) => return None,
    })
}

/// The float nearest to an integer.
#[expect(
    clippy::cast_precision_loss,
    reason = "this is what `!!float 3` asks for"
)]
pub(super) fn rounded(number: i64) -> f64 {
    number as f64
}

/// The integer that the API server reads for a float: `encoding/json` writes `80.0` as `80`.
pub fn whole(number: f64) -> Option<i64> {
    let fits = number.fract() == 0.0 && (-TWO_TO_63..TWO_TO_63).contains(&number);
    fits.then_some(number as i64)
}

const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// A float as a JSON value: `encoding/json`.
pub fn json_float(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-6..1e21).contains(&magnitude) {
        return format!("{value}");
    }
    exponent_form(&format!("{value:e}"), 1)
}

/// A float as a mapping key: `strconv.FormatFloat(value, 'g', -1, 32)` with YAML's own words for
/// what is no number (`sigs.k8s.io/yaml`, `convertToJSONableObject`).
fn key_float(value: f64) -> String {
    let single = value as f32;
    if single.is_nan() {
        return ".nan".to_owned();
    }
    if single.is_infinite() {
        return if single > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let magnitude = single.abs();
    if magnitude == 0.0 || (1e-4..1e6).contains(&magnitude) {
        return format!("{single}");
    }
    exponent_form(&format!("{single:e}"), 2)
}

/// Rust writes `1e21` and `1e-7` where Go writes `1e+21` and, with two places, `1e-07`.
fn exponent_form(text: &str, places: usize) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text.to_owned();
    };
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_of_yaml_1_1() {
        assert_eq!(resolve("on"), Scalar::Bool(true));
        assert_eq!(resolve("oN"), Scalar::Str("oN"));
        assert_eq!(resolve("0777"), Scalar::Int(511));
        assert_eq!(resolve("08"), Scalar::Float(8.0));
        assert_eq!(resolve("1_000"), Scalar::Int(1000));
        assert_eq!(resolve("123e45"), Scalar::Float(123e45));
        assert_eq!(resolve("1:30"), Scalar::Str("1:30"));
        assert_eq!(resolve("2001-01-01"), Scalar::Str("2001-01-01"));
        assert_eq!(resolve("0b-101"), Scalar::Int(-5));
        assert_eq!(resolve(""), Scalar::Null);
        assert_eq!(resolve("18446744073709551615"), Scalar::Uint(u64::MAX));
        assert_eq!(
            resolve("+18446744073709551615"),
            Scalar::Float(18_446_744_073_709_551_615.0)
        );
        assert_eq!(resolve("-9223372036854775808"), Scalar::Int(i64::MIN));
    }

    proptest::proptest! {
        #[test]
        fn a_string_is_what_resolves_to_itself(
            text in r"(y|no|[Tt]rue|FALSE|off|~|null|Null|[-+]?\.(inf|nan)|0x|_|1|e|\PC){0,3}",
        ) {
            let is_itself = resolve(&text) == Scalar::Str(&text);
            proptest::prop_assert_eq!(is_string(text.as_bytes()), is_itself);
        }
    }

    #[test]
    fn strings_are_written_so_that_they_stay_strings() {
        for text in ["web", "web.shop", "http-2", "a b"] {
            assert_eq!(as_yaml(text), text);
        }
        for text in [
            "on",
            "8080",
            "1e3",
            "1.10",
            "",
            "*.example.org",
            "@x",
            "a: b",
            "~",
        ] {
            assert_eq!(as_yaml(text), format!("\"{text}\""));
        }
    }

    #[test]
    fn floats_are_printed_as_go_prints_them() {
        assert_eq!(json_float(80.0), "80");
        assert_eq!(json_float(1e21), "1e+21");
        assert_eq!(json_float(1.5e-7), "1.5e-7");
        assert_eq!(key_float(1e6), "1e+06");
        assert_eq!(key_float(123_456.0), "123456");
        assert_eq!(key_float(f64::INFINITY), ".inf");
        assert_eq!(key_float(0.000_01), "1e-05");
    }
}
