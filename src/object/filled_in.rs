//! Values that are filled in before a manifest is applied, where rules judge them. No rule says
//! anything of them: they are counted, lest silence look like a pass.

use crate::kinds::Kind;
use crate::text::placeholder::{is_placeholder, may_stand_for_another, stands_for_port};
use crate::text::source::Span;
use crate::yaml::cursor::Cursor;
use crate::yaml::field::FieldPath;
use crate::yaml::reader::Reader;
use crate::yaml::tree::NodeId;

/// A value that nobody can know before it is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledIn {
    /// The field.
    pub path: FieldPath,
    /// The value, or the key that stands for another one.
    pub span: Span,
}

/// Fields below which nothing leads traffic, or anything may stand.
const ASIDE: [&str; 7] = [
    "annotations",
    "env",
    "data",
    "binaryData",
    "stringData",
    "volumes",
    "status",
];

/// Fields that hold a port, whatever they stand in.
const PORTS: [&str; 6] = [
    "targetPort",
    "port",
    "containerPort",
    "nodePort",
    "servicePort",
    "portNumber",
];

/// Fields that hold the name of another object, or of a part of one, whatever they stand in.
const NAMES: [&str; 8] = [
    "serviceName",
    "host",
    "hosts",
    "hostname",
    "hostnames",
    "subset",
    "gateways",
    "clusterIP",
];

/// Fields whose `name`, `namespace`, `kind` and the like say what is meant.
const REFERENCES: [&str; 14] = [
    "service",
    "backend",
    "backendRef",
    "backendRefs",
    "parentRef",
    "parentRefs",
    "certificateRefs",
    "caCertificateRefs",
    "scaleTargetRef",
    "targetRef",
    "targetRefs",
    "workloadRef",
    "from",
    "to",
];

/// Fields whose pairs select.
const SELECTORS: [&str; 2] = ["selector", "matchLabels"];

/// Fields that say by labels which pods are let in or out. Other selectors are compared with
/// labels that may hold the same placeholder.
const PEERS: [&str; 2] = ["from", "to"];

/// The values of an object of a built-in kind that rules would judge if they were known.
pub(super) fn find(reader: &Reader<'_, '_>, kind: Kind, object: NodeId) -> Vec<FilledIn> {
    let mut search = Search {
        reader,
        found: Vec::new(),
        above: Vec::new(),
    };
    if !kind.is_free_form() {
        search.visit(object);
    }
    let of = |node: NodeId| of_value(reader, object, node);
    search.found.into_iter().map(of).collect()
}

/// A value of an object.
pub(super) fn of_value(reader: &Reader<'_, '_>, object: NodeId, node: NodeId) -> FilledIn {
    let depth = reader.path_to(object).0.len();
    let path = reader.path_to(node).0.into_iter().skip(depth);
    FilledIn {
        path: FieldPath(path.collect()),
        span: Cursor::at(reader, node).span(),
    }
}

/// A walk through an object as it is written: what an alias repeats is found where it is written.
struct Search<'r> {
    reader: &'r Reader<'r, 'r>,
    found: Vec<NodeId>,
    /// The fields that lead to where the walk is, without the items of lists.
    above: Vec<&'r str>,
}

impl Search<'_> {
    fn visit(&mut self, node: NodeId) {
        let tree = self.reader.tree;
        let form = tree.form(node);
        if form.is_map() {
            let is_selector = self.above.last().is_some_and(|own| SELECTORS.contains(own));
            for (key, value) in tree.pairs(node) {
                // Most fields hold a text that is one thing only.
                let is_scalar = tree.form(value).is_scalar();
                if is_selector || !is_scalar || may_stand_for_another(tree.scalar(value)) {
                    self.visit_field(is_selector, key, value);
                }
            }
        } else if form.is_seq() {
            for &item in tree.children(node) {
                self.visit(item);
            }
        } else {
            let value = tree.resolve(node);
            let is_scalar = tree.form(value).is_scalar();
            if is_scalar && is_filled_in(&self.above, tree.scalar(value)) {
                self.found.push(node);
            }
        }
    }

    /// Visits a field, or a pair of a selector.
    fn visit_field(&mut self, is_pair: bool, key: NodeId, value: NodeId) {
        let tree = self.reader.tree;
        if tree.is_merge_key(key) {
            self.visit(value);
            return;
        }
        let field = tree.scalar(tree.resolve(key));
        if is_pair && is_of_peer(&self.above) && is_placeholder(field) {
            self.found.push(key);
        } else if is_pair || tree.form(value).is_scalar() || !ASIDE.contains(&field) {
            self.above.push(field);
            self.visit(value);
            self.above.pop();
        }
    }
}

/// Whether rules would judge what stands in a field, and it stands for something else.
fn is_filled_in(fields: &[&str], text: &str) -> bool {
    match fields.last() {
        _ if !may_stand_for_another(text) => false,
        Some(last) if PORTS.contains(last) => stands_for_port(text),
        _ => is_judged(fields) && is_placeholder(text),
    }
}

fn is_of_peer(fields: &[&str]) -> bool {
    PEERS.iter().any(|peer| fields.contains(peer))
}

/// Whether rules judge what stands in a field that holds no port.
fn is_judged(fields: &[&str]) -> bool {
    let [.., above, last] = fields else {
        return false;
    };
    if NAMES.contains(last) {
        return true;
    }
    match *above {
        selector if SELECTORS.contains(&selector) => is_of_peer(fields),
        "ports" | "listeners" | "endpoints" => matches!(*last, "name" | "protocol"),
        "port" => matches!(*last, "name" | "number"),
        "matchExpressions" => matches!(*last, "key" | "operator" | "values"),
        other if REFERENCES.contains(&other) => {
            matches!(
                *last,
                "name" | "namespace" | "kind" | "group" | "sectionName"
            )
        }
        _ => false,
    }
}
