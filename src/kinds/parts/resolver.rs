//! How pods look names up.

use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;

/// What a pod's `spec` says of DNS.
#[derive(Clone, Debug, Default)]
pub struct Resolver {
    /// `dnsPolicy`
    pub policy: Option<Spanned<String>>,
    /// Whether `dnsConfig` names servers.
    pub has_servers: bool,
    /// Whether `dnsConfig` names domains to search in.
    pub has_searches: bool,
    /// Whether `dnsConfig` asks over TCP (`use-vc`).
    pub uses_tcp: bool,
    /// Names that the pod knows without asking: its own, and those of `hostAliases`.
    pub own_names: Vec<String>,
}

impl Resolver {
    /// Reads it; none if nothing is said.
    pub(in crate::kinds) fn read(spec: Cursor<'_>) -> Option<Box<Self>> {
        let config = spec.get("dnsConfig");
        let list = |name: &str| {
            let list = config.and_then(|config| config.get(name));
            list.into_iter().flat_map(Cursor::items)
        };
        let aliases = spec.get("hostAliases").into_iter().flat_map(Cursor::items);
        let names = aliases
            .filter_map(|alias| alias.get("hostnames"))
            .flat_map(Cursor::items);
        let names = spec.get("hostname").into_iter().chain(names);
        let resolver = Self {
            policy: spec.get("dnsPolicy").and_then(Cursor::string),
            has_servers: list("nameservers").next().is_some(),
            has_searches: list("searches").next().is_some(),
            uses_tcp: list("options")
                .filter_map(|option| option.get("name"))
                .any(|name| name.text() == "use-vc"),
            own_names: names.map(|name| name.text().to_ascii_lowercase()).collect(),
        };
        let is_silent =
            resolver.policy.is_none() && resolver.own_names.is_empty() && config.is_none();
        (!is_silent).then(|| Box::new(resolver))
    }
}
