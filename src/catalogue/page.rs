//! What a rule says of itself.

use crate::diagnostic::Severity;
use serde::Deserialize;
use serde::de::value::{Error, MapDeserializer};
use std::sync::OnceLock;

/// What a rule says of itself: `rules/<id>.md`.
#[derive(Debug)]
pub struct Page {
    /// The id of the rule, in kebab-case: the stem of its files.
    pub id: &'static str,
    /// Front matter, reasons, and examples that are its tests.
    pub text: &'static str,
    /// Its front matter, once somebody has asked for it.
    meta: OnceLock<Meta>,
}

/// The front matter of a rule's page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// One line, without a full stop.
    pub summary: String,
    /// The gravest severity of its forms.
    pub severity: Severity,
    /// What it is about: `selectors`, `ports`, `readiness`, `references`, `input`, ...
    pub group: String,
    /// Whether it is on without being asked for.
    pub default: Activation,
    /// The version that brought it.
    pub since: String,
}

/// Whether a rule is on by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// It is on.
    On,
    /// It has to be selected, or asked for with `--pedantic`.
    OptIn,
}

impl Page {
    pub(crate) const fn new(id: &'static str, text: &'static str) -> Self {
        Self {
            id,
            text,
            meta: OnceLock::new(),
        }
    }

    /// Its front matter.
    ///
    /// # Panics
    /// When the text has none; a test reads them all.
    pub fn meta(&self) -> &Meta {
        self.meta.get_or_init(|| self.read_meta())
    }

    /// The text behind the front matter.
    pub fn body(&self) -> &'static str {
        self.parts().1.trim_start()
    }

    /// Every start asks all rules whether they are on. Their front matter is lines of plain words,
    /// for which the YAML parser takes a hundred times as long; a test has it read them, too.
    fn read_meta(&self) -> Meta {
        let lines = self.parts().0.lines();
        let fields = lines.filter_map(|line| line.split_once(": "));
        let read: Result<Meta, Error> = Meta::deserialize(MapDeserializer::new(fields));
        read.unwrap_or_else(|error| panic!("{}.md: {error}", self.id))
    }

    fn parts(&self) -> (&'static str, &'static str) {
        let front = self.text.strip_prefix("---\n");
        let parts = front.and_then(|rest| rest.split_once("\n---\n"));
        parts.unwrap_or_else(|| panic!("{}.md has no front matter", self.id))
    }

    /// Whether the rule is on without being asked for.
    pub fn is_on_by_default(&self) -> bool {
        self.meta().default == Activation::On
    }
}

#[cfg(test)]
mod tests {
    use crate::catalogue::PAGES;
    use crate::catalogue::page::Meta;

    #[test]
    fn front_matter_is_yaml() {
        for page in &PAGES {
            let read: Meta = serde_yaml::from_str(page.parts().0).expect(page.id);
            assert_eq!(*page.meta(), read, "{}", page.id);
        }
    }
}
