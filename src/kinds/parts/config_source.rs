//! How pods refer to `ConfigMap`s.

use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

/// A config map that a pod takes its environment or files from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigSource {
    /// Its name.
    pub name: Spanned<String>,
    /// The entries that are taken; none if all are.
    pub keys: Option<Vec<String>>,
}

impl ConfigSource {
    /// The config maps that a pod's `spec` refers to.
    pub fn of_pod(spec: Cursor<'_>) -> Vec<Self> {
        let items = |name: &str| spec.get(name).into_iter().flat_map(Cursor::items);
        let mut sources = Vec::new();
        for container in items("containers").chain(items("initContainers")) {
            let from = container.get("envFrom").into_iter().flat_map(Cursor::items);
            let whole = from.filter_map(|item| item.get("configMapRef"));
            sources.extend(whole.filter_map(Self::whole));
            let env = container.get("env").into_iter().flat_map(Cursor::items);
            let keys = env.filter_map(|item| item.get("valueFrom")?.get("configMapKeyRef"));
            sources.extend(keys.filter_map(Self::key));
        }
        for volume in items("volumes") {
            sources.extend(volume.get("configMap").and_then(Self::files));
            let projected = volume.get("projected").and_then(|own| own.get("sources"));
            let projected = projected.into_iter().flat_map(Cursor::items);
            let maps = projected.filter_map(|source| source.get("configMap"));
            sources.extend(maps.filter_map(Self::files));
        }
        sources.shrink_to_fit();
        sources
    }

    fn whole(reference: Cursor<'_>) -> Option<Self> {
        Some(Self {
            name: reference.get("name")?.string()?,
            keys: None,
        })
    }

    fn key(reference: Cursor<'_>) -> Option<Self> {
        Some(Self {
            name: reference.get("name")?.string()?,
            keys: Some(vec![reference.get("key")?.text().to_owned()]),
        })
    }

    /// A volume takes all entries, or those it lists.
    fn files(volume: Cursor<'_>) -> Option<Self> {
        let items = volume.get("items");
        let keys = items.map(|items| {
            let keys = items.items().filter_map(|item| item.get("key"));
            keys.map(|key| key.text().to_owned()).collect()
        });
        Some(Self {
            name: volume.get("name")?.string()?,
            keys,
        })
    }

    /// Whether it takes an entry.
    pub fn takes(&self, key: &str) -> bool {
        let keys = self.keys.as_ref();
        keys.is_none_or(|keys| keys.iter().any(|own| own == key))
    }
}
