//! The judge of names: which object a name that nothing has was meant for, and what says so.
//! Whatever names Services, workloads or Gateways is judged alike.
//!
//! Measured on 58 public repositories: where one name consists of words of the other
//! (`storefront-svc`, `storefront`), both stand in one file, and nothing else is called by the
//! right name, 17 of 17 were mistakes; between files such names mostly mean two things.

use crate::diagnostic::Evidence;
use crate::text::similar::{distance, is_slip};
use crate::text::source::SourceId;
use std::cmp::Reverse;

/// An object that was perhaps meant.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'n, T> {
    /// Its name.
    pub name: &'n str,
    /// The text that it is in.
    pub source: SourceId,
    /// Whether something else calls it by its name.
    pub is_called_otherwise: bool,
    /// The object.
    pub what: T,
}

/// What a name that stands in a text was most probably meant for.
pub fn nearest_name<'n, T>(
    wanted: &str,
    source: SourceId,
    candidates: impl Iterator<Item = Candidate<'n, T>>,
) -> Option<(Evidence, T)> {
    let judged = candidates.filter_map(|own| {
        let is_in_own_file = own.source == source;
        let evidence = if is_slip(wanted, own.name) {
            Evidence::Slip
        } else if is_in_own_file && !own.is_called_otherwise && have_same_words(wanted, own.name) {
            Evidence::NameByWords
        } else {
            return None;
        };
        let distance = distance(wanted, own.name);
        Some(((evidence, distance, Reverse(is_in_own_file)), own.what))
    });
    let mut judged: Vec<_> = judged.collect();
    judged.sort_by_key(|(rank, _)| *rank);
    // Which of two names with the same words was meant nobody can know.
    let is_open = judged.len() > 1 && judged[0].0.0 == Evidence::NameByWords;
    let best = judged.into_iter().next().filter(|_| !is_open)?;
    Some((best.0.0, best.1))
}

/// Whether the words of one name are among those of the other, in their order. A number more makes
/// another thing of it.
fn have_same_words(left: &str, right: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
        words.map(str::to_ascii_lowercase).collect()
    };
    let (mut few, mut many) = (words(left), words(right));
    if few.len() > many.len() {
        std::mem::swap(&mut few, &mut many);
    }
    let mut rest = few.iter().peekable();
    let more = many.iter().filter(|word| rest.next_if_eq(word).is_none());
    let more: Vec<&String> = more.collect();
    let is_number = |word: &String| word.bytes().any(|byte| byte.is_ascii_digit());
    rest.peek().is_none() && !more.is_empty() && !more.into_iter().any(is_number) && !few.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(
        wanted: &str,
        name: &str,
        source: u32,
        is_called_otherwise: bool,
    ) -> Option<Evidence> {
        let candidate = Candidate {
            name,
            source: SourceId(source),
            is_called_otherwise,
            what: (),
        };
        let found = nearest_name(wanted, SourceId(0), std::iter::once(candidate));
        found.map(|(evidence, ())| evidence)
    }

    #[test]
    fn the_truth_table() {
        use Evidence::{NameByWords, Slip};
        for (wanted, name, own_file, called, expected) in [
            ("fronted", "frontend", Some(Slip), Some(Slip), Some(Slip)),
            (
                "storefront-svc",
                "storefront",
                Some(NameByWords),
                None,
                None,
            ),
            ("web", "rel-web", Some(NameByWords), None, None),
            (
                "kes-kestra-gpu",
                "kes-kestra-workergroup-gpu",
                Some(NameByWords),
                None,
                None,
            ),
            (
                "mail-mailu-redis-master",
                "mail-redis-master",
                Some(NameByWords),
                None,
                None,
            ),
            ("web-2", "web", None, None, None),
            ("web", "web-v2", None, None, None),
            ("web-api", "api-web", None, None, None),
            ("web", "api", None, None, None),
            ("webapp", "web", None, None, None),
        ] {
            assert_eq!(judged(wanted, name, 0, false), own_file, "{wanted} {name}");
            assert_eq!(
                judged(wanted, name, 0, true),
                called,
                "{wanted} {name}, called"
            );
            assert_eq!(
                judged(wanted, name, 1, false),
                expected,
                "{wanted} {name}, elsewhere"
            );
        }
    }

    #[test]
    fn a_slip_comes_before_words_and_the_own_file_before_another() {
        let candidate = |name, source| Candidate {
            name,
            source: SourceId(source),
            is_called_otherwise: false,
            what: (name, source),
        };
        let all = [("web-api", 0), ("wbe", 1), ("wbe", 0)];
        let all = all
            .into_iter()
            .map(|(name, source)| candidate(name, source));
        let found = nearest_name("web", SourceId(0), all);
        assert_eq!(found, Some((Evidence::Slip, ("wbe", 0))));
    }
}
