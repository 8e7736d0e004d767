//! The values of `!!binary`, as Go's `base64.StdEncoding` decodes them.

use base64::Engine;
use base64::alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

/// Go does not look at the bits behind the last byte.
const STANDARD: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Decodes base64 with its padding; line breaks do not count. None if it is malformed.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.replace(['\r', '\n'], "")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_whole_groups_of_four() {
        assert_eq!(decode("aGk=").as_deref(), Some(&b"hi"[..]));
        assert_eq!(decode("aGl=").as_deref(), Some(&b"hi"[..]));
        assert_eq!(decode("aGV\nsbG8\r\n=").as_deref(), Some(&b"hello"[..]));
        assert_eq!(decode("").as_deref(), Some(&b""[..]));
        for malformed in ["aGk", "aGk==", "a===", "aG k=", "=aGk", "aG=k", "a-_="] {
            assert_eq!(decode(malformed), None, "{malformed}");
        }
    }
}
