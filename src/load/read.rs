//! Reads what was found.

use super::text::{self, Decoded};
use super::walk::Found;
use crate::text::Failure;
use crate::unit::{File, Purpose, Role};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// A file that has been found and read.
pub(super) fn file(path: Option<PathBuf>, found: Found, decoded: Decoded) -> File {
    File {
        origin: None,
        name: found.name,
        path,
        role: found.role,
        purpose: Purpose::default(),
        text: decoded.text,
        encoding: decoded.encoding,
        problems: decoded.problems,
        depth: found.depth,
    }
}

/// A file that is only there so that others can be judged.
pub(super) fn context(name: String, path: PathBuf, decoded: Decoded) -> File {
    let (role, depth) = (Role::Context, 0);
    file(Some(path), Found { name, role, depth }, decoded)
}

/// Reads files, in the order of their paths.
pub(super) fn read_all(found: BTreeMap<OsString, Found>) -> (Vec<File>, Vec<Failure>) {
    let (failures, files) = found
        .into_par_iter()
        .map(|(path, found)| (PathBuf::from(path), found))
        .map(|(path, found)| match text::read(&path) {
            Ok(decoded) => Ok(file(Some(path), found, decoded)),
            Err(message) => Err(Failure {
                path: found.name,
                message,
            }),
        })
        .partition_map(Into::into);
    (files, failures)
}
