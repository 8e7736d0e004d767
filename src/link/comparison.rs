//! The pairs of a selector against the labels of something that it does not select.

use crate::kinds::{Labels, Pair};
use crate::text::similar::{Similarity, similarity};

/// A pair of a selector that an object does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// Its position in the selector.
    pub pair: usize,
    /// The label that was probably meant, by its position among those of the object.
    pub label: Option<usize>,
}

/// The pairs of a selector against the labels of something that it does not select.
#[derive(Debug)]
pub(super) struct Comparison {
    /// How many pairs match.
    pub(super) equal: usize,
    /// How many keys are not there.
    pub(super) absent: usize,
    /// The pairs that do not match.
    pub(super) odd: Vec<Odd>,
    /// Why the last odd pair looks alike, if it does.
    pub(super) similar: Option<Similarity>,
    /// Whether the value of the last odd pair is there, under another key.
    pub(super) has_other_key: bool,
}

impl Comparison {
    pub(super) fn of(selector: &Labels, labels: &Labels) -> Self {
        let mut comparison = Self {
            equal: 0,
            absent: 0,
            odd: Vec::new(),
            similar: None,
            has_other_key: false,
        };
        for (at, pair) in selector.pairs.iter().enumerate() {
            comparison.add(at, pair, labels);
        }
        comparison
    }

    fn add(&mut self, at: usize, pair: &Pair, labels: &Labels) {
        let mut all = labels.pairs.iter();
        let Some(label) = all.position(|own| own.key.value == pair.key.value) else {
            return self.add_absent(at, pair, labels);
        };
        let own = &labels.pairs[label];
        if own.value.value == pair.value.value {
            self.equal += 1;
            return;
        }
        self.similar = similarity(&pair.value.value, &own.value.value);
        self.has_other_key = false;
        self.odd.push(Odd {
            pair: at,
            label: Some(label),
        });
    }

    /// A key that is not there. The value may be, under a key that looks alike or another one.
    fn add_absent(&mut self, at: usize, pair: &Pair, labels: &Labels) {
        let with_value = || {
            let all = labels.pairs.iter().enumerate();
            all.filter(|(_, own)| own.value.value == pair.value.value)
        };
        let alike = with_value().find_map(|(label, own)| {
            let found = similarity(&pair.key.value, &own.key.value)?;
            Some((label, found))
        });
        let other = with_value()
            .next()
            .filter(|_| is_telling(&pair.value.value));
        self.absent += 1;
        self.similar = alike.map(|(_, found)| found);
        self.has_other_key = other.is_some();
        let label = alike.map(|(label, _)| label);
        self.odd.push(Odd {
            pair: at,
            label: label.or(other.map(|(label, _)| label)),
        });
    }

    /// Whether all pairs match but one, which is a slip of the finger.
    pub(super) fn is_slip(&self) -> bool {
        let slip = matches!(self.similar, Some(Similarity::Folded | Similarity::Edit));
        self.odd.len() == 1 && slip
    }

    /// Whether all pairs match but one.
    pub(super) fn is_one_off(&self) -> bool {
        self.equal >= 1 && self.odd.len() == 1
    }
}

/// Whether a value says what it is about without its key: unlike `true`, or `2`.
fn is_telling(value: &str) -> bool {
    let says_nothing = ["true", "false", "yes", "no", "enabled", "disabled"].contains(&value);
    !says_nothing && value.bytes().filter(u8::is_ascii_alphabetic).count() > 1
}
