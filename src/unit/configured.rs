//! What is applied together because the configuration says so.

use super::grouping::Natural;
use super::{File, Plan, UnitKind};
use crate::kustomize::Kustomization;
use crate::settings::Entry;
use crate::settings::pattern::{fits_path, glob};
use crate::text::paths::slashed;
use globset::GlobSet;
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
    globs: Vec<GlobSet>,
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

impl Configured<'_> {
    /// Takes what the scopes are made of out of what lies together. A kustomization whose file lies
    /// there goes over as a whole, with all that it does to what it takes in.
    pub(super) fn take(
        self,
        files: &[File],
        kustomizations: &[Kustomization],
        natural: &mut Natural,
    ) -> Vec<Plan> {
        let mut own: Vec<Plan> = self.scopes.iter().map(ScopeEntry::plan).collect();
        natural.kustomizations.retain(|(at, plan)| {
            let into = self.fitting(&kustomizations[*at].path);
            for scope in &into {
                own[*scope].files.extend_from_slice(&plan.files);
                own[*scope].patches.extend_from_slice(&plan.patches);
                own[*scope].gaps.extend_from_slice(&plan.gaps);
            }
            into.is_empty()
        });
        for plan in &mut natural.directories {
            plan.files.retain(|file| {
                let path = files[file.source.0 as usize].path.as_deref();
                let into = path.map(|path| self.fitting(path)).unwrap_or_default();
                for scope in &into {
                    own[*scope].files.push(file.clone());
                }
                into.is_empty()
            });
        }
        own.retain(|plan| !plan.files.is_empty());
        for plan in &mut own {
            plan.files.sort_by_key(|file| file.source);
        }
        own
    }

    /// The scopes that a file lies in.
    fn fitting(self, path: &Path) -> Vec<usize> {
        let Ok(below) = path.strip_prefix(self.directory) else {
            return Vec::new();
        };
        let name = slashed(below);
        let scopes = self.scopes.iter().enumerate();
        let fitting = scopes.filter(|(_, scope)| scope.fitting(&name).next().is_some());
        fitting.map(|(at, _)| at).collect()
    }
}

impl ScopeEntry {
    /// It without its files.
    fn plan(&self) -> Plan {
        let paths: Vec<&str> = self.paths.iter().map(|path| path.value.as_str()).collect();
        let name = self.name.clone().unwrap_or_else(|| paths.join(", "));
        Plan {
            namespace: self.namespace.clone(),
            ..Plan::new(name, UnitKind::Configured)
        }
    }
}
