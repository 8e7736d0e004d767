//! The syntax of quantities: `500m`, `0.5`, `1Gi` (apimachinery
//! `pkg/api/resource/quantity.go:ParseQuantity`).

/// Whether the API server reads a string as a quantity.
pub(super) fn is_quantity(text: &str) -> bool {
    let text = text.trim_matches(' ');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if text.is_empty() {
        return false;
    }
    let (whole, rest) = digits(unsigned);
    let (places, suffix) = match rest.strip_prefix('.') {
        Some(rest) => digits(rest),
        None => ("", rest),
    };
    let has_digits = !whole.is_empty() || !places.is_empty();
    // Without any digit it is zero, as long as the amount is small enough for the short way.
    let scale = match suffix {
        "" | "n" | "u" | "m" | "k" | "M" | "G" | "T" | "P" | "E" | "Ki" | "Mi" | "Gi" | "Ti" => {
            Some(0)
        }
        "Pi" | "Ei" => Some(if has_digits { 0 } else { i32::MIN }),
        _ => exponent(suffix),
    };
    scale.is_some_and(|scale| has_digits || scale >= -9)
}

/// The digits at the start of a text, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

/// `e` or `E`, and an integer.
fn exponent(suffix: &str) -> Option<i32> {
    let number = suffix.strip_prefix(['e', 'E'])?;
    let number: i64 = number.parse().ok()?;
    // Go cuts it to 32 bits.
    Some(number as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_parse_quantity() {
        for good in [
            "0",
            "00",
            "1",
            "+1",
            "-0.5",
            ".5",
            "1.",
            "100m",
            "1.5Gi",
            "1k",
            "1e3",
            "1E-3",
            "1e+21",
            "1E",
            "1n",
            " 1 ",
            "12345678901234567890",
            "-1Ei",
            "0.1u",
            // Quirks: without a digit it is zero.
            "+",
            ".",
            "m",
            "Ki",
            "-.Ti",
        ] {
            assert!(is_quantity(good), "{good:?}");
        }
        for bad in [
            "", " ", "abc", "1a", "1 Gi", "1gi", "1K", "1kk", "1mi", "1e", "e", "1e1.5", "1e3m",
            "1,5", "0x10", "1_000", "--1", "1-", "1G i", "Pi", "Ei", ".e-10",
        ] {
            assert!(!is_quantity(bad), "{bad:?}");
        }
    }
}
