//! The JSON schema of graphs, for those who read them.

use crate::report::trace_schema::{
    codes, link, list, location, number, object, or_null, step, text,
};
use crate::trace::{Change, NodeRole, PathState};
use serde_json::{Value, json};

/// The schema of what `svclint graph --format json` writes.
pub fn graph_schema() -> Value {
    let mut schema = object(&[
        ("version", json!({"const": 1})),
        ("tool", object(&[("name", text()), ("version", text())])),
        ("world", json!({"enum": ["open", "closed"]})),
        ("paths", list(&link("path"))),
        ("nodes", list(&link("node"))),
        ("edges", list(&link("edge"))),
        ("locations", list(&link("location"))),
    ]);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("Graphs of svclint");
    schema["description"] = json!(
        "What `svclint graph --format json` writes, version 1. Within the version fields and words \
         are only added, so ignore what you do not know. All fields are always present; what does \
         not apply is null, an empty text or an empty list."
    );
    schema["definitions"] = definitions();
    schema
}

fn definitions() -> Value {
    let mut definitions = json!({});
    for (name, own) in location() {
        definitions[name] = own;
    }
    definitions["code"] = json!({
        "description": "A word of traces, the id of a rule for what is wrong, or the code of a \
                        doubt for what cannot be known.",
        "enum": codes(),
    });
    definitions["state"] = json!({"enum": PathState::ALL.map(PathState::as_str)});
    definitions["path"] = object(&[
        ("unit", text()),
        ("entry", text()),
        ("service", text()),
        ("port", text()),
        ("state", link("state")),
        ("codes", list(&link("code"))),
        (
            "doubts",
            list(&object(&[("code", link("code")), ("detail", text())])),
        ),
        (
            "reached",
            list(&object(&[("workload", text()), ("podPort", number())])),
        ),
        (
            "edges",
            json!({
                "description": "The positions of its edges in the list of all, from 0.",
                "type": "array",
                "items": {"type": "integer"},
            }),
        ),
    ]);
    // It is there with `--base` alone.
    definitions["path"]["properties"]["change"] = json!({"enum": Change::ALL.map(Change::as_str)});
    definitions["node"] = object(&[
        ("role", json!({"enum": NodeRole::ALL.map(NodeRole::as_str)})),
        ("kind", text()),
        ("namespace", text()),
        ("name", text()),
        ("note", text()),
        ("state", link("state")),
        ("steps", list(&link("step"))),
        ("location", or_null(&link("place"))),
    ]);
    definitions["edge"] = object(&[
        ("from", json!({"type": "integer"})),
        ("to", json!({"type": "integer"})),
        ("state", link("state")),
        ("steps", list(&link("step"))),
    ]);
    definitions["step"] = object(&step());
    definitions
}
