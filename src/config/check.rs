//! From the text of a configuration to what it says, or to everything that is wrong with it.

use super::pattern::{ObjectPattern, glob};
use super::shape::{self, Field, Refusal, Shape, TOP};
use super::{
    Config, Entry, ExternalPods, ExternalService, IgnoreEntry, Invalid, Remark, ScopeEntry,
};
use crate::rules;
use crate::text::similar::nearest;
use crate::text::source::SourceId;
use crate::yaml::cursor::Cursor;
use crate::yaml::reader::Reader;
use crate::yaml::scalar::Scalar;
use crate::yaml::tree::Tree;
use crate::yaml::{SyntaxError, documents, parse};
use std::ops::Range;
use std::sync::Arc;

/// Reads a configuration. One that holds nothing says nothing.
pub(super) fn read(name: String, text: Arc<str>) -> Result<Config, Invalid> {
    match document(&text, "the configuration", &TOP, config_in) {
        Ok(config) => Ok(Config {
            name,
            text,
            ..config.unwrap_or_default()
        }),
        Err(remarks) => Err(Invalid {
            name,
            text,
            remarks,
        }),
    }
}

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
            format!("`{key}` stands twice in one mapping"),
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
                    if entry.is_null() {
                        self.mismatch(entry, values, &key.value);
                    }
                    self.value(entry, values, &key.value);
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
            Some(Scalar::Str(text)) => format!("the text `{text}`"),
            Some(_) => format!("`{}`, which is a number", value.text()),
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
fn key(value: Cursor<'_>) -> Range<u32> {
    let span = value.key_span();
    span.start..span.end
}

fn unknown(key: &str, range: Range<u32>, near: Option<&str>, fields: &[Field], of: &str) -> Remark {
    let remark = Remark::new(range, format!("{of} has no key `{key}`"));
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

/// What a checked configuration says.
fn config_in(top: Cursor<'_>, remarks: &mut Vec<Remark>) -> Config {
    let external = |field| {
        let external = top.get("external").and_then(|external| external.get(field));
        external.into_iter().flat_map(Cursor::items)
    };
    let config = Config {
        levels: levels(top),
        select: texts(top, "select"),
        ignore: texts(top, "ignore"),
        only: top.get("only").map(|_| texts(top, "only")),
        exclude: texts(top, "exclude"),
        scopes: items(top, "scopes").map(scope).collect(),
        namespace: text(top, "namespace"),
        kube_version: text(top, "kube-version").and_then(Entry::parsed),
        node_port_range: text(top, "node-port-range").and_then(|entry| {
            Some(Entry {
                value: shape::port_range(&entry.value)?,
                range: entry.range,
            })
        }),
        baseline: text(top, "baseline"),
        closed_world: flag(top, "closed-world"),
        require_reason: flag(top, "require-reason"),
        external_services: external("services").filter_map(external_service).collect(),
        external_pods: external("pods").filter_map(external_pods).collect(),
        ignores: items(top, "ignores")
            .filter_map(|entry| ignore(entry, remarks))
            .collect(),
        ..Config::default()
    };
    if let (Some(_), Some(select)) = (top.get("only"), top.get("select")) {
        remarks.push(
            Remark::new(
                key(select),
                "`select` adds to the default rules, and `only` replaces them",
            )
            .label("of no use beside `only`")
            .help("remove one of the two"),
        );
    }
    config
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

fn flag(of: Cursor<'_>, field: &str) -> Option<Entry<bool>> {
    let value = of.get(field)?;
    Some(Entry {
        value: value.boolean()?.value,
        range: range(value),
    })
}

impl Entry<String> {
    fn parsed<T: std::str::FromStr>(self) -> Option<Entry<T>> {
        Some(Entry {
            value: self.value.parse().ok()?,
            range: self.range,
        })
    }
}

fn levels(top: Cursor<'_>) -> Vec<(Entry<String>, shape::Level)> {
    let Some(rules) = top.get("rules") else {
        return Vec::new();
    };
    let levels = rules.entries().into_iter().filter_map(|(name, level)| {
        let entry = Entry {
            value: name.value,
            range: name.span.start..name.span.end,
        };
        Some((entry, shape::level(level.text())?))
    });
    levels.collect()
}

fn scope(entry: Cursor<'_>) -> ScopeEntry {
    let paths = texts(entry, "paths");
    ScopeEntry {
        globs: paths
            .iter()
            .filter_map(|path| glob(&path.value).ok())
            .collect(),
        paths,
        name: text(entry, "name").map(|name| name.value),
        namespace: text(entry, "namespace").map(|namespace| namespace.value),
    }
}

fn external_service(entry: Cursor<'_>) -> Option<ExternalService> {
    Some(ExternalService {
        name: text(entry, "name")?,
        namespace: text(entry, "namespace").map(|namespace| namespace.value),
        reason: text(entry, "reason")?.value,
    })
}

fn external_pods(entry: Cursor<'_>) -> Option<ExternalPods> {
    let labels = entry.get("labels")?;
    let pairs = labels.entries().into_iter();
    let pairs = pairs.map(|(key, value)| (key.value, value.text().to_owned()));
    Some(ExternalPods {
        labels: Entry {
            value: pairs.collect(),
            range: key(labels),
        },
        namespace: text(entry, "namespace").map(|namespace| namespace.value),
        reason: text(entry, "reason")?.value,
    })
}

fn ignore(entry: Cursor<'_>, remarks: &mut Vec<Remark>) -> Option<IgnoreEntry> {
    let rule = text(entry, "rule")?;
    let path = text(entry, "path");
    let object = text(entry, "object");
    if path.is_none() && object.is_none() {
        remarks.push(
            Remark::new(
                rule.range.clone(),
                "an entry of `ignores` needs an `object` or a `path`",
            )
            .label("about everything")
            .help(format!(
                "switch the rule off instead: `rules: {{{}: off}}`",
                rule.value
            )),
        );
    }
    Some(IgnoreEntry {
        rule: Entry {
            value: rules::find(&rule.value)?.id,
            range: rule.range,
        },
        glob: path.as_ref().and_then(|path| glob(&path.value).ok()),
        path,
        object: object.and_then(|object| {
            Some(Entry {
                value: ObjectPattern::new(&object.value)?,
                range: object.range,
            })
        }),
        reason: text(entry, "reason")?.value,
        until: text(entry, "until").and_then(Entry::parsed),
    })
}
