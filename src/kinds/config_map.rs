//! `ConfigMap`.

use super::parts::collect::collect;
use super::parts::entries::Entries;
use super::parts::host::{HostUse, host_uses};
use super::parts::pod_template::numbers_in;
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
        let mut numbers: Vec<u16> = numbers_in(value).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let is_empty = hosts.is_empty() && numbers.is_empty();
        (!is_empty).then(|| ConfigEntry {
            key: key.value,
            hosts,
            numbers: collect(numbers.into_iter()),
        })
    });
    ConfigMap {
        hosts: collect(hosts),
        entries: Entries::read(object, ["data", "binaryData"]),
    }
}

/// A core/v1 `ConfigMap`. Of its texts, which may be long, only the hosts and the numbers are
/// kept that they name.
#[derive(Clone, Debug)]
pub struct ConfigMap {
    /// The entries of `data` that name hosts or numbers.
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
    /// The numbers in its value, in order: ports that something probably listens on.
    pub numbers: Vec<u16>,
}
