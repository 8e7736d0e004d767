//! What kubectl made of odd inputs (`kubectl-yaml.jsonl`), and what svclint's reader makes of them.

use serde_json::{Map, Number, Value};
use svclint::text::source::SourceId;
use svclint::yaml::reader::Reader;
use svclint::yaml::scalar::{self, Scalar};
use svclint::yaml::tree::{NodeId, Tree};
use svclint::yaml::{documents, parse};

/// Inputs that kubectl refuses for the objects in them, not for their syntax.
const REFUSED_OBJECTS: &[&str] = &[
    "scalar document",
    "list document",
    "JSON array",
    "no kind",
    "empty file",
    "only a comment",
    "List with a null item",
    "List with items null",
    "List with no items",
    "List in a List",
];

/// Inputs about which svclint deliberately says something else than kubectl, and why.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "content after ...",
        "kubectl drops it without a word, which nobody wants: it is reported",
    ),
    (
        "two flow maps in a row",
        "kubectl drops the second without a word, which nobody wants: it is reported",
    ),
    (
        "broken second document",
        "kubectl stops there; the other documents are read all the same",
    ),
    (
        "text after ---",
        "kubectl stops there; the documents around it are read all the same",
    ),
    (
        "----",
        "kubectl stops there; the documents around it are read all the same",
    ),
];

/// Inputs that are no UTF-8, which the table cannot hold and the reader never sees.
const NOT_TEXT: &[&str] = &[
    "UTF-16BE",
    "UTF-16LE",
    "UTF-16BE, two documents",
    "UTF-16LE, two documents",
];

/// The documents of a text as kubectl would send them, and the first error.
fn read(text: &str) -> (Vec<Value>, Option<String>) {
    let mut tree = Tree::new(text);
    let mut values = Vec::new();
    let mut errors = Vec::new();
    for document in documents(text) {
        errors.extend(
            document
                .problems
                .iter()
                .map(|problem| problem.message.clone()),
        );
        if let Err(error) = parse(&mut tree, &document) {
            errors.push(error.message);
            continue;
        }
        let Some(root) = tree.root() else { continue };
        let reader = Reader::new(&tree, SourceId(0));
        let conversion = reader.conversion_errors();
        errors.extend(conversion.iter().map(|error| error.message.clone()));
        if conversion.is_empty() {
            values.push(json(&reader, root));
        }
    }
    values.retain(|value| !value.is_null());
    (values, errors.into_iter().next())
}

fn json(reader: &Reader<'_, '_>, node: NodeId) -> Value {
    let node = reader.tree.resolve(node);
    let form = reader.tree.form(node);
    if form.is_map() {
        let pairs = reader.entries(node).chunks_exact(2);
        let entry = |pair: &[NodeId]| {
            let key = reader.key(pair[0]).expect("no conversion error");
            (key.into_owned(), json(reader, pair[1]))
        };
        return Value::Object(pairs.map(entry).collect::<Map<_, _>>());
    }
    if form.is_seq() {
        let items = reader.tree.children(node).iter();
        return items.map(|item| json(reader, *item)).collect();
    }
    match reader.scalar(node).expect("no conversion error") {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => value.into(),
        Scalar::Int(number) => number.into(),
        Scalar::Uint(number) => number.into(),
        Scalar::Float(number) => match scalar::whole(number) {
            Some(number) => number.into(),
            None => Number::from_f64(number)
                .expect("no conversion error")
                .into(),
        },
        Scalar::Str(text) => text.into(),
    }
}

/// The names of the objects, those in lists included.
fn names(values: &[Value]) -> Vec<&str> {
    let mut names = Vec::new();
    for value in values {
        let is_list = value["kind"]
            .as_str()
            .is_some_and(|kind| kind.ends_with("List"));
        match value["items"].as_array().filter(|_| is_list) {
            Some(items) => names.extend(items.iter().map(name)),
            None => names.push(name(value)),
        }
    }
    names
}

fn name(value: &Value) -> &str {
    value["metadata"]["name"].as_str().unwrap_or_default()
}

/// Numbers compare as numbers: kubectl prints large ones as floats.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Number(ours), Value::Number(theirs)) => ours.as_f64() == theirs.as_f64(),
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b))
        }
        (Value::Object(ours), Value::Object(theirs)) => {
            let equal = |(key, value)| theirs.get(key).is_some_and(|other| same(value, other));
            ours.len() == theirs.len() && ours.iter().all(equal)
        }
        _ => ours == theirs,
    }
}

#[test]
fn reads_what_kubectl_reads() {
    let table = include_str!("kubectl-yaml.jsonl");
    let (mut compared, mut different, mut wrong) = (0, Vec::new(), Vec::new());
    for line in table.split('\n').filter(|line| !line.is_empty()) {
        let row: Value = serde_json::from_str(line).expect("a JSON object a line");
        let name = row["name"].as_str().expect("a name");
        let Some(exit) = row["exit"].as_i64() else {
            continue; // A raw request to the API server.
        };
        if NOT_TEXT.contains(&name) {
            continue;
        }
        compared += 1;
        let (values, error) = read(row["input"].as_str().expect("an input"));
        let refused = exit != 0 && !REFUSED_OBJECTS.contains(&name);
        let names: Value = names(&values).into();
        let data = values.first().map_or(&Value::Null, |value| &value["data"]);
        let agrees = error.is_some() == refused
            && (exit != 0 || names == row["objects"])
            && (row["data"].is_null() || same(data, &row["data"]));
        let listed = DIFFERENT.iter().any(|(different, _)| *different == name);
        if listed && (!agrees || names != row["objects"]) {
            different.push(name.to_owned());
        } else if !agrees || listed {
            wrong.push(format!("{name}: exit {exit}, {error:?}, {names}, {data}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(different.len(), DIFFERENT.len());
    assert_eq!(compared, 203);
}
