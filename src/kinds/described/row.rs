//! Rows of a page: what may be written in them.

use super::condition::Condition;
use super::form::Forms;
use super::path::{OneOrMany, Path, Place};
use crate::diagnostic::Severity;
use crate::kinds::parts::port::PortRef;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;
use serde::Deserialize;
use serde_yaml::Value;

/// A row that reads values of an object, by which it names something else.
///
/// It stands under `refers`; under `hosts`, where the values are DNS names; or under `annotations`,
/// where they are those of annotations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refer {
    /// The kinds of the page that it is of; absent means all.
    #[serde(default)]
    pub(super) of: Vec<String>,
    /// The kind whose annotations it is about.
    pub(super) on: Option<On>,
    /// The key of the annotation, as a pattern.
    pub(super) key: Option<String>,
    /// What the annotation holds, if it is no scalar, or where a text with documents in it stands.
    pub(super) inside: Option<Inside>,
    /// Where the text stands whose documents the row is about.
    pub(super) text: Option<Path>,
    /// The row is read once for each of these.
    #[serde(default = "Path::here")]
    pub(super) within: Path,
    /// Where the reference stands.
    #[serde(default = "OneOrMany::here")]
    pub(super) at: OneOrMany<Path>,
    #[serde(default)]
    pub(super) when: Condition,
    /// What the string holds besides a name.
    pub(super) form: Option<Forms>,
    /// How grave it is that a string has another form; absent means that it is passed over.
    pub(super) malformed: Option<Severity>,
    /// What it names; absent means a Service.
    #[serde(default)]
    pub(super) to: Target,
    pub(super) name: Option<Path>,
    /// Names that mean something else, as patterns.
    #[serde(default)]
    pub(super) except: Vec<String>,
    #[serde(default)]
    pub(super) namespace: NamespaceRow,
    pub(super) port: Option<OneOrMany<PortRow>>,
    /// Where a name without a namespace is looked up.
    #[serde(default)]
    pub(super) search: Search,
    /// Of `namespace-name@provider`, the provider that is read.
    pub(super) provider: Option<String>,
    /// What a name without its provider is.
    #[serde(default)]
    pub(super) bare: Bare,
    /// Whether a built-in rule judges name and port, so that only what it does not see is reported.
    #[serde(default)]
    pub(super) builtin: bool,
    /// Whether others of the kind anywhere in the unit are evidence, not those in the file alone.
    #[serde(default)]
    pub(super) evidence: Evidence,
    #[serde(default = "warning")]
    pub(super) severity: Severity,
    /// What the controller does then: `Traefik drops the route`.
    pub(super) effect: Option<String>,
    /// The file and the function that decide.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for who reads the page"))]
    pub(super) source: String,
}

/// How grave a finding is where a row does not say so.
pub(super) fn warning() -> Severity {
    Severity::Warning
}

/// A kind by its group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct On {
    pub(super) group: String,
    pub(super) kind: String,
}

/// What a text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Inside {
    /// A JSON value.
    Json,
    /// YAML documents.
    Yaml,
}

/// Where a host without a namespace is looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Search {
    /// In the namespace of the object.
    #[default]
    Own,
    /// In that of the controller, which no manifest says.
    None,
    /// In that of who reads it, which is that of the object where there is but one.
    Alone,
    /// Nowhere: it is compared with whole names.
    Full,
}

/// What a name without its provider is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Bare {
    /// That of an object of another provider.
    #[default]
    Fine,
    /// A mistake.
    Wrong,
}

/// Which objects make it likely that a missing one is a mistake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Evidence {
    /// Those of the same file.
    #[default]
    File,
    /// Those of the unit.
    Unit,
}

/// A row of `values`: a field that takes a few words alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ValueRow {
    #[serde(default)]
    pub(super) of: Vec<String>,
    pub(super) at: OneOrMany<Path>,
    /// The words; `~` is none at all.
    pub(super) one_of: Vec<Option<String>>,
    #[serde(default = "warning")]
    pub(super) severity: Severity,
    pub(super) effect: Option<String>,
    /// The file and the function that decide.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for who reads the page"))]
    pub(super) source: String,
}

/// What a row names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Value")]
pub(super) enum Target {
    /// A Service.
    #[default]
    Service,
    /// The Service that the row is on.
    Own,
    /// A namespace, which stands before a slash.
    Namespace,
    /// Something else.
    Object(ObjectTarget),
}

/// What a row names, if it is no Service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectTarget {
    pub(super) kind: Keyed,
    /// `own` is any group of the page that has the kind.
    pub(super) group: Option<Keyed>,
    /// `apiVersion`, where the object names that and no group.
    #[serde(rename = "apiVersion")]
    pub(super) api_version: Option<Keyed>,
    /// Whether it has no namespace.
    #[serde(default)]
    pub(super) cluster: bool,
}

impl TryFrom<Value> for Target {
    type Error = String;

    fn try_from(written: Value) -> Result<Self, String> {
        match written.as_str() {
            Some("Service") => Ok(Self::Service),
            Some("self") => Ok(Self::Own),
            Some("Namespace") => Ok(Self::Namespace),
            Some(word) => Err(format!(
                "`{word}` is no target: write `Service`, `self`, `Namespace` or a kind"
            )),
            None => serde_yaml::from_value(written)
                .map(Self::Object)
                .map_err(|error| error.to_string()),
        }
    }
}

/// A word of the page, or the place of one in the object.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Keyed {
    Fixed(String),
    Key {
        key: Place,
        /// What is meant where nothing is written.
        absent: Option<String>,
    },
}

/// In which namespace a row looks for what it names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct NamespaceRow {
    pub(super) key: Option<Place>,
    pub(super) cross: Cross,
    /// Whether any namespace will do where none is written.
    pub(super) is_any: bool,
}

/// Whether a reference may lead into another namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cross {
    /// There is no place to write one.
    #[default]
    Never,
    /// It may.
    Allowed,
    /// A flag of the controller decides.
    Unverified,
}

/// How a row names a port.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortRow {
    pub(super) key: Option<OneOrMany<Place>>,
    /// How it may be written; a value of another type is refused by the custom resource definition,
    /// or means something else.
    #[serde(default = "PortRow::by_number_and_name")]
    pub(super) by: Vec<By>,
    #[serde(default)]
    pub(super) absent: Absent,
    #[serde(default)]
    of: Sides,
    /// The only protocol that the controller takes.
    pub(super) protocol: Option<String>,
}

/// How a port is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum By {
    /// A number.
    Number,
    /// A string of digits, which means a number.
    Digits,
    /// A string, which means a name.
    Name,
    /// A string that means a name also where it is all digits.
    String,
}

impl By {
    /// A part of a text: digits are a number where they may be one.
    pub(super) fn of_text(ways: &[Self], text: Spanned<String>) -> Spanned<PortRef> {
        let number = text.value.parse().ok();
        let number = number.filter(|_| ways.contains(&Self::Digits));
        let may_be_name = ways.contains(&Self::Name) || ways.contains(&Self::String);
        let port = match number {
            // Where it is taken, a star is all ports.
            _ if is_placeholder(&text.value) || text.value == "*" => PortRef::Unknown,
            Some(number) => PortRef::Number(number),
            None if may_be_name => PortRef::Name(text.value),
            None => PortRef::Unknown,
        };
        Spanned::new(port, text.span)
    }

    /// A value; one of a type that none of the ways has is not known.
    pub(super) fn of_value(ways: &[Self], at: Cursor<'_>) -> Option<Spanned<PortRef>> {
        let port = PortRef::read(at)?;
        let span = port.span;
        Some(match port.value {
            PortRef::Number(_) if ways.contains(&Self::Number) => port,
            // The number stands within the quotes: what replaces it is a string, too.
            PortRef::Name(text) => Self::of_text(ways, Spanned::new(text, within_quotes(at))),
            _ => Spanned::new(PortRef::Unknown, span),
        })
    }
}

/// The place of a scalar without its quotes.
pub(super) fn within_quotes(at: Cursor<'_>) -> Span {
    let (source, span) = (at.source(), at.span());
    let is_quoted = source.len() > 1 && source.starts_with(['"', '\'']);
    let quote = u32::from(is_quoted);
    Span {
        start: span.start + quote,
        end: span.end - quote,
        ..span
    }
}

/// What the controller does without a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub(super) enum Absent {
    /// It takes what there is.
    #[default]
    Any,
    /// It refuses the reference.
    Refused,
    /// 443 after `https://`, else 80.
    Scheme,
    /// 443 after `https://`, 80 after `http://`, else nothing.
    Url,
    /// This one.
    Number(i64),
}

/// Which port a row means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PortSide {
    /// The port of the Service.
    #[default]
    Service,
    /// What answers at its address: the pods themselves if it is headless.
    Address,
    /// A port of the Service that has a port on the nodes.
    Node,
    /// A port of the pods behind the Service.
    Pod,
}

/// Which port a row means by a name, and which by a number.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "Value")]
struct Sides {
    name: PortSide,
    number: PortSide,
}

impl Sides {
    fn both(side: PortSide) -> Self {
        Self {
            name: side,
            number: side,
        }
    }
}

impl TryFrom<Value> for Sides {
    type Error = String;

    fn try_from(written: Value) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            name: PortSide,
            number: PortSide,
        }
        let fault = |error: serde_yaml::Error| error.to_string();
        if written.is_string() {
            return serde_yaml::from_value(written)
                .map(Self::both)
                .map_err(fault);
        }
        let Written { name, number } = serde_yaml::from_value(written).map_err(fault)?;
        Ok(Self { name, number })
    }
}

impl PortRow {
    /// The port of a host name.
    pub(super) fn of_host() -> Self {
        Self {
            key: None,
            by: vec![By::Digits],
            absent: Absent::Url,
            of: Sides::both(PortSide::Address),
            protocol: None,
        }
    }

    fn by_number_and_name() -> Vec<By> {
        vec![By::Number, By::Name]
    }

    /// Which port is meant.
    pub fn side(&self, written: &PortRef) -> PortSide {
        match written {
            PortRef::Name(_) => self.of.name,
            PortRef::Number(_) | PortRef::Unknown => self.of.number,
        }
    }

    /// The only protocol that the controller takes.
    pub fn protocol(&self) -> Option<&str> {
        self.protocol.as_deref()
    }

    /// Whether the controller refuses a reference without a port.
    pub fn is_needed(&self) -> bool {
        self.absent == Absent::Refused
    }
}

impl TryFrom<Value> for NamespaceRow {
    type Error = String;

    fn try_from(written: Value) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            key: Option<Place>,
            #[serde(default)]
            cross: Cross,
            absent: Option<String>,
        }
        if let Some(word) = written.as_str() {
            return match word {
                "own" => Ok(Self::default()),
                "any" => Ok(Self {
                    is_any: true,
                    cross: Cross::Allowed,
                    ..Self::default()
                }),
                _ => Err(format!(
                    "`{word}` is no namespace: write `own`, `any` or a key"
                )),
            };
        }
        let written: Written =
            serde_yaml::from_value(written).map_err(|error| error.to_string())?;
        Ok(Self {
            key: written.key,
            cross: written.cross,
            is_any: written.absent.as_deref() == Some("any"),
        })
    }
}

impl TryFrom<Value> for Absent {
    type Error = String;

    fn try_from(written: Value) -> Result<Self, String> {
        match (written.as_str(), written.as_i64()) {
            (Some("any"), _) => Ok(Self::Any),
            (Some("refused"), _) => Ok(Self::Refused),
            (Some("scheme"), _) => Ok(Self::Scheme),
            (_, Some(number)) => Ok(Self::Number(number)),
            _ => Err("write `any`, `refused`, `scheme` or a number".to_owned()),
        }
    }
}
