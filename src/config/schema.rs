//! The JSON schema of the configuration, for editors.

use super::shape::TOP;
use crate::catalogue::LEVELS;
use crate::catalogue::{self, PAGES};
use crate::settings::shape::{Field, Shape};
use serde_json::{Map, Value, json};

/// The schema, as it is published.
pub fn schema() -> Value {
    let mut schema = of(&TOP);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("Configuration of svclint");
    let both = [ids(), groups()].concat();
    schema["definitions"] = json!({
        "rule": {"enum": ids()},
        "ruleOrGroup": {"enum": both},
    });
    schema
}

fn ids() -> Vec<String> {
    PAGES.iter().map(|rule| rule.id.to_owned()).collect()
}

fn groups() -> Vec<String> {
    catalogue::groups().map(str::to_owned).collect()
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Any => json!({}),
        Shape::Text | Shape::Glob => json!({"type": "string", "minLength": 1}),
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Namespace => json!({
            "type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength": 63,
        }),
        Shape::Object => json!({"type": "string", "pattern": "^[^/]+(/[^/]+){1,2}$"}),
        Shape::Rule => json!({"$ref": "#/definitions/rule"}),
        Shape::RuleOrGroup => json!({"$ref": "#/definitions/ruleOrGroup"}),
        // What YAML 1.1 takes for a boolean is the word all the same.
        Shape::Level => {
            let words = LEVELS.iter().map(|(word, _)| json!(word));
            json!({"enum": words.chain([json!(false)]).collect::<Vec<_>>()})
        }
        Shape::Version => json!({"type": ["string", "number"], "pattern": "^v?1\\.[0-9]+"}),
        Shape::PortRange => json!({"type": "string", "pattern": "^[0-9]+ *- *[0-9]+$"}),
        Shape::Day => json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
        Shape::Count => json!({"type": "integer", "minimum": 1}),
        Shape::Word(word) => json!({"const": word}),
        Shape::List(item) => json!({"type": "array", "items": of(item)}),
        Shape::Map(keys, values) => json!({
            "type": "object",
            "propertyNames": of(keys),
            "additionalProperties": of(values),
        }),
        Shape::Fields(fields) => {
            let properties: Map<String, Value> = fields.iter().map(property).collect();
            let required = fields.iter().filter(|field| field.required);
            let required: Vec<&str> = required.map(|field| field.name).collect();
            let mut schema = json!({
                "type": "object",
                "additionalProperties": false,
                "properties": properties,
            });
            if !required.is_empty() {
                schema["required"] = json!(required);
            }
            schema
        }
    }
}

fn property(field: &Field) -> (String, Value) {
    let mut schema = of(&field.shape);
    // Beside `$ref` nothing else counts.
    if schema.get("$ref").is_some() {
        schema = json!({"allOf": [schema]});
    }
    schema["description"] = json!(field.doc);
    (field.name.to_owned(), schema)
}
