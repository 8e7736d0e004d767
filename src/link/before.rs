//! What the base revision had (`--base`).

use super::{Index, Membership, ServiceLink, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// What there was in the base revision. That nothing has a name is no finding, for it may be
/// elsewhere; that something has it no longer is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// The Services. Others may have the same name where something else is applied.
    services: BTreeMap<Key, Vec<There>>,
}

/// Unit, namespace and name.
type Key = (String, String, String);

/// A Service that there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct There {
    /// The files of the unit that are not applied together with it.
    apart: BTreeSet<String>,
    /// Whether it selected pods.
    had_pods: bool,
}

impl Before {
    /// Takes it from what was linked. Units and files are known by what `today` makes of their
    /// names.
    pub fn of(index: &Index, today: impl Fn(&str) -> String) -> Self {
        let mut services: BTreeMap<Key, Vec<There>> = BTreeMap::new();
        for unit in &index.units {
            let name = today(&unit.name);
            for link in index.services(unit) {
                let apart = unit.apart_from(link.source()).into_iter();
                let there = There {
                    apart: apart
                        .map(|source| today(&index.sources.get(source).name))
                        .collect(),
                    had_pods: *link.membership() == Membership::Matched,
                };
                services.entry(key(&name, link)).or_default().push(there);
            }
        }
        Self { services }
    }

    /// Whether there was a Service with this name for a file.
    pub fn had_service(&self, unit: &Unit, file: &str, namespace: &str, name: &str) -> bool {
        let key = (unit.name.clone(), namespace.to_owned(), name.to_owned());
        let there = self.services.get(&key).into_iter().flatten();
        there.into_iter().any(|there| !there.apart.contains(file))
    }

    /// Whether a Service of today selected pods, whatever file it was in.
    pub fn had_pods(&self, unit: &Unit, link: ServiceLink<'_>) -> bool {
        let there = self.services.get(&key(&unit.name, link));
        there.is_some_and(|there| there.iter().all(|there| there.had_pods))
    }
}

fn key(unit: &str, link: ServiceLink<'_>) -> Key {
    let name = link.object().identity.name.clone();
    (unit.to_owned(), link.namespace().name.clone(), name)
}
