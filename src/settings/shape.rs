//! What a file of settings may hold: the one table that reading it, its JSON schema and the list of
//! known keys come from.

use super::Date;
use super::pattern::{ObjectPattern, glob};
use crate::catalogue::{self, level};
use crate::kube::KubeVersion;
use crate::kube::validation::names;
use crate::text::quote::quoted;
use crate::text::similar::nearest;
use std::ops::RangeInclusive;

/// What a value has to be.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Whatever is judged elsewhere.
    Any,
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// The name of a namespace.
    Namespace,
    /// A pattern of paths.
    Glob,
    /// Kind and name of an object.
    Object,
    /// The id of a rule.
    Rule,
    /// The id of a rule, or the name of a group.
    RuleOrGroup,
    /// What becomes of a rule's findings.
    Level,
    /// A version of Kubernetes.
    Version,
    /// Two port numbers.
    PortRange,
    /// A day.
    Day,
    /// How many; at least one.
    Count,
    /// This text and no other.
    Word(&'static str),
    /// A list of such values.
    List(&'static Self),
    /// A mapping with any keys of one shape to values of another.
    Map(&'static Self, &'static Self),
    /// A mapping with these keys.
    Fields(&'static [Field]),
}

/// A key of a mapping.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    /// What it is for, in one sentence.
    pub(crate) doc: &'static str,
}

pub(crate) const fn optional(name: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field {
        name,
        shape,
        required: false,
        doc,
    }
}

pub(crate) const fn required(name: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field {
        name,
        shape,
        required: true,
        doc,
    }
}

impl Shape {
    /// What is expected, for messages.
    pub(crate) fn expected(&self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Text => "a text",
            Self::Namespace => "the name of a namespace: lower-case letters, digits and `-`",
            Self::Flag => "`true` or `false`",
            Self::Glob => "a pattern of paths",
            Self::Object => "`Kind/name` or `Kind/namespace/name`",
            Self::Rule => "the id of a rule",
            Self::RuleOrGroup => "the id of a rule or the name of a group",
            Self::Level => "`error`, `warning` or `off`",
            Self::Version => "a version like `1.37`",
            Self::PortRange => "a range of ports like `30000-32767`",
            Self::Day => "a day like `2027-01-31`",
            Self::Count => "a number from 1 on",
            Self::Word(word) => word,
            Self::List(_) => "a list",
            Self::Map(..) | Self::Fields(_) => "a mapping",
        }
    }

    /// Whether a value is taken as it is written: `1.30` is no number, and `off` no boolean.
    pub(crate) fn is_verbatim(&self) -> bool {
        matches!(
            self,
            Self::Level | Self::Version | Self::PortRange | Self::Day | Self::Count | Self::Word(_)
        )
    }

    /// What is wrong with a scalar that is a text, if anything is.
    pub(crate) fn refuse(&self, text: &str) -> Option<Refusal> {
        let not = |what: &str| Refusal {
            message: format!("`{}` is no {what}", quoted(text)),
            meant: None,
            help: format!("write {}", self.expected()),
        };
        match self {
            Self::Rule if catalogue::find(text).is_none() => {
                if catalogue::named(text).is_ok() {
                    let message = format!("`{text}` is a group of rules, not a rule");
                    return Some(Refusal {
                        message,
                        ..not("rule")
                    });
                }
                let ids = catalogue::PAGES.iter().map(|rule| rule.id.to_owned());
                Some(not("rule").or_meant(text, &ids.collect::<Vec<_>>()))
            }
            Self::RuleOrGroup if catalogue::named(text).is_err() => {
                let ids = catalogue::PAGES.iter().map(|rule| rule.id.to_owned());
                let groups = catalogue::groups().map(str::to_owned);
                let known: Vec<String> = ids.chain(groups).collect();
                Some(not("rule or group").or_meant(text, &known))
            }
            Self::Level if level(text).is_none() => Some(not("level")),
            Self::Version if text.parse::<KubeVersion>().is_err() => {
                Some(not("version of Kubernetes"))
            }
            Self::PortRange if port_range(text).is_none() => Some(not("range of ports")),
            Self::Day => {
                let help = text.parse::<Date>().err()?;
                Some(Refusal { help, ..not("day") })
            }
            Self::Glob => {
                let error = glob(text).err()?;
                let help = format!("correct it: {error}");
                Some(Refusal {
                    help,
                    ..not("pattern of paths")
                })
            }
            Self::Namespace if !names::is_dns1123_label(text).is_empty() => {
                Some(not("name of a namespace"))
            }
            Self::Count if count(text).is_none() => Some(not("number of findings")),
            Self::Word(word) if text != *word => Some(Refusal {
                message: format!("`{}` is not known here", quoted(text)),
                meant: None,
                help: format!("write `{word}`"),
            }),
            Self::Object if ObjectPattern::new(text).is_none() => Some(not("name of objects")),
            Self::Text if text.is_empty() => Some(Refusal {
                message: "this text is empty".to_owned(),
                meant: None,
                help: "write something, or remove the key".to_owned(),
            }),
            _ => None,
        }
    }
}

/// What is wrong with a text.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// In a sentence without a full stop.
    pub(crate) message: String,
    /// What was probably meant.
    pub(crate) meant: Option<String>,
    /// What to do, beginning with a verb.
    pub(crate) help: String,
}

impl Refusal {
    /// Proposes the rule or group that comes nearest.
    fn or_meant(self, text: &str, known: &[String]) -> Self {
        let near = nearest(text, known.iter().map(String::as_str));
        Self {
            meant: near.map(str::to_owned),
            help: match near {
                Some(near) => format!("write `{near}`"),
                None => "choose one that `svclint rules` lists".to_owned(),
            },
            ..self
        }
    }
}

pub(crate) fn count(text: &str) -> Option<usize> {
    text.parse().ok().filter(|count| *count > 0)
}

/// Reads `30000-32767`.
pub(crate) fn port_range(text: &str) -> Option<RangeInclusive<i32>> {
    let (first, last) = text.split_once('-')?;
    let port = |text: &str| text.trim().parse::<u16>().ok().filter(|port| *port > 0);
    let (first, last) = (port(first)?, port(last)?);
    (first <= last).then(|| i32::from(first)..=i32::from(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_ports_have_two_ends() {
        assert_eq!(port_range("30000-32767"), Some(30000..=32767));
        assert_eq!(port_range("1 - 1"), Some(1..=1));
        for bad in ["", "1", "2-1", "0-5", "1-70000", "a-b", "-1-5"] {
            assert_eq!(port_range(bad), None, "{bad}");
        }
    }
}
