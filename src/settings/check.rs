//! From the text of a file of settings to what it says, or to everything that is wrong with it.

use super::shape::{Field, Refusal, Shape};
use super::{Entry, Remark};
use crate::text::quote::quoted;
use crate::text::similar::nearest;
use crate::text::source::SourceId;
use crate::yaml::cursor::Cursor;
use crate::yaml::reader::Reader;
use crate::yaml::scalar::Scalar;
use crate::yaml::tree::Tree;
use crate::yaml::{SyntaxError, documents, parse};
use std::ops::Range;

/// Reads the one document of a text that has this shape; `of` is what messages call it. The
/// document is read with everything that is wrong with it, so that all of that is found at once.
///
/// # Errors
/// With everything that is wrong, in the order of the text.
pub(crate) fn document<T>(
    text: &str,
    of: &str,
    shape: &Shape,
    read: impl Fn(Cursor<'_>, &mut Vec<Remark>) -> T,
) -> Result<Option<T>, Vec<Remark>> {
    let documents = documents(text);
    let cannot = |message: &str| format!("{of} cannot be read: {message}");
    let mut remarks: Vec<Remark> = documents
        .iter()
        .flat_map(|document| &document.problems)
        .map(|error| syntax(error, cannot(&error.message)))
        .collect();
    let mut found = None;
    for document in documents {
        let mut tree = Tree::new(text);
        if let Err(error) = parse(&mut tree, &document) {
            remarks.push(syntax(&error, cannot(&error.message)));
            continue;
        }
        let Some(root) = tree.root() else { continue };
        let reader = Reader::new(&tree, SourceId(0));
        let top = Cursor::at(&reader, root);
        if found.is_some() {
            let message = format!("{of} has one document, and this is another");
            remarks.push(
                Remark::new(key(top), message)
                    .label("not read")
                    .help("put everything into one document"),
            );
            break;
        }
        remarks.extend(unreadable(&reader, cannot));
        Check {
            remarks: &mut remarks,
        }
        .value(top, shape, of);
        found = Some(read(top, &mut remarks));
    }
    if remarks.is_empty() {
        return Ok(found);
    }
    remarks.sort_by_key(|remark| (remark.range.start, remark.range.end));
    Err(remarks)
}

fn syntax(error: &SyntaxError, message: String) -> Remark {
    let help = error.help.as_deref().unwrap_or_default();
    // Elsewhere such help begins a sentence.
    let lower = help.chars().next().map(char::to_lowercase);
    let rest = help.chars().skip(1);
    let help: String = lower.into_iter().flatten().chain(rest).collect();
    Remark::new(error.range.clone(), message)
        .label("here")
        .help(help)
}

/// What stands in the way of reading any document: repeated keys, and what no JSON can hold.
fn unreadable(reader: &Reader<'_, '_>, cannot: impl Fn(&str) -> String) -> Vec<Remark> {
    let range = |node| reader.tree.range(node);
    let errors = reader
        .conversion_errors()
        .iter()
        .map(|error| Remark::new(range(error.node), cannot(&error.message)).label("here"));
    let repeated = reader.repeated_keys().into_iter().map(|repeated| {
        let key = reader.tree.scalar(repeated.kept);
        Remark::new(
            range(repeated.kept),
            format!("`{}` stands twice in one mapping", quoted(key)),
        )
        .label("stands above already")
        .help("remove one of the two")
    });
    errors.chain(repeated).collect()
}

struct Check<'c> {
    remarks: &'c mut Vec<Remark>,
}

impl Check<'_> {
    /// Checks a value; `of` is what messages call it.
    fn value(&mut self, value: Cursor<'_>, shape: &Shape, of: &str) {
        if value.is_null() {
            return;
        }
        match shape {
            Shape::Any => {}
            Shape::List(item) if value.is_list() => {
                for entry in value.items() {
                    if entry.is_null() {
                        self.mismatch(entry, item, of);
                    }
                    self.value(entry, item, of);
                }
            }
            Shape::Map(keys, values) if value.is_map() => {
                for (key, entry) in value.entries() {
                    let range = key.span.start..key.span.end;
                    self.text(&key.value, range, keys);
                    let of = quoted(&key.value);
                    if entry.is_null() {
                        self.mismatch(entry, values, &of);
                    }
                    self.value(entry, values, &of);
                }
            }
            Shape::Fields(fields) if value.is_map() => self.fields(value, fields, of),
            Shape::List(_) | Shape::Map(..) | Shape::Fields(_) => self.mismatch(value, shape, of),
            Shape::Flag => {
                if value.boolean().is_none() {
                    self.mismatch(value, shape, of);
                }
            }
            scalar => match value.scalar() {
                Some(Scalar::Str(_)) => self.text(value.text(), range(value), scalar),
                Some(_) if scalar.is_verbatim() => self.text(value.text(), range(value), scalar),
                _ => self.mismatch(value, shape, of),
            },
        }
    }

    fn fields(&mut self, value: Cursor<'_>, fields: &[Field], of: &str) {
        let mut meant = Vec::new();
        for (key, entry) in value.entries() {
            if let Some(field) = fields.iter().find(|field| field.name == key.value) {
                self.value(entry, &field.shape, &format!("`{}`", field.name));
                continue;
            }
            let known = fields.iter().map(|field| field.name);
            let near = nearest(&key.value, known);
            let range = key.span.start..key.span.end;
            self.remarks
                .push(unknown(&key.value, range, near, fields, of));
            meant.extend(near);
        }
        for field in fields.iter().filter(|field| field.required) {
            if value.get(field.name).is_none() && !meant.contains(&field.name) {
                let span = value.key_span();
                let message = format!("`{}` is missing in this entry of {of}", field.name);
                self.remarks.push(
                    Remark::new(span.start..span.end, message)
                        .label(format!("`{}` is missing", field.name))
                        .help(format!("add `{}`", field.name)),
                );
            }
        }
    }

    fn text(&mut self, text: &str, range: Range<u32>, shape: &Shape) {
        if let Some(Refusal {
            message,
            meant,
            help,
        }) = shape.refuse(text)
        {
            let label = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "not valid here".to_owned(),
            };
            self.remarks
                .push(Remark::new(range, message).label(label).help(help));
        }
    }

    fn mismatch(&mut self, value: Cursor<'_>, shape: &Shape, of: &str) {
        let found = match value.scalar() {
            _ if value.is_list() => "a list".to_owned(),
            _ if value.is_map() => "a mapping".to_owned(),
            Some(Scalar::Null) | None => "nothing".to_owned(),
            Some(Scalar::Bool(_)) => format!("`{}`, which is a boolean", value.text()),
            Some(Scalar::Str(text)) => format!("the text `{}`", quoted(text)),
            Some(_) => format!("`{}`, which is a number", quoted(value.text())),
        };
        let expected = shape.expected();
        let is_scalar = !value.is_list() && !value.is_map() && !value.is_null();
        let help = if is_scalar && matches!(shape, Shape::Text | Shape::Rule | Shape::Glob) {
            "put it in quotes".to_owned()
        } else {
            format!("write {expected}")
        };
        let place = if is_scalar { range(value) } else { key(value) };
        self.remarks.push(
            Remark::new(place, format!("{of} has to be {expected}, but is {found}"))
                .label(format!("expected {expected}"))
                .help(help),
        );
    }
}

pub(crate) fn range(value: Cursor<'_>) -> Range<u32> {
    let span = value.span();
    span.start..span.end
}

/// What stands for a value of more than one line.
pub(crate) fn key(value: Cursor<'_>) -> Range<u32> {
    let span = value.key_span();
    span.start..span.end
}

fn unknown(key: &str, range: Range<u32>, near: Option<&str>, fields: &[Field], of: &str) -> Remark {
    let remark = Remark::new(range, format!("{of} has no key `{}`", quoted(key)));
    if let Some(near) = near {
        return remark
            .label(format!("did you mean `{near}`?"))
            .help(format!("write `{near}`"));
    }
    let known = fields.iter().map(|field| format!("`{}`", field.name));
    let known: Vec<String> = known.collect();
    remark
        .label("unknown key")
        .help(format!("use one of {}", known.join(", ")))
}

pub(crate) fn items<'r>(of: Cursor<'r>, field: &str) -> impl Iterator<Item = Cursor<'r>> {
    of.get(field).into_iter().flat_map(Cursor::items)
}

pub(crate) fn texts(of: Cursor<'_>, field: &str) -> Vec<Entry<String>> {
    items(of, field).map(as_written).collect()
}

/// A scalar as it is written, be it a string or not: its shape has been checked.
pub(crate) fn text(of: Cursor<'_>, field: &str) -> Option<Entry<String>> {
    of.get(field).map(as_written)
}

pub(crate) fn as_written(value: Cursor<'_>) -> Entry<String> {
    Entry {
        value: value.text().to_owned(),
        range: range(value),
    }
}

pub(crate) fn flag(of: Cursor<'_>, field: &str) -> Option<Entry<bool>> {
    let value = of.get(field)?;
    Some(Entry {
        value: value.boolean()?.value,
        range: range(value),
    })
}

impl Entry<String> {
    pub(crate) fn parsed<T: std::str::FromStr>(self) -> Option<Entry<T>> {
        Some(Entry {
            value: self.value.parse().ok()?,
            range: self.range,
        })
    }
}
