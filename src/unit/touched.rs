//! What patches change: which fields of which objects. A patch of the replicas of one Deployment
//! says nothing of the Services beside it.

use super::AppliedPatch;
use crate::diagnostic::Identity;
use crate::kustomize::Target;
use crate::text::source::{SourceId, Sources};
use crate::yaml::cursor::Cursor;
use crate::yaml::reader::Reader;
use crate::yaml::tree::Tree;
use crate::yaml::{documents, parse};

/// A field that a patch changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Touched {
    /// The objects that it is changed in.
    target: Target,
    /// The names of the fields that lead there, without the places in lists; all of the object if
    /// there are none.
    path: Vec<String>,
}

/// What no link leads through, by the name of a field on the way to it.
const WITHOUT_LINKS: &[&str] = &[
    "affinity",
    "image",
    "imagePullPolicy",
    "imagePullSecrets",
    "nodeSelector",
    "parallelism",
    "persistentVolumeClaimRetentionPolicy",
    "priorityClassName",
    "resources",
    "revisionHistoryLimit",
    "runtimeClassName",
    "securityContext",
    "serviceAccountName",
    "tolerations",
    "topologySpreadConstraints",
    "updateStrategy",
    "volumeClaimTemplates",
    "volumeMounts",
];

/// The same below `spec` of a workload, where only rules look that are about these fields.
const OF_PODS_ALONE: &[&str] = &[
    "lifecycle",
    "minReadySeconds",
    "progressDeadlineSeconds",
    "replicas",
    "strategy",
    "terminationGracePeriodSeconds",
];

impl Touched {
    /// What a patch changes.
    pub(super) fn of(patch: &AppliedPatch, sources: &Sources) -> Vec<Self> {
        let words = patch.words(sources);
        let mut touched = Vec::new();
        let mut tree = Tree::new(words);
        let everything = || Self {
            target: patch.target.clone().unwrap_or_default(),
            path: Vec::new(),
        };
        for document in documents(words) {
            if parse(&mut tree, &document).is_err() {
                touched.push(everything());
                continue;
            }
            let reader = Reader::new(&tree, SourceId(0));
            let Some(root) = Cursor::root(&reader) else {
                continue;
            };
            if root.is_list() {
                touched.extend(root.items().map(|operation| Self {
                    path: path_of(operation),
                    ..everything()
                }));
            } else if root.is_map() {
                merged(root, patch.target.as_ref(), &mut touched);
            }
        }
        touched
    }

    /// Whether it may be changed in an object.
    fn is_in(&self, object: &Identity, is_renamed: bool) -> bool {
        let is_kind = fits(self.target.kind.as_deref(), &object.kind);
        let name = self.target.name.as_deref();
        // A patch may name what an inner kustomization has called it.
        let is_called = fits(name, &object.name)
            || is_renamed && name.is_some_and(|name| name.contains(&object.name));
        is_kind && is_called
    }

    fn has(&self, names: &[&str]) -> bool {
        self.path.iter().any(|own| names.contains(&own.as_str()))
    }

    /// Whether it is what others find an object by: its name, its namespace or labels, also those
    /// of its pods; or what an object is as a whole.
    fn is_identity(&self) -> bool {
        let is_metadata = self.path.iter().any(|own| own == "metadata");
        self.path.is_empty() || is_metadata && !self.has(&["annotations"])
    }

    /// Whether a finding may rest on it that is about the object. Where it is about the fields of
    /// pods alone, that is said.
    fn matters(&self, is_about_pods_alone: bool) -> bool {
        let is_below_spec = self.path.first().is_some_and(|own| own == "spec");
        let is_of_pods = is_below_spec && self.has(OF_PODS_ALONE);
        !self.has(WITHOUT_LINKS) && (is_about_pods_alone || !is_of_pods)
    }
}

/// What the patches of a unit change.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllTouched {
    fields: Vec<Touched>,
    is_renamed: bool,
}

impl AllTouched {
    pub(super) fn of<'p>(
        patches: impl Iterator<Item = &'p AppliedPatch>,
        sources: &Sources,
        is_renamed: bool,
    ) -> Self {
        Self {
            fields: patches
                .flat_map(|patch| Touched::of(patch, sources))
                .collect(),
            is_renamed,
        }
    }

    /// Whether they change what objects are found by.
    pub(crate) fn have_identities(&self) -> bool {
        self.fields.iter().any(Touched::is_identity)
    }

    /// Whether they change something in an object that a finding about it may rest on.
    pub(crate) fn matter_to(&self, object: &Identity, is_about_pods_alone: bool) -> bool {
        self.fields
            .iter()
            .any(|own| own.matters(is_about_pods_alone) && own.is_in(object, self.is_renamed))
    }
}

/// Whether what a target asks for fits: it is a regular expression to kustomize
/// (`api/types/selector.go`, `NewSelectorRegex`), and one that is none means one thing.
fn fits(wanted: Option<&str>, own: &str) -> bool {
    let is_plain = |text: &str| {
        let mut bytes = text.bytes();
        bytes.all(|c| c.is_ascii_alphanumeric() || c == b'-')
    };
    wanted.is_none_or(|wanted| !is_plain(wanted) || wanted == own)
}

/// The field that an operation of a JSON patch (RFC 6902) changes.
fn path_of(operation: Cursor<'_>) -> Vec<String> {
    let pointer = operation.get("path").map(Cursor::text).unwrap_or_default();
    let names = pointer.split('/').skip(1);
    let names = names.map(|name| name.replace("~1", "/").replace("~0", "~"));
    let is_place = |name: &String| name == "-" || name.bytes().all(|c| c.is_ascii_digit());
    names.filter(|name| !is_place(name)).collect()
}

/// The fields that a strategic merge patch changes.
fn merged(root: Cursor<'_>, target: Option<&Target>, touched: &mut Vec<Touched>) {
    let text = |value: Option<Cursor<'_>>| value.map(|value| value.text().to_owned());
    let own = || Target {
        kind: text(root.get("kind")),
        name: text(root.path(["metadata", "name"])),
    };
    let target = target.cloned().unwrap_or_else(own);
    // Where it is, from the outside in.
    let mut stack = vec![(root, Vec::new())];
    while let Some((node, path)) = stack.pop() {
        let is_said_of_it = node.get("$patch").is_some();
        let entries = node.entries();
        let items: Vec<_> = node.items().collect();
        if is_said_of_it || entries.is_empty() && items.is_empty() {
            touched.push(Touched {
                target: target.clone(),
                path,
            });
            continue;
        }
        stack.extend(items.into_iter().map(|item| (item, path.clone())));
        for (key, value) in entries {
            let is_address = path.is_empty() && matches!(&*key.value, "apiVersion" | "kind")
                || path == ["metadata"] && matches!(&*key.value, "name" | "namespace");
            // The key by which an item is found is no change.
            let is_item = key.value == "name"
                && !value.is_map()
                && path.last().is_some_and(|list| is_keyed(list));
            if !is_address && !is_item {
                let mut path = path.clone();
                path.push(key.value);
                stack.push((value, path));
            }
        }
    }
}

/// Whether the items of a list are found by their `name`
/// (`patchMergeKey` in k8s.io/api `core/v1/types.go`).
fn is_keyed(list: &str) -> bool {
    matches!(list, "containers" | "initContainers" | "volumes" | "env")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{Span, Spanned};
    use crate::unit::AppliedText;

    const HERE: Span = Span {
        source: SourceId(0),
        start: 0,
        end: 0,
    };

    fn touched(text: &str, target: Option<Target>) -> AllTouched {
        let patch = AppliedPatch {
            text: AppliedText::Inline(Spanned::new(text.to_owned(), HERE)),
            target,
        };
        AllTouched::of([patch].iter(), &Sources::default(), false)
    }

    fn object(kind: &str, name: &str) -> Identity {
        Identity {
            api_version: "v1".to_owned(),
            kind: kind.to_owned(),
            namespace: None,
            name: name.to_owned(),
        }
    }

    fn paths(all: &AllTouched) -> Vec<String> {
        let mut paths: Vec<_> = all.fields.iter().map(|own| own.path.join(".")).collect();
        paths.sort();
        paths
    }

    #[test]
    fn a_merge_patch_changes_what_it_holds() {
        let all = touched(
            "kind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  template: {spec: \
             {containers: [{name: web, image: b, ports: [{containerPort: 80}]}]}}\n",
            None,
        );
        assert_eq!(
            paths(&all),
            [
                "spec.replicas",
                "spec.template.spec.containers.image",
                "spec.template.spec.containers.ports.containerPort"
            ]
        );
        assert!(all.matter_to(&object("Deployment", "web"), false));
        assert!(!all.matter_to(&object("Deployment", "api"), false));
        assert!(!all.matter_to(&object("Service", "web"), false));
        assert!(!all.have_identities());
    }

    #[test]
    fn operations_name_their_fields() {
        let target = Target {
            kind: Some("Service".to_owned()),
            name: None,
        };
        let all = touched(
            "- {op: replace, path: /spec/ports/0/port, value: 81}\n",
            Some(target),
        );
        assert_eq!(paths(&all), ["spec.ports.port"]);
        assert!(all.matter_to(&object("Service", "web"), false));
        assert!(!all.matter_to(&object("Deployment", "web"), false));
        let all = touched(
            "[{\"op\": \"add\", \"path\": \"/metadata/labels/a~1b\"}]",
            None,
        );
        assert_eq!(paths(&all), ["metadata.labels.a/b"]);
        assert!(all.have_identities());
    }

    #[test]
    fn what_no_link_leads_through_matters_to_few() {
        let web = object("Deployment", "web");
        for (patch, to_links, to_pods) in [
            ("spec: {replicas: 2}", false, true),
            (
                "spec: {template: {spec: {nodeSelector: {a: b}}}}",
                false,
                false,
            ),
            ("spec: {template: {spec: {hostNetwork: true}}}", true, true),
            ("spec: {template: {metadata: {labels: {a: b}}}}", true, true),
            ("$patch: delete", true, true),
        ] {
            let all = touched(
                &format!("kind: Deployment\nmetadata: {{name: web}}\n{patch}\n"),
                None,
            );
            assert_eq!(all.matter_to(&web, false), to_links, "{patch}");
            assert_eq!(all.matter_to(&web, true), to_pods, "{patch}");
        }
        let labels = "kind: Deployment\nmetadata: {name: web, labels: {a: b}}\n";
        assert!(touched(labels, None).have_identities());
        assert!(
            touched("kind: A\nmetadata: {name: web}\n$patch: delete\n", None).have_identities()
        );
        assert!(touched("a: [", None).have_identities());
    }
}
