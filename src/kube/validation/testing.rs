//! What the unit tests of this module have in common.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Options, Validate, Violation};
use crate::yaml::field::FieldPath;
use crate::yaml::field::Segment::{Field, Index, Key};

/// What the server of the newest version refuses in this object: the fields and why.
pub(super) fn refused<T: Validate + DeserializeOwned>(object: &Value) -> Vec<String> {
    refused_by::<T>(object, &Options::default())
}

/// The same with other options.
pub(super) fn refused_by<T: Validate + DeserializeOwned>(
    object: &Value,
    options: &Options,
) -> Vec<String> {
    let typed: T = serde_json::from_value(object.clone()).expect("the object has this type");
    let violations = typed.validate(&|path| is_written(object, path), options);
    let line = |found: &Violation| format!("{} {:?}", found.field, found.reason);
    violations.iter().map(line).collect()
}

fn is_written(object: &Value, path: &FieldPath) -> bool {
    let mut segments = path.segments().iter();
    let value = segments.try_fold(object, |value, segment| match segment {
        Field(name) | Key(name) => value.get(name),
        Index(index) => value.get(index),
    });
    value.is_some_and(|value| !value.is_null())
}
