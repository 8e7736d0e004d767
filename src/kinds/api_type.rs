//! Types of the Kubernetes API, and what its server says of an object of one: it is decoded into
//! its type, then validated.

use super::kind::group_version;
use crate::kube::validation::{Options, Validate, Violation};
use crate::yaml::cursor::Cursor;
use crate::yaml::decode::{UnknownField, decode};
use crate::yaml::field::FieldPath;
use crate::yaml::locate::locate;
use crate::yaml::reader::{ReadError, Reader};
use crate::yaml::tree::NodeId;
use k8s_openapi::Resource;
use serde::de::DeserializeOwned;

/// A type of the Kubernetes API: the shape of a kind in one of its versions, with every field.
#[derive(Clone, Copy, Debug)]
pub struct ApiType {
    pub(super) api_version: &'static str,
    judge: fn(&mut Reader<'_, '_>, NodeId, &Options) -> Verdict,
}

/// What the API server says of an object alone.
#[derive(Debug)]
pub struct Verdict {
    /// The values that it cannot read into their type.
    pub errors: Vec<ReadError>,
    /// Whether there may be more of them: to find them all would take too long.
    pub is_cut: bool,
    /// The fields that it does not know.
    pub unknown: Vec<UnknownField>,
    /// What it refuses, as far as the object could be decoded.
    pub violations: Vec<Violation>,
}

impl ApiType {
    /// A type that the server validates.
    pub(super) const fn of<T: Resource + DeserializeOwned + Validate>() -> Self {
        Self {
            api_version: T::API_VERSION,
            judge: judge::<T>,
        }
    }

    /// Whether it is the shape of its kind in this version.
    pub(super) fn is(&self, api_version: &str) -> bool {
        group_version(self.api_version) == group_version(api_version)
    }

    /// Decodes and validates an object.
    pub fn judge(&self, reader: &mut Reader<'_, '_>, object: NodeId, options: &Options) -> Verdict {
        (self.judge)(reader, object, options)
    }
}

fn judge<T: DeserializeOwned + Validate>(
    reader: &mut Reader<'_, '_>,
    object: NodeId,
    options: &Options,
) -> Verdict {
    let decoded = decode::<T>(reader, object, &options.kube_version);
    let written = |path: &FieldPath| is_written(reader, object, path);
    let validate = |value: T| value.validate(&written, options);
    Verdict {
        errors: decoded.errors,
        is_cut: decoded.is_cut,
        unknown: decoded.unknown,
        violations: decoded.value.map(validate).unwrap_or_default(),
    }
}

/// Whether an object has something else than null at a path.
pub fn is_written(reader: &Reader<'_, '_>, object: NodeId, path: &FieldPath) -> bool {
    let place = locate(reader, object, path);
    place.exists && !Cursor::at(reader, place.node).is_null()
}
