//! What a finding is recognised by in another run: the rule, the object, the field and what is
//! written there. Neither lines nor file names nor the message are part of it, so it outlives moved
//! text, renamed files and better words. Two findings can have the same one (two ports with one
//! mistake): whoever compares runs counts them.

use crate::diagnostic::Diagnostic;
use crate::text::hash::HashMap;
use crate::text::source::{SourceId, Sources, Span};
use crate::yaml::field::{FieldPath, Segment};
use crate::yaml::tree::{NodeId, Tree};
use crate::yaml::{RawDocument, documents, parse};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a finding is recognised by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint {
    /// The id of the rule.
    pub rule: String,
    /// `kind` of the object; empty, as the next two, where the text is no object.
    pub kind: String,
    /// Its `metadata.namespace`; empty if none is set.
    pub namespace: String,
    /// Its `metadata.name`.
    pub name: String,
    /// The field, below the object: `spec.ports[http].targetPort`. Items of lists are called by
    /// their name and not by their number, so that they can be moved.
    pub field: String,
    /// The scalar that is wrong, as written; empty if the finding is about a key or what is absent.
    pub value: String,
}

/// Longer values are cut: a certificate says no more than its beginning.
const LONGEST_VALUE: usize = 120;

impl Fingerprint {
    /// The fingerprints of findings, in their order.
    pub fn of(sources: &Sources, findings: &[&Diagnostic]) -> Vec<Self> {
        let mut places: BTreeMap<SourceId, Vec<usize>> = BTreeMap::new();
        for (at, finding) in findings.iter().enumerate() {
            places
                .entry(finding.primary.span.source)
                .or_default()
                .push(at);
        }
        let mut prints = vec![None; findings.len()];
        for (source, own) in places {
            let text = sources.get(source).text();
            let mut fields = Fields::new(text);
            for at in own {
                prints[at] = Some(fields.print(findings[at]));
            }
        }
        prints.into_iter().flatten().collect()
    }

    /// All of it in 32 hexadecimal digits, the same on every system and in every version.
    pub fn digest(&self) -> String {
        self.digest_of(0)
    }

    /// The digests of many, made unique: the second finding with a fingerprint has another one.
    pub fn unique_digests(prints: &[Self]) -> Vec<String> {
        let mut seen: HashMap<&Self, u32> = HashMap::default();
        let digests = prints.iter().map(|print| {
            let count = seen.entry(print).or_default();
            let digest = print.digest_of(*count);
            *count += 1;
            digest
        });
        digests.collect()
    }

    /// FNV-1a over the parts; a zero byte, which none of them holds, keeps them apart.
    fn digest_of(&self, occurrence: u32) -> String {
        let parts = [
            &self.rule,
            &self.kind,
            &self.namespace,
            &self.name,
            &self.field,
            &self.value,
        ];
        let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        let mut add = |byte: u8| {
            hash ^= u128::from(byte);
            hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        };
        for part in parts {
            part.bytes().chain([0]).for_each(&mut add);
        }
        if occurrence > 0 {
            occurrence.to_be_bytes().into_iter().for_each(&mut add);
        }
        format!("{hash:032x}")
    }
}

/// The first line of a value, cut if it is long.
fn shortened(value: &str) -> &str {
    let line = value.trim().lines().next().unwrap_or_default();
    let end = line.char_indices().nth(LONGEST_VALUE);
    &line[..end.map_or(line.len(), |(at, _)| at)]
}

/// Finds the fields of one text. Trees do not outlive reading, so the documents that have findings
/// are parsed once more.
struct Fields<'s> {
    text: &'s str,
    documents: Vec<RawDocument>,
    tree: Tree<'s>,
    /// Which document the tree is of.
    parsed: Option<usize>,
}

impl<'s> Fields<'s> {
    fn new(text: &'s str) -> Self {
        Self {
            text,
            documents: documents(text),
            tree: Tree::new(text),
            parsed: None,
        }
    }

    fn print(&mut self, finding: &Diagnostic) -> Fingerprint {
        let place = finding.primary.span;
        let value = shortened(&self.text[place.range()]);
        let mut print = Fingerprint {
            rule: finding.rule.to_owned(),
            kind: String::new(),
            namespace: String::new(),
            name: String::new(),
            field: String::new(),
            value: value.to_owned(),
        };
        if let Some(root) = self.parse(place) {
            let tree = &self.tree;
            let object = object_at(tree, root, place);
            let (field, is_value) = descend(tree, object, place);
            print.field = match &finding.field {
                Some(path) => named(tree, object, path),
                None => field,
            };
            if !is_value {
                print.value.clear();
            }
            print.kind = text_of(tree, object, &["kind"]);
            print.namespace = text_of(tree, object, &["metadata", "namespace"]);
            print.name = text_of(tree, object, &["metadata", "name"]);
        }
        if let Some(object) = finding.object.as_deref() {
            print.kind.clone_from(&object.kind);
            print.namespace = object.namespace.clone().unwrap_or_default();
            print.name.clone_from(&object.name);
        }
        print
    }

    /// The root of the document that a place is in, if it can be read.
    fn parse(&mut self, place: Span) -> Option<NodeId> {
        let place = place.range();
        let next = self
            .documents
            .partition_point(|document| document.range.start <= place.start);
        let at = next.checked_sub(1)?;
        if self.parsed != Some(at) {
            self.tree = Tree::new(self.text);
            self.parsed = None;
            parse(&mut self.tree, &self.documents[at]).ok()?;
            self.parsed = Some(at);
        }
        self.tree.root()
    }
}

/// Whether a node holds a place.
fn holds(tree: &Tree<'_>, node: NodeId, place: Span) -> bool {
    let range = tree.range(node);
    range.start <= place.start && place.end <= range.end
}

/// The value of a key, by the text of the key.
fn get(tree: &Tree<'_>, map: NodeId, name: &str) -> Option<NodeId> {
    let mut pairs = tree.pairs(tree.resolve(map)).rev();
    pairs
        .find(|(key, _)| tree.scalar(*key) == name)
        .map(|(_, value)| tree.resolve(value))
}

/// The scalar at the end of a path of keys; empty if there is none.
fn text_of(tree: &Tree<'_>, object: NodeId, path: &[&str]) -> String {
    let node = path
        .iter()
        .try_fold(object, |node, name| get(tree, node, name));
    node.map_or("", |node| tree.scalar(node)).to_owned()
}

/// The object that a place is in: the document, or an item of a `List`.
fn object_at(tree: &Tree<'_>, root: NodeId, place: Span) -> NodeId {
    let mut object = root;
    while let Some(items) = get(tree, object, "items") {
        let mut items = tree.children(items).iter();
        let item = items.find(|item| holds(tree, **item, place) && tree.form(**item).is_map());
        match item {
            Some(item) if get(tree, *item, "kind").is_some() => object = *item,
            _ => break,
        }
    }
    object
}

/// The path from an object down to a place, and whether that is a value.
fn descend(tree: &Tree<'_>, object: NodeId, place: Span) -> (String, bool) {
    let mut path = String::new();
    let mut node = object;
    loop {
        let form = tree.form(node);
        let next = if form.is_map() {
            let mut pairs = tree.pairs(node);
            let Some((key, value)) =
                pairs.find(|(key, value)| holds(tree, *key, place) || holds(tree, *value, place))
            else {
                return (path, true);
            };
            push_field(&mut path, tree.scalar(key));
            if holds(tree, key, place) {
                return (path, false);
            }
            value
        } else if form.is_seq() {
            let mut items = tree.children(node).iter();
            let Some(item) = items.find(|item| holds(tree, **item, place)) else {
                return (path, true);
            };
            push_item(&mut path, tree, Some(*item));
            *item
        } else {
            return (path, true);
        };
        node = next;
    }
}

/// The path of a field that may be absent, with the names of the list items on it.
fn named(tree: &Tree<'_>, object: NodeId, path: &FieldPath) -> String {
    let mut out = String::new();
    let mut node = Some(object);
    for segment in path.segments() {
        match segment {
            Segment::Field(name) | Segment::Key(name) => {
                push_field(&mut out, name);
                node = node.and_then(|node| get(tree, node, name));
            }
            Segment::Index(index) => {
                let items = node.map(|node| tree.children(tree.resolve(node)));
                node = items.and_then(|items| items.get(*index)).copied();
                push_item(&mut out, tree, node);
            }
        }
    }
    out
}

fn push_field(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

fn push_item(path: &mut String, tree: &Tree<'_>, item: Option<NodeId>) {
    let name = item.and_then(|item| get(tree, item, "name"));
    let name = name.map(|name| shortened(tree.scalar(name)));
    let _ = write!(path, "[{}]", name.unwrap_or_default());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::object::Text;
    use crate::run::{Options, Report, lint_texts};

    const BROKEN: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n\
                          spec:\n  selector: {app: web}\n  ports:\n  \
                          - {name: http, port: 80, nodePort: 80}\n  \
                          - {name: b, port: 0}\n  - {port: 99999}\n";

    fn lint(name: &str, text: &str) -> Report {
        lint_texts(vec![Text::new(name, text)], &Options::default())
    }

    fn prints(report: &Report) -> Vec<Fingerprint> {
        let findings: Vec<_> = report.diagnostics.iter().collect();
        Fingerprint::of(&report.sources, &findings)
    }

    fn sorted(report: &Report) -> Vec<Fingerprint> {
        let mut prints = prints(report);
        prints.sort();
        prints
    }

    #[test]
    fn a_finding_is_recognised_by_rule_object_field_and_value() {
        let all = prints(&lint("a.yaml", BROKEN));
        let short: Vec<_> = all
            .iter()
            .map(|own| format!("{} {}={}", own.rule, own.field, own.value))
            .collect();
        let expected = [
            "invalid-service-spec spec.ports[http].nodePort=80",
            "invalid-service-port spec.ports[b].port=0",
            "invalid-service-port spec.ports[].name=",
            "invalid-service-port spec.ports[].port=99999",
        ];
        assert_eq!(short, expected);
        let object = (&*all[0].kind, &*all[0].namespace, &*all[0].name);
        assert_eq!(object, ("Service", "shop", "web"));
    }

    #[test]
    fn it_outlives_moved_lines_items_and_files() {
        let before = sorted(&lint("a.yaml", BROKEN));
        let first = "  - {name: http, port: 80, nodePort: 80}\n";
        let (head, tail) = BROKEN.split_once(first).unwrap();
        let moved = format!("# more\n\n{head}{tail}{first}");
        assert_eq!(sorted(&lint("b/c.yaml", &moved)), before);
        let indented = BROKEN.replace('\n', "\n  ");
        let list = format!(
            "apiVersion: v1\nkind: List\nitems:\n- {}\n",
            indented.trim_end()
        );
        assert_eq!(sorted(&lint("list.yaml", &list)), before);
        let second = format!("apiVersion: v1\nkind: Secret\n---\n{BROKEN}");
        assert_eq!(sorted(&lint("a.yaml", &second)), before);
    }

    #[test]
    fn it_changes_with_the_object_and_the_value() {
        let before = sorted(&lint("a.yaml", BROKEN));
        for (old, new) in [("name: web", "name: api"), ("shop", "dev")] {
            let after = sorted(&lint("a.yaml", &BROKEN.replace(old, new)));
            assert_eq!(after.len(), before.len());
            assert!(after.iter().all(|print| !before.contains(print)), "{new}");
        }
        let after = sorted(&lint(
            "a.yaml",
            &BROKEN.replace("nodePort: 80", "nodePort: 81"),
        ));
        let new: Vec<_> = after
            .iter()
            .filter(|print| !before.contains(print))
            .collect();
        assert_eq!(new.len(), 1);
        assert_eq!(new[0].value, "81");
    }

    #[test]
    fn what_is_no_object_is_recognised_too() {
        let all = prints(&lint("a.yaml", "apiVersion: v1\nkind: Service\n  a: ]\n"));
        assert_eq!(all.len(), 1);
        assert_eq!((&*all[0].rule, &*all[0].kind), ("invalid-manifest", ""));
        let servce = "kind: Servce\napiVersion: v1\nmetadata: {name: web}\n";
        let all = prints(&lint("a.yaml", servce));
        assert_eq!((&*all[0].kind, &*all[0].name), ("Servce", "web"));
    }

    #[test]
    fn digests_never_change() {
        let mut print = Fingerprint {
            rule: "duplicate-key".to_owned(),
            kind: "Service".to_owned(),
            namespace: String::new(),
            name: "web".to_owned(),
            field: "spec.ports[http].port".to_owned(),
            value: "80".to_owned(),
        };
        let digests = Fingerprint::unique_digests(&[print.clone(), print.clone()]);
        assert_eq!(digests[0], "95b32c86d4ee876ad9ef5130295c21e5");
        assert_eq!(digests[0], print.digest());
        assert_ne!(digests[0], digests[1]);
        print.namespace = std::mem::take(&mut print.name);
        assert_ne!(digests[0], print.digest());
    }

    #[test]
    fn long_values_are_cut_at_a_character() {
        let long = "é".repeat(200);
        assert_eq!(shortened(&long).chars().count(), LONGEST_VALUE);
        assert_eq!(shortened(" a\n b"), "a");
    }
}
