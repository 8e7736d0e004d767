//! Hyperlinks in the terminal (OSC 8): a place leads to its file.

use super::{Place, Style};
use std::path::Path;

impl Place<'_> {
    /// A text that leads to the file of the place, where the terminal can do that.
    pub(super) fn linked(&self, text: String, style: Style) -> String {
        match self.location {
            Some(path) if style.links => {
                format!("\u{1b}]8;;{}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\", url(path))
            }
            _ => text,
        }
    }
}

/// The address of an absolute path. Nothing in it can end the link early.
fn url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let start = if path.starts_with('/') {
        "file://"
    } else {
        "file:///"
    };
    let bytes = path.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    std::iter::once(start.to_owned()).chain(bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_strange_characters() {
        let of = |path: &str| url(Path::new(path));
        assert_eq!(of("/shop/a b.yaml"), "file:///shop/a%20b.yaml");
        assert_eq!(of("/\u{1b}\\x"), "file:///%1B/x");
        assert_eq!(of("C:\\shop\\a.yaml"), "file:///C:/shop/a.yaml");
    }
}
