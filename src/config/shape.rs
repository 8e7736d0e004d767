//! What a configuration may hold.

use crate::settings::shape::{Shape, optional, required};

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
        "references",
        Shape::Any,
        "Kinds of your own: which of their fields name, select or make what, as in rules/kinds.",
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

#[cfg(test)]
mod tests {
    use super::*;

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
