//! Where the values of Secrets stand in a text. They are told by the looks of its lines, not by
//! parsing: a document that does not parse has values too.

use crate::text::source::Source;
use crate::text::split::{split, top_level_kind};
use std::ops::Range;

/// The values of Secrets in a part of a text.
pub(super) fn secrets_in<'s>(source: &'s Source, part: &Range<usize>) -> &'s [Range<usize>] {
    let all = source.hidden(secret_values);
    let first = all.partition_point(|secret| secret.end <= part.start);
    let last = all.partition_point(|secret| secret.start < part.end);
    &all[first..last]
}

/// The parts of lines that hold values of Secrets, in order.
fn secret_values(text: &str) -> Vec<Range<usize>> {
    if memchr::memmem::find(text.as_bytes(), KIND.as_bytes()).is_none() {
        return Vec::new();
    }
    let documents = split(text).into_iter().map(|document| document.range);
    let documents = documents.filter(|range| has_secret(&text[range.clone()]));
    let mut values = Vec::new();
    for range in documents {
        let document = &text[range.clone()];
        let own = values_of(document).into_iter();
        values.extend(own.map(|own| range.start + own.start..range.start + own.end));
    }
    values
}

const KIND: &str = "Secret";

/// Whether a document is a Secret, or can hold one: a list does, and another object has at most a
/// script in it that makes one.
fn has_secret(document: &str) -> bool {
    match top_level_kind(document) {
        Some("SecretList") => return true,
        Some(kind) if kind.ends_with("List") => {}
        Some(kind) => return kind == KIND,
        None => {}
    }
    let quotes = ['"', '\'', ' '];
    memchr::memmem::find_iter(document.as_bytes(), KIND.as_bytes()).any(|at| {
        let after = &document[at + KIND.len()..];
        let after = after.strip_prefix("List").unwrap_or(after).chars().next();
        let before = document[..at].trim_end_matches(quotes);
        let key = before
            .strip_suffix(':')
            .map(|key| key.trim_end_matches(quotes));
        after.is_none_or(|after| !after.is_alphanumeric())
            && key.is_some_and(|key| key.ends_with("kind"))
    })
}

/// What stands behind and below `data` and `stringData`.
fn values_of(document: &str) -> Vec<Range<usize>> {
    let mut values = Vec::new();
    let mut block: Option<Block> = None;
    let mut start = 0;
    for line in document.split_inclusive('\n') {
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        let (first, end) = (start + indent, start + indent + content.len());
        let above = block.filter(|block| content.is_empty() || indent > block.column);
        block = match above {
            Some(block) if content.is_empty() => Some(block),
            // The keys may be known; what is deeper is part of a value.
            Some(block) => {
                let keys = block.keys.unwrap_or(indent);
                let key = content.find(':').filter(|_| indent == keys);
                values.push(first + key.map_or(0, |colon| colon + 1)..end);
                Some(Block {
                    keys: Some(keys),
                    ..block
                })
            }
            None => data_key(line).map(|(column, behind)| {
                values.push(start + behind..end);
                Block { column, keys: None }
            }),
        };
        start += line.len();
    }
    values.retain(|value| !value.is_empty());
    values
}

/// The lines below a key.
#[derive(Clone, Copy)]
struct Block {
    /// Where the key begins.
    column: usize,
    /// Where the keys in it begin.
    keys: Option<usize>,
}

/// The column of the key `data` or `stringData` in a line, and where its colon ends.
fn data_key(line: &str) -> Option<(usize, usize)> {
    let quotes = ['"', '\''];
    line.match_indices(':').find_map(|(colon, _)| {
        let key = line[..colon].trim_end().trim_end_matches(quotes);
        let name = ["stringData", "data"]
            .into_iter()
            .find(|name| key.ends_with(name))?;
        let before = key[..key.len() - name.len()].trim_end_matches(quotes);
        let is_key = before.is_empty() || before.ends_with([' ', '{', ',']);
        is_key.then_some((before.len(), colon + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<&str> {
        let found = secret_values(text).into_iter();
        found.map(|range| text[range].trim()).collect()
    }

    #[test]
    fn values_stand_below_data() {
        let text = "kind: Secret\nmetadata: {name: x}\nstringData:\n  a: one\n\n  b: |\n    \
                    two: 2\n  \"c\": three\ntype: Opaque\ndata: {d: four}\n---\n\
                    kind: ConfigMap\ndata:\n  e: five\n";
        assert_eq!(values(text), ["one", "|", "two: 2", "three", "{d: four}"]);
        let indented = "kind: 'Secret'\r\ndata:\r\n    a: one\r\n    b:\r\n      two\r\n";
        assert_eq!(values(indented), ["one", "two"]);
    }

    #[test]
    fn secrets_stand_in_lists_and_in_json() {
        let list = "kind: List\nitems:\n- kind: Service\n  spec: {x: y}\n- data:\n    a: one\n  \
                    kind: \"Secret\"\n- kind: Pod\n  spec: z\n";
        assert_eq!(values(list), ["one"]);
        let typed = "kind: SecretList\nitems:\n- data:\n    a: one\n";
        assert_eq!(values(typed), ["one"]);
        let json = "{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"a\": \"one\"\n  },\n  \
                    \"type\": \"x\"\n}\n";
        assert_eq!(values(json), ["{", "\"one\""]);
        assert_eq!(
            values("{\"kind\":\"Secret\",\"data\":{\"a\":\"b\"}}"),
            ["{\"a\":\"b\"}}"]
        );
    }

    #[test]
    fn other_kinds_have_no_such_values() {
        let script = "kind: ConfigMap\ndata:\n  run: |\n    kind: Secret\n    data:\n      a: b\n";
        assert_eq!(values(script), [""; 0]);
        for kind in ["SecretStore", "ExternalSecret", "ConfigMap # Secret"] {
            let text = format!("kind: {kind}\ndata:\n  a: b\n");
            assert_eq!(values(&text), [""; 0], "{kind}");
        }
        assert_eq!(values("kind: Secret\nmetadata:\n  database: x\n"), [""; 0]);
    }
}
