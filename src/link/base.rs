//! What the base revision had (`--base`).

use std::collections::{BTreeMap, BTreeSet};

/// What there was in the base revision. That nothing has a name is no finding, for it may be
/// elsewhere; that something has it no longer is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// The Services. Others may have the same name where something else is applied.
    services: BTreeMap<ServiceKey, Vec<OldService>>,
    /// What each unit had, by its name.
    units: BTreeMap<String, BTreeSet<OldObject>>,
    /// Those whose directory, or kustomization, is not there any more.
    gone: BTreeSet<String>,
}

/// An object that there was: its namespace, kind and name.
pub(super) type OldObject = (String, String, String);

/// How a Service is known in both revisions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ServiceKey {
    pub(super) unit: String,
    pub(super) namespace: String,
    pub(super) name: String,
}

/// A Service that there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OldService {
    /// The files of the unit that are not applied together with it.
    pub(super) apart: BTreeSet<String>,
    /// Its own file, if no other one of the unit is applied together with it.
    pub(super) alone: Option<String>,
    /// Whether it selected pods.
    pub(super) had_pods: bool,
}

impl Base {
    pub(super) fn new(
        all: impl Iterator<Item = (ServiceKey, OldService)>,
        units: BTreeMap<String, BTreeSet<OldObject>>,
        is_gone: impl Fn(&str) -> bool,
    ) -> Self {
        let mut services: BTreeMap<ServiceKey, Vec<OldService>> = BTreeMap::new();
        for (key, service) in all {
            services.entry(key).or_default().push(service);
        }
        let gone = units.keys().filter(|name| is_gone(name));
        Self {
            services,
            gone: gone.cloned().collect(),
            units,
        }
    }

    /// What units of today were called that have another name since: a directory was renamed. Of
    /// the units that are gone it is the one that had most of the objects, and half of them at
    /// least.
    pub(super) fn renamed(
        &self,
        today: &BTreeMap<String, BTreeSet<OldObject>>,
    ) -> BTreeMap<String, String> {
        let gone = self.units.iter();
        let gone = gone.filter(|(name, _)| self.gone.contains(*name) && !today.contains_key(*name));
        let mut owners: BTreeMap<&OldObject, Vec<&str>> = BTreeMap::new();
        for (name, objects) in gone {
            for object in objects {
                owners.entry(object).or_default().push(name);
            }
        }
        let new = today.iter();
        let new = new.filter(|(name, _)| !self.units.contains_key(*name));
        let renamed = new.filter_map(|(name, objects)| {
            let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
            let before = objects.iter().filter_map(|object| owners.get(object));
            for owner in before.flatten() {
                *shared.entry(owner).or_default() += 1;
            }
            let (before, count) = shared.into_iter().max_by_key(|(_, count)| *count)?;
            (count * 2 >= objects.len()).then(|| (name.clone(), before.to_owned()))
        });
        renamed.collect()
    }

    /// Whether a unit had an object.
    pub(super) fn had(&self, unit: &str, object: &OldObject) -> bool {
        let objects = self.units.get(unit);
        objects.is_some_and(|objects| objects.contains(object))
    }

    /// The Services that others do not have, by namespace and name.
    pub fn services_without(&self, others: &Self) -> Vec<String> {
        let names = |base: &Self| -> BTreeSet<String> {
            let keys = base.services.keys();
            keys.map(|key| format!("{}/{}", key.namespace, key.name))
                .collect()
        };
        let (own, others) = (names(self), names(others));
        own.difference(&others).cloned().collect()
    }

    fn services(&self, key: &ServiceKey) -> &[OldService] {
        self.services.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether there was a Service that is applied together with a file.
    pub(super) fn had_service(&self, key: &ServiceKey, file: &str) -> bool {
        let mut services = self.services(key).iter();
        services.any(|service| match &service.alone {
            Some(own) => own == file,
            None => !service.apart.contains(file),
        })
    }

    /// Whether a Service of today selected pods, whatever file it was in.
    pub(super) fn had_pods(&self, key: &ServiceKey) -> bool {
        let services = self.services(key);
        !services.is_empty() && services.iter().all(|service| service.had_pods)
    }
}
