//! The rules as users know them: their ids, what each says of itself, and which of them run. What
//! they check stands elsewhere (`rules`).

pub mod ids;
mod level;
mod selection;

pub use ids::PAGES;
pub use level::Level;
pub use selection::Selection;

pub(crate) use level::{LEVELS, level};

use crate::diagnostic::Severity;
use crate::text::similar::nearest;
use serde::Deserialize;
use std::collections::BTreeSet;
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

    fn read_meta(&self) -> Meta {
        let (front, _) = self.parts();
        serde_yaml::from_str(front).unwrap_or_else(|error| panic!("{}.md: {error}", self.id))
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

/// The page of the rule with this id.
pub fn find(id: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.id == id)
}

/// What rules are about, in the order of the alphabet.
pub fn groups() -> BTreeSet<&'static str> {
    let groups = PAGES.iter().map(|page| page.meta().group.as_str());
    groups.collect()
}

/// The rules that a word of the command line stands for: the one with this id, or all of a group.
///
/// # Errors
/// Says which was probably meant if there is neither.
pub fn named(word: &str) -> Result<Vec<&'static str>, String> {
    let is_meant = |page: &&Page| page.id == word || page.meta().group == word;
    let named: Vec<_> = PAGES.iter().filter(is_meant).map(|page| page.id).collect();
    if named.is_empty() {
        Err(format!("no rule or group has this name; {}", advice(word)))
    } else {
        Ok(named)
    }
}

/// What to do about a name that no rule has.
pub fn advice(word: &str) -> String {
    let known = PAGES.iter().map(|page| page.id);
    match nearest(word, known.chain(groups())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`svclint rules` lists them".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_named_by_id_or_group() {
        assert_eq!(named("duplicate-object"), Ok(vec!["duplicate-object"]));
        let ports = named("ports").expect("a group");
        assert!(ports.contains(&"target-port-name-not-found"));
        let near = named("duplicate-objects").expect_err("no rule");
        assert!(near.ends_with("did you mean `duplicate-object`?"), "{near}");
        let far = named("xyzzy").expect_err("no rule");
        assert!(far.ends_with("`svclint rules` lists them"), "{far}");
    }
}
