//! What GitHub recognises an alert by: a hash of the line that it is at and of what follows, the
//! same that `github/codeql-action` computes (`src/fingerprints.ts:hash`). It warns of every result
//! that says otherwise, and has none for texts that are not on disk.

use crate::text::hash::HashMap;

/// How many characters count, from the start of the line on.
const WINDOW: usize = 100;
const BASE: u64 = 37;
/// What stands behind the last character.
const END: u16 = u16::MAX;

/// The hash of every line, in order, each with how often it occurred so far: `c129715d7a2bc9a3:1`.
///
/// Characters are UTF-16 code units. Blanks do not count; `\r`, `\n` and `\r\n` end a line.
pub(super) fn line_hashes(text: &str) -> Vec<String> {
    let (units, starts) = significant(text);
    let leaving = (0..WINDOW).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let unit = |at: usize| u64::from(units.get(at).copied().unwrap_or(0));
    let mut starts = starts.into_iter().peekable();
    let mut seen: HashMap<u64, u32> = HashMap::default();
    let mut hashes = Vec::new();
    // The hash of the window from the first character on, moved along one by one.
    let mut hash = (0..WINDOW).fold(0, |hash: u64, at| {
        hash.wrapping_mul(BASE).wrapping_add(unit(at))
    });
    for at in 0..units.len() {
        if starts.next_if_eq(&at).is_some() {
            let count = seen.entry(hash).or_default();
            *count += 1;
            hashes.push(format!("{hash:x}:{count}"));
        }
        hash = hash
            .wrapping_mul(BASE)
            .wrapping_add(unit(at + WINDOW))
            .wrapping_sub(leaving.wrapping_mul(unit(at)));
    }
    hashes
}

/// The characters that count, and at which of them lines start.
fn significant(text: &str) -> (Vec<u16>, Vec<usize>) {
    let mut units = Vec::with_capacity(text.len() + 1);
    let mut starts = Vec::new();
    let mut is_start = true;
    let mut after_return = false;
    for unit in text.encode_utf16().chain([END]) {
        let is_newline = unit == u16::from(b'\n');
        let counts = unit != u16::from(b' ') && unit != u16::from(b'\t');
        if !counts || after_return && is_newline {
            after_return = false;
            continue;
        }
        after_return = unit == u16::from(b'\r');
        if is_start {
            starts.push(units.len());
        }
        is_start = is_newline || after_return;
        units.push(if after_return { u16::from(b'\n') } else { unit });
    }
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by another implementation of the same algorithm, which agrees with the test cases
    /// of `codeql-action`.
    #[test]
    fn hashes_are_those_of_codeql_action() {
        let cases: &[(&str, &[&str])] = &[
            ("", &["c129715d7a2bc9a3:1"]),
            (
                "kind: Service\nname: web\n",
                &[
                    "de46b2acb8701199:1",
                    "57a24e24bf88026a:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
            (
                "kind: Service\r\n\tname: web\r\n",
                &[
                    "de46b2acb8701199:1",
                    "57a24e24bf88026a:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
            (
                "a:\r\r\n  größe: 👩 → 1\n\n",
                &[
                    "9cc019f367f8c074:1",
                    "24b720a162ee11cf:1",
                    "5657914d4d480081:1",
                    "3c5bef55b72b93c9:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
            (
                &"- port: 80\n".repeat(14),
                &[
                    "4a10005b227fedaf:1",
                    "4a10005b227fedaf:2",
                    "4a10005b227fedaf:3",
                    "4a10005b2280ed81:1",
                    "c02c66dce936bb6f:1",
                    "cd6225b9474fa415:1",
                    "ab545f2fd4671e53:1",
                    "c6c7e1826100ac89:1",
                    "2676ddd93808ca97:1",
                    "cefa7fe9d9bc93dd:1",
                    "203b2d9e829f013b:1",
                    "6e14ae350dee1f11:1",
                    "fe5893c0b3c41b3f:1",
                    "86f1aeb97a6f8b25:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(&line_hashes(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_line_has_a_hash() {
        for text in ["", "a", "a\n", "\n\n", "a\r\nb\rc\nd", &"a\n".repeat(500)] {
            let lines = text.replace("\r\n", "\n").replace('\r', "\n");
            assert_eq!(line_hashes(text).len(), lines.split('\n').count());
        }
    }
}
