//! What a document says it is: its `apiVersion` and `kind`, or what was meant to be them.

use super::{Problem, ProblemKind};
use crate::catalogue::ids;
use crate::kinds::kind::{group_version, is_builtin_group};
use crate::kinds::recognize::{Recognized, recognize};
use crate::kinds::{Kind, served};
use crate::text::similar::is_slip;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// What became of `apiVersion` and `kind`.
pub(super) enum Header {
    /// Both are there.
    Manifest {
        /// `apiVersion`
        api_version: String,
        /// `kind`
        kind: String,
    },
    /// The document is a manifest but for what is wrong with them. kubectl refuses it
    /// (apimachinery `unstructured/helpers.go`: `Object 'Kind' is missing`).
    Broken(Vec<Problem>),
    /// It is no manifest.
    None,
}

/// Reads the header of a document, or of an item of a list.
pub(super) fn read(object: Cursor<'_>, is_kustomized: bool) -> Header {
    let api_version = Field::find(object, "apiVersion");
    let kind = Field::find(object, "kind");
    if let (Field::Written(api_version), Field::Written(kind)) = (&api_version, &kind) {
        return Header::Manifest {
            api_version: api_version.value.clone(),
            kind: kind.value.clone(),
        };
    }
    // kubectl takes a list apart without asking for its version (cli-runtime
    // `visitor.go:FlattenListVisitor`).
    if let Field::Written(kind) = &kind
        && lists_manifests(object, is_kustomized)
    {
        return Header::Manifest {
            api_version: String::new(),
            kind: kind.value.clone(),
        };
    }
    if !is_meant_as_manifest(object, &api_version, &kind) {
        return Header::None;
    }
    let place = object.key_span();
    let problems = [
        kind.problem("kind", api_version.span().unwrap_or(place), None),
        api_version.problem(
            "apiVersion",
            kind.span().unwrap_or(place),
            kind.value().and_then(served::api_version),
        ),
    ];
    let mut problems: Vec<Problem> = problems.into_iter().flatten().collect();
    if is_kustomized {
        // What is missing here may come from elsewhere.
        problems.retain(|problem| !matches!(problem.kind, ProblemKind::HeaderMissing { .. }));
    }
    if problems.is_empty() {
        Header::None
    } else {
        Header::Broken(problems)
    }
}

fn lists_manifests(object: Cursor<'_>, is_kustomized: bool) -> bool {
    let items = object.get("items").filter(|items| items.is_list());
    let mut items = items.into_iter().flat_map(Cursor::items);
    items.any(|item| matches!(read(item, is_kustomized), Header::Manifest { .. }))
}

/// A field of the header.
enum Field {
    /// It has a value.
    Written(Spanned<String>),
    /// Another key that looks like it has one.
    Slip {
        /// That key.
        key: Spanned<String>,
        /// Its value.
        value: Spanned<String>,
    },
    /// Nothing is like it.
    Missing,
}

impl Field {
    fn find(object: Cursor<'_>, name: &str) -> Self {
        let text = |value: Cursor<'_>| value.string().filter(|text| !text.value.is_empty());
        if let Some(value) = object.get(name).and_then(text) {
            return Self::Written(value);
        }
        let slip = object.entries().into_iter().find_map(|(key, value)| {
            let value = text(value).filter(|_| is_slip(&key.value, name))?;
            Some(Self::Slip { key, value })
        });
        slip.unwrap_or(Self::Missing)
    }

    fn value(&self) -> Option<&str> {
        match self {
            Self::Written(value) | Self::Slip { value, .. } => Some(&value.value),
            Self::Missing => None,
        }
    }

    fn span(&self) -> Option<Span> {
        match self {
            Self::Written(value) | Self::Slip { value, .. } => Some(value.span),
            Self::Missing => None,
        }
    }

    /// What is wrong with it; what is missing is shown at `beside`.
    fn problem(
        &self,
        field: &'static str,
        beside: Span,
        value: Option<&'static str>,
    ) -> Option<Problem> {
        let (span, kind) = match self {
            Self::Written(_) => return None,
            Self::Slip { key, .. } => {
                let written = key.value.clone();
                (key.span, ProblemKind::HeaderSlip { field, written })
            }
            Self::Missing => (beside, ProblemKind::HeaderMissing { field, value }),
        };
        Some(Problem {
            rule: ids::INVALID_MANIFEST,
            span,
            kind,
        })
    }
}

/// Whether a mapping without a proper header is a manifest all the same. Other tools' files have
/// `kind` or `apiVersion` too (Chart.yaml, Drone, Teleport, Score): what the value is has to be
/// Kubernetes' own, and the object has to have a name.
fn is_meant_as_manifest(object: Cursor<'_>, api_version: &Field, kind: &Field) -> bool {
    let metadata = object.get("metadata");
    let is_named = metadata.is_some_and(|metadata| {
        ["name", "generateName"]
            .iter()
            .any(|field| metadata.get(field).is_some())
    });
    is_named
        && match (api_version.value(), kind.value()) {
            // Some tools call it `apiversion`.
            (Some(version), Some(name)) => {
                matches!(
                    (api_version, kind),
                    (Field::Slip { .. }, Field::Slip { .. })
                ) || is_builtin_version(version)
                    || is_read(version, name)
            }
            (Some(api_version), None) => is_builtin_version(api_version),
            (None, Some(kind)) => served::api_version(kind).is_some(),
            (None, None) => false,
        }
}

/// Whether rules read a kind.
fn is_read(api_version: &str, kind: &str) -> bool {
    matches!(
        recognize(api_version, kind),
        Recognized::Read { kind, .. } if kind != Kind::Custom
    )
}

fn is_builtin_version(api_version: &str) -> bool {
    let (group, version) = group_version(api_version);
    let number = version.strip_prefix('v');
    is_builtin_group(group)
        && number.is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()))
}
