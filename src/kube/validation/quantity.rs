//! Amounts of resources: `500m`, `1.5Gi`.

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// Digits that any amount of a real resource has at most.
const MOST_DIGITS: usize = 20;
const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// The amount in billionths, the finest that the server knows; none for one that is out of all
/// bounds, of which nothing is said.
///
/// apimachinery, `pkg/api/resource/quantity.go`: `ParseQuantity`.
pub(super) fn billionths(Quantity(text): &Quantity) -> Option<i128> {
    let text = text.trim_matches(' ');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, suffix) = unsigned.split_at(end.unwrap_or(unsigned.len()));
    let (whole, places) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{places}");
    let digits = digits.trim_start_matches('0');
    if digits.len() > MOST_DIGITS {
        return None;
    }
    let mantissa: i128 = if digits.is_empty() {
        0
    } else {
        digits.parse().ok()?
    };
    let mantissa = if text.starts_with('-') {
        -mantissa
    } else {
        mantissa
    };
    let places = i32::try_from(places.len()).ok()?;
    if let Some(power) = BINARY.iter().position(|own| *own == suffix) {
        let factor = 1024_i128.checked_pow(power as u32 + 1)?;
        return scaled(mantissa.checked_mul(factor)?, 9 - places);
    }
    let exponent = match suffix {
        "n" => -9,
        "u" => -6,
        "m" => -3,
        "" => 0,
        "k" => 3,
        "M" => 6,
        "G" => 9,
        "T" => 12,
        "P" => 15,
        "E" => 18,
        _ => suffix.strip_prefix(['e', 'E'])?.parse().ok()?,
    };
    scaled(mantissa, exponent + 9 - places)
}

/// A number times a power of ten; the server rounds up what is finer.
fn scaled(number: i128, exponent: i32) -> Option<i128> {
    let factor = 10_i128.checked_pow(exponent.unsigned_abs())?;
    if exponent >= 0 {
        return number.checked_mul(factor);
    }
    let rest = number % factor;
    Some(number / factor + rest.signum())
}

/// Whether an amount is less than nothing.
pub(super) fn is_negative(quantity: &Quantity) -> bool {
    billionths(quantity).is_some_and(|amount| amount < 0)
}

/// Whether an amount is nothing.
pub(super) fn is_zero(quantity: &Quantity) -> bool {
    billionths(quantity) == Some(0)
}

/// Whether an amount has no fraction.
pub(super) fn is_whole(quantity: &Quantity) -> bool {
    billionths(quantity).is_none_or(|amount| amount % 1_000_000_000 == 0)
}

/// Whether one amount is more than another.
pub(super) fn is_more(quantity: &Quantity, other: &Quantity) -> bool {
    let amounts = (billionths(quantity), billionths(other));
    matches!(amounts, (Some(one), Some(other)) if one > other)
}

/// Whether one amount is not the other.
pub(super) fn differ(quantity: &Quantity, other: &Quantity) -> bool {
    is_more(quantity, other) || is_more(other, quantity)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Option<i128> {
        billionths(&Quantity(text.to_owned()))
    }

    #[test]
    fn amounts_are_compared_across_units() {
        for (one, other) in [
            ("1", "1000m"),
            ("1Ki", "1024"),
            ("1.5Gi", "1536Mi"),
            ("1k", "1e3"),
            ("0.1", "100m"),
            ("1E", "1e18"),
            ("+2", "2"),
            ("1Ei", "1152921504606846976"),
        ] {
            assert_eq!(amount(one), amount(other), "{one} {other}");
        }
        assert_eq!(amount("-1n"), Some(-1));
        assert_eq!(amount("0.1n"), Some(1));
        assert_eq!(amount("1e300"), None);
        assert_eq!(amount("."), Some(0));
    }
}
