//! Texts that are made of an object: `{name}-rw`.

use super::path::Path;
use crate::yaml::cursor::Cursor;
use serde::Deserialize;
use serde_yaml::Value;

/// A text with holes: `{name}` is `metadata.name`, `{spec.x}` the value of a field, `{item.x}` that
/// of the item which the row is about. `{spec.x|spec.y|=web}` is the first of these that is there,
/// and `=` begins a text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    FirstOf(Vec<Choice>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Choice {
    Text(String),
    Of(Path),
    OfItem(Path),
}

impl Template {
    /// The text; none if something that it needs is not there.
    pub(super) fn fill(&self, object: Cursor<'_>, item: Option<Cursor<'_>>) -> Option<String> {
        let filled = self.parts.iter().map(|part| match part {
            Part::Text(text) => Some(text.clone()),
            Part::FirstOf(choices) => choices.iter().find_map(|choice| choice.fill(object, item)),
        });
        filled.collect()
    }
}

impl Choice {
    fn fill(&self, object: Cursor<'_>, item: Option<Cursor<'_>>) -> Option<String> {
        let found = match self {
            Self::Text(text) => return Some(text.clone()),
            Self::Of(path) => path.first(object),
            Self::OfItem(path) => path.first(item?),
        };
        found.map(|found| found.text().to_owned())
    }

    fn read(text: &str) -> Result<Self, String> {
        let path = |text: &str| Path::try_from(text.to_owned());
        Ok(match (text.strip_prefix('='), text.strip_prefix("item.")) {
            (Some(text), _) => Self::Text(text.to_owned()),
            (_, Some(item)) => Self::OfItem(path(item)?),
            _ if matches!(text, "name" | "namespace") => {
                Self::Of(path(&format!("metadata.{text}"))?)
            }
            _ => Self::Of(path(text)?),
        })
    }
}

impl TryFrom<Value> for Template {
    type Error = String;

    fn try_from(written: Value) -> Result<Self, String> {
        let text = match written {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            _ => return Err("write a text".to_owned()),
        };
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (choices, after) = after.split_once('}').ok_or("a `{` is not closed")?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let choices: Result<_, _> = choices.split('|').map(Choice::read).collect();
            parts.push(Part::FirstOf(choices?));
            rest = after;
        }
        if !rest.is_empty() || parts.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }
}
