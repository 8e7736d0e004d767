//! What is applied together because the configuration says so.

use super::draft::{Draft, DraftKind};
use super::{File, Plan, UnitKind};
use crate::kustomize::Kustomization;
use crate::settings::Entry;
use crate::settings::pattern::{fits_path, glob};
use crate::text::paths::slashed;
use globset::GlobMatcher;
use std::path::Path;

/// Files that are applied together.
#[derive(Debug)]
pub struct ScopeEntry {
    /// What messages call it.
    pub name: Option<String>,
    /// Its files, directories and kustomizations.
    pub paths: Vec<Entry<String>>,
    /// The namespace of its objects that name none.
    pub namespace: Option<String>,
    globs: Vec<GlobMatcher>,
}

/// All of them, and the directory that their paths are relative to.
#[derive(Clone, Copy, Debug)]
pub struct Configured<'c> {
    /// The directory of the configuration.
    pub directory: &'c Path,
    /// What it says.
    pub scopes: &'c [ScopeEntry],
}

impl ScopeEntry {
    /// Takes the paths for patterns, as far as they are some.
    pub(crate) fn new(
        name: Option<String>,
        paths: Vec<Entry<String>>,
        namespace: Option<String>,
    ) -> Self {
        let globs = paths.iter().filter_map(|path| glob(&path.value).ok());
        Self {
            globs: globs.collect(),
            name,
            paths,
            namespace,
        }
    }

    /// Which of the paths fit one below the directory of the configuration.
    pub(crate) fn fitting(&self, path: &str) -> impl Iterator<Item = usize> {
        let globs = self.globs.iter().enumerate();
        globs
            .filter(move |(_, glob)| fits_path(glob, path))
            .map(|(at, _)| at)
    }
}

/// Takes what the configuration's scopes are made of out of the natural units. A kustomization
/// whose file lies there goes over as a whole, with all that it does to what it takes in.
pub(super) fn plans(
    configured: Configured<'_>,
    files: &[File],
    kustomizations: &[Kustomization],
    units: &mut Vec<Draft>,
) -> Vec<Plan> {
    let fitting = |path: &Path| -> Vec<usize> {
        let Ok(below) = path.strip_prefix(configured.directory) else {
            return Vec::new();
        };
        let name = slashed(below);
        let scopes = configured.scopes.iter().enumerate();
        let fitting = scopes.filter(|(_, scope)| scope.fitting(&name).next().is_some());
        fitting.map(|(at, _)| at).collect()
    };
    let mut own: Vec<Draft> = configured.scopes.iter().map(empty).collect();
    for unit in &mut *units {
        match unit.kind {
            DraftKind::Stream => {}
            DraftKind::Kustomization(at) => {
                let into = fitting(&kustomizations[at].path);
                for scope in &into {
                    own[*scope].members.extend_from_slice(&unit.members);
                    own[*scope].patches.extend_from_slice(&unit.patches);
                    own[*scope].gaps.extend_from_slice(&unit.gaps);
                }
                if !into.is_empty() {
                    unit.members.clear();
                }
            }
            DraftKind::Directory => unit.members.retain(|member| {
                let path = files[member.file].path.as_deref();
                let into = path.map(fitting).unwrap_or_default();
                for scope in &into {
                    own[*scope].members.push(member.clone());
                }
                into.is_empty()
            }),
        }
    }
    units.retain(|unit| !unit.members.is_empty());
    let own = own.into_iter().zip(configured.scopes);
    own.filter(|(unit, _)| !unit.members.is_empty())
        .map(|(mut unit, entry)| {
            unit.members.sort_by_key(|member| member.file);
            Plan {
                kind: UnitKind::Configured,
                namespace: entry.namespace.clone(),
                ..super::plan(unit, files)
            }
        })
        .collect()
}

fn empty(entry: &ScopeEntry) -> Draft {
    let paths: Vec<&str> = entry.paths.iter().map(|path| path.value.as_str()).collect();
    Draft {
        name: entry.name.clone().unwrap_or_else(|| paths.join(", ")),
        kind: DraftKind::Directory,
        members: Vec::new(),
        patches: Vec::new(),
        gaps: Vec::new(),
    }
}
