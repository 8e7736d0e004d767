//! The JSON schema of traces, for those who read them.

use crate::catalogue::PAGES;
use crate::link::Why;
use crate::trace::{CODES, HopKind, Verdict};
use crate::unit::Doubt;
use serde_json::{Map, Value, json};

/// The schema of what `svclint trace --format json` writes.
pub fn trace_schema() -> Value {
    let mut schema = object(&[
        ("version", json!({"const": 1})),
        ("tool", object(&[("name", text()), ("version", text())])),
        ("world", json!({"enum": ["open", "closed"]})),
        ("traces", list(&link("trace"))),
        ("locations", list(&link("location"))),
    ]);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("Traces of svclint");
    schema["description"] = json!(
        "What `svclint trace --format json` writes, version 1. Within the version fields and words \
         are only added, so ignore what you do not know. All fields are always present; what does \
         not apply is null or an empty list."
    );
    schema["definitions"] = definitions();
    schema
}

fn definitions() -> Value {
    let reasons = Why::ALL.map(|own| Some(own.code()));
    let reasons: Vec<Option<&str>> = reasons.into_iter().chain([None]).collect();
    let end = json!({"anyOf": [link("end"), {"type": "null"}]});
    let mut definitions = json!({
        "code": {
            "description": "A word of traces, the id of a rule for what is wrong, or the code of a \
                            doubt for what cannot be known.",
            "enum": codes(),
        },
        "verdict": {"enum": Verdict::ALL.map(Verdict::as_str)},
        "trace": object(&[
            ("unit", text()),
            ("ask", object(&[
                ("address", or_null(&text())),
                ("from", or_null(&link("object"))),
                ("to", link("object")),
                ("port", number()),
                ("portName", or_null(&text())),
                ("protocol", json!({"enum": ["TCP", "UDP", "SCTP", "?", null]})),
            ])),
            ("verdict", link("verdict")),
            ("hops", list(&link("hop"))),
            ("backends", list(&link("backend"))),
            ("doubts", list(&link("doubt"))),
        ]),
        "hop": object(&[
            &[
                ("hop", json!({"enum": HopKind::ALL.map(HopKind::as_str)})),
                ("object", or_null(&link("object"))),
            ],
            &step()[..],
        ].concat()),
        "step": object(&step()),
        "backend": object(&[
            ("object", link("object")),
            ("replicas", number()),
            ("pods", or_null(&link("step"))),
            ("port", link("step")),
            ("container", or_null(&text())),
            ("podPort", number()),
            ("ready", link("step")),
            ("egress", end.clone()),
            ("ingress", end),
            ("verdict", link("verdict")),
            ("blockedAt", json!({"enum": ["egress", "ingress", "both", null]})),
            ("doubts", list(&link("doubt"))),
        ]),
        "end": object(&[("code", link("code")), ("policies", list(&link("policy")))]),
        "policy": object(&[
            ("namespace", text()),
            ("name", text()),
            ("rule", number()),
            ("why", json!({"enum": reasons})),
            ("location", link("place")),
        ]),
        "doubt": object(&[("code", link("code")), ("detail", text())]),
        "object": object(&[
            ("kind", text()),
            ("namespace", text()),
            ("name", text()),
            ("location", link("place")),
        ]),
    });
    for (name, own) in location() {
        definitions[name] = own;
    }
    definitions
}

/// Where something is written, and what is said of a place.
pub(super) fn location() -> [(&'static str, Value); 4] {
    [
        (
            "near",
            object(&[("text", text()), ("location", link("place"))]),
        ),
        (
            "place",
            json!({
                "description": "The position of a location in the list of all, from 0.",
                "type": "integer",
            }),
        ),
        (
            "location",
            object(&[
                ("path", text()),
                ("rendered", json!({"type": "boolean"})),
                ("start", link("point")),
                ("end", link("point")),
            ]),
        ),
        (
            "point",
            object(&[
                ("line", json!({"type": "integer"})),
                ("column", json!({"type": "integer"})),
                ("offset", json!({"type": "integer"})),
            ]),
        ),
    ]
}

/// What links one thing with the next.
pub(super) fn step() -> [(&'static str, Value); 5] {
    [
        ("code", link("code")),
        ("value", text()),
        ("fault", or_null(&text())),
        ("near", list(&link("near"))),
        ("location", or_null(&link("place"))),
    ]
}

/// Every code there is.
pub(super) fn codes() -> Vec<&'static str> {
    let rules = PAGES.iter().map(|page| page.id);
    let mut codes: Vec<&str> = CODES.into_iter().chain(rules).chain(Doubt::CODES).collect();
    codes.sort_unstable();
    codes
}

/// An object that has all of these fields.
pub(super) fn object(fields: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let fields = fields.iter().cloned();
    let fields: Map<String, Value> = fields.map(|(name, own)| (name.to_owned(), own)).collect();
    json!({"type": "object", "required": names, "properties": fields})
}

pub(super) fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

pub(super) fn or_null(value: &Value) -> Value {
    json!({"anyOf": [value, {"type": "null"}]})
}

pub(super) fn link(name: &str) -> Value {
    json!({"$ref": format!("#/definitions/{name}")})
}

pub(super) fn text() -> Value {
    json!({"type": "string"})
}

pub(super) fn number() -> Value {
    json!({"type": ["integer", "null"]})
}
