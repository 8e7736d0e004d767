//! `ConfigMap`.

use super::parts::collect::collect;
use super::parts::entries::Entries;
use super::parts::host::{HostUse, host_uses};
use super::row::{Row, Version};
use crate::yaml::cursor::Cursor;
use k8s_openapi::api::core::v1;

pub(super) static ROW: Row = Row {
    reports_version: false,
    ..Row::typed::<v1::ConfigMap>(&[Version::since("v1", 2)])
};

pub(super) fn read(object: Cursor<'_>) -> ConfigMap {
    let data = object.get("data").map(Cursor::entries).unwrap_or_default();
    let hosts = data.into_iter().filter_map(|(key, value)| {
        let text = value.string()?;
        let (value, source) = (text.value.as_str(), value.source());
        let hosts = host_uses(value, source, text.span);
        (!hosts.is_empty()).then_some(ConfigEntry {
            key: key.value,
            hosts,
        })
    });
    ConfigMap {
        hosts: collect(hosts),
        entries: Entries::read(object, ["data", "binaryData"]),
    }
}

/// A core/v1 `ConfigMap`. Of its texts, which may be long, only the hosts are kept that they name.
#[derive(Clone, Debug)]
pub struct ConfigMap {
    /// The entries of `data` that name hosts.
    pub hosts: Vec<ConfigEntry>,
    /// The keys of `data` and `binaryData`.
    pub entries: Entries,
}

/// An entry of `data`.
#[derive(Clone, Debug)]
pub struct ConfigEntry {
    /// Its key.
    pub key: String,
    /// The hosts in its value.
    pub hosts: Vec<HostUse>,
}
