//! What is applied together because the configuration says so.

use crate::config::{Config, ScopeEntry};
use crate::kustomize::{Unit, UnitKind};
use crate::link::{Scope, ScopeKind};
use crate::load::Loaded;
use std::path::Path;

/// Takes what the configuration's scopes are made of out of the natural units. A kustomization
/// whose file lies there goes over as a whole, with all that it does to what it takes in.
pub(super) fn scopes(config: &Config, loaded: &Loaded, units: &mut Vec<Unit>) -> Vec<Scope> {
    let fitting = |path: &Path| -> Vec<usize> {
        let Some(name) = config.name_below(path) else {
            return Vec::new();
        };
        let scopes = config.scopes.iter().enumerate();
        let fitting = scopes.filter(|(_, scope)| scope.fitting(&name).next().is_some());
        fitting.map(|(at, _)| at).collect()
    };
    let mut own: Vec<Unit> = config.scopes.iter().map(empty).collect();
    for unit in &mut *units {
        match unit.kind {
            UnitKind::Stream => {}
            UnitKind::Kustomization(at) => {
                let into = fitting(&loaded.kustomizations[at].path);
                for scope in &into {
                    own[*scope].members.extend_from_slice(&unit.members);
                    own[*scope].patches.extend_from_slice(&unit.patches);
                    own[*scope].doubts.extend_from_slice(&unit.doubts);
                }
                if !into.is_empty() {
                    unit.members.clear();
                }
            }
            UnitKind::Directory => unit.members.retain(|member| {
                let path = loaded.files[member.file].path.as_deref();
                let into = path.map(fitting).unwrap_or_default();
                for scope in &into {
                    own[*scope].members.push(member.clone());
                }
                into.is_empty()
            }),
        }
    }
    units.retain(|unit| !unit.members.is_empty());
    let own = own.into_iter().zip(&config.scopes);
    own.filter(|(unit, _)| !unit.members.is_empty())
        .map(|(mut unit, entry)| {
            unit.members.sort_by_key(|member| member.file);
            Scope {
                kind: ScopeKind::Configured,
                namespace: entry.namespace.clone(),
                ..super::scope(unit, &loaded.files)
            }
        })
        .collect()
}

fn empty(entry: &ScopeEntry) -> Unit {
    let paths: Vec<&str> = entry.paths.iter().map(|path| path.value.as_str()).collect();
    Unit {
        name: entry.name.clone().unwrap_or_else(|| paths.join(", ")),
        kind: UnitKind::Directory,
        members: Vec::new(),
        patches: Vec::new(),
        doubts: Vec::new(),
    }
}
