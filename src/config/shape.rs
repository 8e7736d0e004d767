//! What a configuration may hold: the one table that reading it, its JSON schema and the list of
//! known keys come from.

use super::Date;
use super::pattern::{ObjectPattern, glob};
use crate::kube::validation::{KubeVersion, names};
use crate::rules;
use crate::text::similar::nearest;
use std::ops::RangeInclusive;

/// What a value has to be.
#[derive(Debug)]
pub(crate) enum Shape {
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

const RULES: Shape = Shape::List(&Shape::RuleOrGroup);

/// The whole configuration.
pub(crate) static TOP: Shape = Shape::Fields(&[
    optional(
        "rules",
        Shape::Map(&Shape::RuleOrGroup, &Shape::Level),
        "The level of rules or groups: error, warning or off.",
    ),
    optional(
        "select",
        RULES,
        "Rules or groups that run besides the default ones.",
    ),
    optional("ignore", RULES, "Rules or groups that do not run."),
    optional("only", RULES, "The only rules or groups that run."),
    optional(
        "exclude",
        Shape::List(&Shape::Glob),
        "What to leave out when walking directories, relative to this file, as in .gitignore.",
    ),
    optional(
        "scopes",
        Shape::List(&SCOPE),
        "Files that are applied together though they lie in different directories.",
    ),
    optional(
        "namespace",
        Shape::Namespace,
        "The namespace of objects that name none.",
    ),
    optional(
        "kube-version",
        Shape::Version,
        "The version of Kubernetes that decides.",
    ),
    optional(
        "node-port-range",
        Shape::PortRange,
        "The ports that the API server gives to Services of type NodePort.",
    ),
    optional(
        "baseline",
        Shape::Text,
        "The file with the findings that are known, relative to this file.",
    ),
    optional(
        "closed-world",
        Shape::Flag,
        "Whether nothing exists but what is in the input.",
    ),
    optional(
        "external",
        EXTERNAL,
        "Objects that live elsewhere, so that nothing here has to define them.",
    ),
    optional(
        "ignores",
        Shape::List(&IGNORE),
        "Findings that are known and accepted.",
    ),
    optional(
        "require-reason",
        Shape::Flag,
        "Whether every ignore in a manifest has to say why.",
    ),
]);

const SCOPE: Shape = Shape::Fields(&[
    optional("name", Shape::Text, "What messages call it."),
    required(
        "paths",
        Shape::List(&Shape::Glob),
        "Its files, directories and kustomizations, relative to this file.",
    ),
    optional(
        "namespace",
        Shape::Namespace,
        "The namespace of its objects that name none.",
    ),
]);

const REASON: &str = "Why, for whoever reads this next year.";

const EXTERNAL: Shape = Shape::Fields(&[
    optional(
        "services",
        Shape::List(&Shape::Fields(&[
            required(
                "name",
                Shape::Text,
                "The name of the Service; `*` stands for any text.",
            ),
            optional("namespace", Shape::Text, "Its namespace; without one, any."),
            required("reason", Shape::Text, REASON),
        ])),
        "Services that manifests elsewhere define.",
    ),
    optional(
        "pods",
        Shape::List(&Shape::Fields(&[
            required(
                "labels",
                Shape::Map(&Shape::Text, &Shape::Text),
                "Their labels; a value of `*` stands for any text.",
            ),
            optional(
                "namespace",
                Shape::Text,
                "Their namespace; without one, any.",
            ),
            required("reason", Shape::Text, REASON),
        ])),
        "Pods that something elsewhere makes.",
    ),
]);

const IGNORE: Shape = Shape::Fields(&[
    required("rule", Shape::Rule, "The rule whose findings are ignored."),
    optional(
        "object",
        Shape::Object,
        "Whose findings: `Kind/name` or `Kind/namespace/name`; `*` stands for any text.",
    ),
    optional("path", Shape::Glob, "Where, relative to this file."),
    required("reason", Shape::Text, REASON),
    optional(
        "until",
        Shape::Day,
        "The last day on which it holds; afterwards it is reported instead.",
    ),
]);

impl Shape {
    /// What is expected, for messages.
    pub(crate) fn expected(&self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Namespace => "the name of a namespace: lower-case letters, digits and `-`",
            Self::Flag => "`true` or `false`",
            Self::Glob => "a pattern of paths",
            Self::Object => "`Kind/name` or `Kind/namespace/name`",
            Self::Rule => "the id of a rule",
            Self::RuleOrGroup => "the id of a rule or the name of a group",
            Self::Level => "`error`, `warning` or `off`",
            Self::Version => "a version like `1.36`",
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
            message: format!("`{text}` is no {what}"),
            meant: None,
            help: format!("write {}", self.expected()),
        };
        match self {
            Self::Rule if rules::find(text).is_none() => {
                if rules::named(text).is_ok() {
                    let message = format!("`{text}` is a group of rules, not a rule");
                    return Some(Refusal {
                        message,
                        ..not("rule")
                    });
                }
                let ids = rules::ALL.iter().map(|rule| rule.id.to_owned());
                Some(not("rule").or_meant(text, &ids.collect::<Vec<_>>()))
            }
            Self::RuleOrGroup if rules::named(text).is_err() => {
                let ids = rules::ALL.iter().map(|rule| rule.id.to_owned());
                let groups = rules::ALL.iter().map(|rule| rule.meta().group);
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
                message: format!("`{text}` is not known here"),
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

/// What becomes of the findings of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The rule does not run.
    Off,
    /// They are warnings.
    Warning,
    /// They are errors.
    Error,
}

/// The words for levels.
pub(crate) const LEVELS: [(&str, Level); 4] = [
    ("error", Level::Error),
    ("warning", Level::Warning),
    ("warn", Level::Warning),
    ("off", Level::Off),
];

pub(crate) fn level(text: &str) -> Option<Level> {
    let found = LEVELS.iter().find(|(word, _)| *word == text);
    found.map(|(_, level)| *level)
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

    /// Every documented sentence is one, and no key stands twice.
    #[test]
    fn the_table_is_consistent() {
        fn walk(shape: &Shape) {
            match shape {
                Shape::List(item) => walk(item),
                Shape::Map(_, value) => walk(value),
                Shape::Fields(fields) => {
                    for (at, field) in fields.iter().enumerate() {
                        assert!(field.doc.ends_with('.'), "{}", field.name);
                        assert!(
                            fields[..at].iter().all(|other| other.name != field.name),
                            "{}",
                            field.name
                        );
                        walk(&field.shape);
                    }
                }
                _ => {}
            }
        }
        walk(&TOP);
    }
}
