//! What a page says: its front matter.

use super::belongs::BelongsRow;
use super::condition::Condition;
use super::fields::FieldsRow;
use super::knows::KnowsRow;
use super::path::{OneOrMany, Spot};
use super::provide::ProvideRow;
use super::read_by::ReadByRow;
use super::refuse::RefuseRow;
use super::row::{PortRow, Refer, ValueRow};
use super::select::SelectRow;
use crate::yaml::cursor::Cursor;
use serde::Deserialize;
use std::sync::OnceLock;

/// A page of `rules/kinds`.
#[derive(Debug)]
pub struct Page {
    /// The stem of its file.
    pub name: &'static str,
    /// Front matter, reasons, and examples that are its tests.
    pub text: &'static str,
    /// The kinds that it is of. A page is not read before an object of one of them comes.
    pub(super) kinds: &'static [&'static str],
    /// What the annotations begin with that it is about, on whatever kinds.
    pub(super) prefixes: &'static [&'static str],
    front: OnceLock<Front>,
}

/// The front matter of a page.
#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "camelCase",
    expecting = "a mapping with `kinds` and what is said of them"
)]
pub(super) struct Front {
    /// One line, without a full stop. Like the next two, a page has it, a configuration need not.
    #[serde(default)]
    pub(super) summary: String,
    /// The version that brought it.
    #[serde(default)]
    #[expect(dead_code, reason = "it is for who reads the page")]
    since: String,
    /// The files and functions that decide.
    #[serde(default)]
    #[expect(dead_code, reason = "it is for who reads the page")]
    sources: Vec<String>,
    #[serde(default)]
    pub(super) kinds: Vec<KindRow>,
    #[serde(default)]
    refers: Vec<Refer>,
    #[serde(default)]
    hosts: Vec<Refer>,
    #[serde(default)]
    pub(super) values: Vec<ValueRow>,
    #[serde(default)]
    pub(super) annotations: Vec<Refer>,
    #[serde(default)]
    pub(super) provides: Vec<ProvideRow>,
    #[serde(default)]
    pub(super) selects: Vec<SelectRow>,
    #[serde(default)]
    pub(super) knows: Vec<KnowsRow>,
    #[serde(default)]
    pub(super) belongs: Vec<BelongsRow>,
    #[serde(default)]
    pub(super) read_by: Vec<ReadByRow>,
    #[serde(default)]
    pub(super) refuses: Vec<RefuseRow>,
    #[serde(default)]
    pub(super) fields: Vec<FieldsRow>,
}

/// A kind, by the groups that have it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindRow {
    pub(super) groups: Vec<String>,
    pub(super) kind: String,
    /// What the controller makes for it.
    pub(super) makes: Option<Makes>,
    /// What an object of it has to have to be one that the page is about.
    #[serde(default, rename = "where")]
    has: Condition,
}

impl Front {
    /// Whether it says anything of the kind whose data nobody is to read.
    pub(super) fn is_about_secrets(&self) -> bool {
        let mut kinds = self.kinds.iter();
        kinds.any(|row| row.kind == "Secret" && row.groups.iter().any(String::is_empty))
    }
}

/// What a controller makes for an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Makes {
    Pods,
    Services,
}

/// Why a page cannot be read.
pub type PageError = serde_yaml::Error;

impl Page {
    pub(super) const fn new(
        name: &'static str,
        text: &'static str,
        kinds: &'static [&'static str],
        prefixes: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            text,
            kinds,
            prefixes,
            front: OnceLock::new(),
        }
    }

    /// Its front matter.
    ///
    /// # Panics
    /// When it cannot be read; a test reads them all.
    pub(super) fn front(&self) -> &Front {
        self.front.get_or_init(|| {
            Front::read(self.parts().0).unwrap_or_else(|error| panic!("{}.md: {error}", self.name))
        })
    }

    /// The kinds that it is of, each with its groups.
    pub fn kinds(&self) -> impl Iterator<Item = (&[String], &str)> {
        let rows = self.front().kinds.iter();
        rows.map(|row| (row.groups.as_slice(), row.kind.as_str()))
    }

    /// Whether it is of a kind of this name, in whatever case.
    pub fn describes(&self, kind: &str) -> bool {
        self.kinds.iter().any(|own| own.eq_ignore_ascii_case(kind))
    }

    /// One line on what it is about.
    pub fn summary(&self) -> &str {
        &self.front().summary
    }

    /// The text behind the front matter.
    pub fn body(&self) -> &'static str {
        self.parts().1.trim_start()
    }

    fn parts(&self) -> (&'static str, &'static str) {
        let front = self.text.strip_prefix("---\n");
        let parts = front.and_then(|rest| rest.split_once("\n---\n"));
        parts.unwrap_or_else(|| panic!("{}.md has no front matter", self.name))
    }
}

impl Front {
    pub(super) fn read(text: &str) -> Result<Self, PageError> {
        serde_yaml::from_str(text).map(Self::with_ports)
    }

    /// The same, where every host has the port of its text.
    pub(super) fn with_ports(mut self) -> Self {
        for row in &mut self.hosts {
            row.port = Some(OneOrMany::One(PortRow::of_host()));
        }
        self
    }

    /// Whether it is of a kind.
    pub(super) fn is_of(&self, group: &str, kind: &str) -> bool {
        self.kinds.iter().any(|row| row.is(group, kind))
    }

    /// Whether it is about an object of one of its kinds.
    pub(super) fn is_about(&self, (group, kind): (&str, &str), object: Cursor<'_>) -> bool {
        let spot = Spot::root(object);
        let mut rows = self.kinds.iter();
        rows.any(|row| row.is(group, kind) && row.has.holds(spot))
    }

    /// The sources that the rows name.
    #[cfg(test)]
    pub(super) fn sources(&self) -> impl Iterator<Item = &str> {
        let refer = self
            .refers()
            .chain(&self.annotations)
            .map(|row| &row.source);
        let rest = self.values.iter().map(|row| &row.source);
        let rest = rest.chain(self.provides.iter().map(|row| &row.source));
        let rest = rest.chain(self.selects.iter().map(|row| &row.source));
        let rest = rest.chain(self.knows.iter().map(|row| &row.source));
        let rest = rest.chain(self.belongs.iter().map(|row| &row.source));
        let rest = rest.chain(self.read_by.iter().map(|row| &row.source));
        let rest = rest.chain(self.refuses.iter().map(|row| &row.source));
        refer.chain(rest).map(String::as_str)
    }

    /// The rows about fields of the object.
    pub(super) fn refers(&self) -> impl Iterator<Item = &Refer> {
        self.refers.iter().chain(&self.hosts)
    }
}

impl KindRow {
    pub(super) fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && self.groups.iter().any(|own| own == group)
    }
}

impl KindRow {
    /// Whether a controller makes pods or Services for it.
    pub(super) fn makes_something(&self) -> bool {
        self.makes.is_some()
    }
}
