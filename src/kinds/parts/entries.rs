//! The keys of a `ConfigMap` or a `Secret`. What stands behind them is none of our business.

use super::collect::collect;
use crate::text::placeholder::is_placeholder;
use crate::yaml::cursor::Cursor;

/// The keys that an object has entries for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// The keys, in the order of the text.
    pub keys: Vec<String>,
    /// Whether there may be others: part of it cannot be read, or something fills it in when it is
    /// in the cluster.
    pub may_have_more: bool,
}

/// Parts of annotations and labels by which a controller is asked to fill an object in, or says
/// that it does: cert-manager and its trust-manager and CA injector, emberstack's reflector,
/// mittwald's replicator, Sealed Secrets, External Secrets, `OpenShift`'s service CA and cluster
/// network operator.
const FILLED_IN: &[&str] = &[
    "cert-manager.io/",
    "emberstack.com/",
    "mittwald.de/",
    "sealedsecrets.bitnami.com/",
    "external-secrets.io/",
    "inject-cabundle",
    "inject-trusted-cabundle",
    "beta.openshift.io/",
];

impl Entries {
    /// Reads the keys of some mappings of an object.
    pub(in crate::kinds) fn read<const N: usize>(object: Cursor<'_>, maps: [&str; N]) -> Self {
        let maps = maps.iter().filter_map(|name| object.get(name));
        let maps: Vec<Cursor<'_>> = maps.collect();
        let is_readable = maps.iter().all(|map| map.is_map() && !map.is_masked());
        let keys = maps.into_iter().flat_map(Cursor::entries);
        let keys = collect(keys.map(|(key, _)| key.value));
        let is_written_out = keys.iter().all(|key| !is_placeholder(key));
        Self {
            may_have_more: !is_readable || !is_written_out || is_filled_in(object),
            keys,
        }
    }

    /// Whether there is an entry with a key.
    pub fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|own| own == key)
    }
}

/// Whether something adds entries to an object, or decrypts it (SOPS writes `sops` beside `data`).
fn is_filled_in(object: Cursor<'_>) -> bool {
    let metadata = object.get("metadata");
    let maps = ["annotations", "labels"];
    let maps = maps.iter().filter_map(|name| metadata?.get(name));
    let mut keys = maps.flat_map(Cursor::entries).map(|(key, _)| key.value);
    let is_asked = keys.any(|key| FILLED_IN.iter().any(|part| key.contains(part)));
    is_asked || object.field("sops").is_some()
}
