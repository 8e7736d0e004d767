//! Rows that a configuration brings: `references` of `.svclint.yaml`.

use super::catalogue::Catalogue;
use super::page::{Front, PageError};
use crate::text::quote::quoted;
use crate::yaml::cursor::Cursor;
use crate::yaml::scalar::Scalar;
use serde_yaml::{Mapping, Value};
use std::ops::Range;

/// Something that is wrong with a row: where, and what.
pub type RowError = (Range<u32>, String);

impl Catalogue {
    /// Reads what a configuration describes, beside what is built in.
    ///
    /// # Errors
    /// With every row that cannot be read. A row of an unknown kind says so at the end.
    pub fn read(references: Cursor<'_>) -> Result<Self, Vec<RowError>> {
        let whole = value(references);
        match serde_yaml::from_value::<Front>(whole.clone()) {
            Ok(front) if front.is_about_secrets() => {
                let span = references.key_span();
                let why = "nothing of a Secret is read but the names of its keys".to_owned();
                Err(vec![(span.start..span.end, why)])
            }
            Ok(front) => Ok(Self::with(front.with_ports())),
            Err(error) => Err(faults(references, &whole, &shown(&error))),
        }
    }
}

/// What is wrong, without the whole of what was written instead.
fn shown(error: &PageError) -> String {
    let message = error.to_string();
    match (message.find('"'), message.rfind('"')) {
        (Some(start), Some(end)) if start < end => {
            let written = quoted(&message[start + 1..end]);
            format!("{}{written}{}", &message[..=start], &message[end..])
        }
        _ => message,
    }
}

/// The rows that cannot be read by themselves; if there are none, the whole.
fn faults(references: Cursor<'_>, whole: &Value, message: &str) -> Vec<RowError> {
    let mut found = Vec::new();
    let sections = whole.as_mapping().into_iter().flatten();
    for (section, rows) in sections {
        let name = section.as_str().unwrap_or_default();
        let items = references.list(name);
        for (item, row) in items.zip(rows.as_sequence().into_iter().flatten()) {
            let mut alone = Mapping::new();
            alone.insert(section.clone(), Value::Sequence(vec![row.clone()]));
            if let Err(error) = serde_yaml::from_value::<Front>(Value::Mapping(alone)) {
                let span = item.key_span();
                found.push((span.start..span.end, shown(&error)));
            }
        }
    }
    if found.is_empty() {
        let span = references.key_span();
        found.push((span.start..span.end, message.to_owned()));
    }
    found
}

/// A value as YAML 1.2 has it: `on` is a word, and so is `y`.
fn value(at: Cursor<'_>) -> Value {
    if at.is_list() {
        return Value::Sequence(at.items().map(value).collect());
    }
    if at.is_map() {
        let entries = at.keys().into_iter().zip(at.entries());
        let pairs = entries.map(|(key, (_, own))| (Value::from(key.text()), value(own)));
        return Value::Mapping(pairs.collect());
    }
    match at.scalar() {
        None | Some(Scalar::Null) => Value::Null,
        Some(Scalar::Int(number)) => Value::from(number),
        Some(Scalar::Bool(own)) if own.to_string() == at.text() => Value::from(own),
        Some(_) => Value::from(at.text()),
    }
}
