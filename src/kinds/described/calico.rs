//! Selectors of Calico's policies: `app == 'web' && role == 'db'`.

use super::name::part;
use crate::kinds::parts::label_selector::LabelSelector;
use crate::kinds::parts::labels::Pair;
use crate::yaml::cursor::Cursor;
use std::ops::Range;

/// Labels that Calico makes, of the namespace and the service account among them.
const OWN_LABELS: &[&str] = &["projectcalico.org/", "pcns.", "pcsa."];

/// Reads a selector that asks for the values of labels, all of them. What asks for something else
/// (`||`, `has(app)`, `app in {'web'}`) may select whatever there is (calico
/// `libcalico-go/lib/selector/parser/parser.go`).
pub(super) fn read(at: Cursor<'_>) -> LabelSelector {
    let mut read = LabelSelector::everything(at.key_span());
    let Some(whole) = at.string() else {
        read.labels.is_unreadable = true;
        return read;
    };
    let mut start = 0;
    for term in whole.value.split("&&") {
        match comparison(term) {
            Some((key, value)) => {
                let place =
                    |range: Range<usize>| part(at, &whole, start + range.start..start + range.end);
                read.labels.pairs.push(Pair::of(place(key), place(value)));
            }
            None => read.labels.is_unreadable = true,
        }
        start += term.len() + "&&".len();
    }
    read
}

/// Where key and value of `key == 'value'` stand.
fn comparison(term: &str) -> Option<(Range<usize>, Range<usize>)> {
    let (left, right) = term.split_once("==")?;
    let (key, quoted) = (left.trim(), right.trim());
    let quote = quoted.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let value = quoted.strip_prefix(quote)?.strip_suffix(quote)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let is_own = OWN_LABELS.iter().any(|own| key.starts_with(own));
    if is_own || key.is_empty() || !key.chars().all(is_plain) || value.contains(quote) {
        return None;
    }
    let before = |text: &str| text.len() - text.trim_start().len();
    let key_start = before(left);
    let value_start = left.len() + "==".len() + before(right) + quote.len_utf8();
    Some((
        key_start..key_start + key.len(),
        value_start..value_start + value.len(),
    ))
}

#[cfg(test)]
mod tests {
    use super::comparison;

    #[test]
    fn labels_and_their_values() {
        for (term, key, value) in [
            ("app == 'web'", "app", "web"),
            (" a.b/c==\"d\" ", "a.b/c", "d"),
        ] {
            let (found_key, found_value) = comparison(term).expect("a comparison");
            assert_eq!((&term[found_key], &term[found_value]), (key, value));
        }
    }

    #[test]
    fn what_asks_for_something_else() {
        for term in [
            "all()",
            "has(app)",
            "app != 'web'",
            "!app == 'web'",
            "app in {'web'}",
            "app == 'web' || app == 'api'",
            "app == web",
            "projectcalico.org/namespace == 'shop'",
        ] {
            assert_eq!(comparison(term), None, "{term}");
        }
    }
}
