//! What the base revision had (`--base`).

use std::collections::{BTreeMap, BTreeSet};

/// What there was in the base revision. That nothing has a name is no finding, for it may be
/// elsewhere; that something has it no longer is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// The Services. Others may have the same name where something else is applied.
    services: BTreeMap<ServiceKey, Vec<OldService>>,
}

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
    /// Whether it selected pods.
    pub(super) had_pods: bool,
}

impl FromIterator<(ServiceKey, OldService)> for Base {
    fn from_iter<I: IntoIterator<Item = (ServiceKey, OldService)>>(all: I) -> Self {
        let mut services: BTreeMap<ServiceKey, Vec<OldService>> = BTreeMap::new();
        for (key, service) in all {
            services.entry(key).or_default().push(service);
        }
        Self { services }
    }
}

impl Base {
    fn services(&self, key: &ServiceKey) -> &[OldService] {
        self.services.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether there was a Service that is applied together with a file.
    pub(super) fn had_service(&self, key: &ServiceKey, file: &str) -> bool {
        let mut services = self.services(key).iter();
        services.any(|service| !service.apart.contains(file))
    }

    /// Whether a Service of today selected pods, whatever file it was in.
    pub(super) fn had_pods(&self, key: &ServiceKey) -> bool {
        let services = self.services(key);
        !services.is_empty() && services.iter().all(|service| service.had_pods)
    }
}
