//! Paths into objects: `spec.routes[].services[]`.

use crate::settings::pattern::fits_text;
use crate::yaml::cursor::Cursor;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_yaml::Value;
use std::iter;

/// A way from one value of an object to others below it.
///
/// `a.b` are fields, `a[]` the items of a list, `a{}` the values of a mapping, `a{@}` its keys,
/// `a{#}` the values of the keys that are numbers, and `a["x/*"]` those of the keys that a pattern
/// fits. `.` is the value itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Path {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Items,
    Values,
    Keys,
    Numbered,
    Matching(String),
}

impl Path {
    /// The value itself.
    pub(super) const fn here() -> Self {
        Self { steps: Vec::new() }
    }

    /// All values that it leads to. What is absent or null leads nowhere.
    pub(super) fn all<'r>(&self, from: Cursor<'r>) -> Vec<Cursor<'r>> {
        let mut found = vec![from];
        for step in &self.steps {
            found = found.into_iter().flat_map(|at| step.all(at)).collect();
        }
        found
    }

    /// The first value that it leads to.
    pub(super) fn first<'r>(&self, from: Cursor<'r>) -> Option<Cursor<'r>> {
        self.all(from).into_iter().next()
    }
}

impl Step {
    fn all<'r>(&self, from: Cursor<'r>) -> Vec<Cursor<'r>> {
        match self {
            Self::Field(name) => from.get(name).into_iter().collect(),
            Self::Items => from.items().collect(),
            Self::Values => from.entries().into_iter().map(|(_, value)| value).collect(),
            Self::Keys => from.keys(),
            Self::Numbered => values(from, |key| {
                !key.is_empty() && key.bytes().all(|c| c.is_ascii_digit())
            }),
            Self::Matching(pattern) => values(from, |key| fits_text(pattern, key)),
        }
    }
}

/// The values of some keys of a mapping.
fn values(from: Cursor<'_>, is_meant: impl Fn(&str) -> bool) -> Vec<Cursor<'_>> {
    let entries = from.entries().into_iter();
    let meant = entries.filter(|(key, _)| is_meant(&key.value));
    meant.map(|(_, value)| value).collect()
}

impl TryFrom<String> for Path {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "." {
            return Ok(Self::here());
        }
        let mut steps = Vec::new();
        let mut rest = text.as_str();
        let fault = || format!("`{text}` is no path: write `a.b`, `a[]`, `a{{}}` or `a[\"key\"]`");
        while !rest.is_empty() {
            let (step, after) = step(rest).ok_or_else(fault)?;
            steps.push(step);
            rest = match after.strip_prefix('.') {
                Some("") => return Err(fault()),
                Some(next) => next,
                None if after.is_empty() || after.starts_with(['[', '{']) => after,
                None => return Err(fault()),
            };
        }
        (!steps.is_empty())
            .then_some(Self { steps })
            .ok_or_else(fault)
    }
}

/// The first step of a text, and what follows it.
fn step(text: &str) -> Option<(Step, &str)> {
    for (mark, step) in [
        ("[]", Step::Items),
        ("{}", Step::Values),
        ("{@}", Step::Keys),
        ("{#}", Step::Numbered),
    ] {
        if let Some(rest) = text.strip_prefix(mark) {
            return Some((step, rest));
        }
    }
    if let Some(quoted) = text.strip_prefix("[\"") {
        let (pattern, rest) = quoted.split_once("\"]")?;
        return Some((Step::Matching(pattern.to_owned()), rest));
    }
    let end = text.find(['.', '[', '{']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_name = |name: &str| {
        let mut letters = name.bytes();
        !name.is_empty() && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
    };
    is_name(name).then(|| (Step::Field(name.to_owned()), rest))
}

/// A path and where it begins: `/spec.x` at the root of the object, `^x` where the row says
/// (`within`), any other one at the reference itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Place {
    start: Start,
    path: Path,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Here,
    Within,
    Root,
}

/// A value of an object, with those around it from which a [`Place`] may begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'r> {
    pub(super) root: Cursor<'r>,
    pub(super) within: Cursor<'r>,
    pub(super) here: Cursor<'r>,
}

impl<'r> Spot<'r> {
    /// The whole object.
    pub(super) fn root(object: Cursor<'r>) -> Self {
        Self {
            root: object,
            within: object,
            here: object,
        }
    }
}

impl Place {
    /// All values that it leads to.
    pub(super) fn all<'r>(&self, spot: Spot<'r>) -> Vec<Cursor<'r>> {
        self.path.all(match self.start {
            Start::Here => spot.here,
            Start::Within => spot.within,
            Start::Root => spot.root,
        })
    }

    /// The first value that it leads to.
    pub(super) fn first<'r>(&self, spot: Spot<'r>) -> Option<Cursor<'r>> {
        self.all(spot).into_iter().next()
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (start, path) = match text.split_at_checked(1) {
            Some(("/", path)) => (Start::Root, path),
            Some(("^", path)) => (Start::Within, path),
            _ => (Start::Here, text.as_str()),
        };
        let path = Path::try_from(path.to_owned())?;
        Ok(Self { start, path })
    }
}

/// One of something, or a list of it.
#[derive(Clone, Debug)]
pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Value::deserialize(deserializer)?;
        let read = match &written {
            Value::Sequence(_) => serde_yaml::from_value(written).map(Self::Many),
            _ => serde_yaml::from_value(written).map(Self::One),
        };
        read.map_err(D::Error::custom)
    }
}

impl OneOrMany<Path> {
    /// The value itself.
    pub(super) fn here() -> Self {
        Self::One(Path::here())
    }
}

impl<T> OneOrMany<T> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let (one, many) = match self {
            Self::One(one) => (Some(one), &[][..]),
            Self::Many(many) => (None, many.as_slice()),
        };
        iter::chain(one, many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::SourceId;
    use crate::yaml;
    use crate::yaml::reader::Reader;
    use crate::yaml::tree::Tree;

    /// The scalars that a path leads to.
    fn found(text: &str, path: &str) -> Vec<String> {
        let mut tree = Tree::new(text);
        yaml::parse(&mut tree, &yaml::documents(text)[0]).expect("it is YAML");
        let reader = Reader::new(&tree, SourceId(0));
        let root = Cursor::root(&reader).expect("there is a root");
        let path = Path::try_from(path.to_owned()).expect("it is a path");
        let all = path.all(root).into_iter();
        all.map(|at| at.text().to_owned()).collect()
    }

    #[test]
    fn paths_lead_through_lists_and_mappings() {
        let text = "a: {b: 1, c-d: ~}\nl: [{p: x}, {q: z}, {p: z}]\n'k/1': p\n'k/2': q\n\
                    m: {'80': r, 8x: s}\n";
        for (path, expected) in [
            ("a.b", vec!["1"]),
            ("a.c-d", vec![]),
            ("a.b.c", vec![]),
            ("l[].p", vec!["x", "z"]),
            ("a{}", vec!["1", "~"]),
            ("a{@}", vec!["b", "c-d"]),
            ("m{#}", vec!["r"]),
            ("[\"k/*\"]", vec!["p", "q"]),
            ("[\"k/2\"]", vec!["q"]),
        ] {
            assert_eq!(found(text, path), expected, "{path}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "a.", ".a", "a..b", "a[0]", "a[]b", "a[\"b]", "a b"] {
            assert!(Path::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
