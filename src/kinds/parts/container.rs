//! Containers and their ports.

use super::collect::collect;
use super::port::{PortRef, Protocol};
use super::pre_stop::PreStop;
use super::probe::{Probe, ProbeKind};
use super::process::Process;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// When a container runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerRole {
    /// In `containers`: as long as the pod.
    Main,
    /// In `initContainers` with `restartPolicy: Always`: as long as the pod, too.
    Sidecar,
    /// In `initContainers`: gone before the pod is ready.
    Init,
}

/// A container.
#[derive(Clone, Debug)]
pub struct Container {
    /// When it runs.
    pub role: ContainerRole,
    /// `name`
    pub name: Option<Spanned<String>>,
    /// The name, or else the item's first key.
    pub span: Span,
    /// `ports`
    pub ports: Vec<ContainerPort>,
    /// The probes that are written down.
    pub probes: Vec<Probe>,
    /// How its process is started, if anything is said of it.
    pub process: Option<Box<Process>>,
    /// Whether `image` is that of a database, a cache or a broker.
    pub is_store: bool,
    /// `lifecycle.preStop`
    pub pre_stop: Option<Box<PreStop>>,
}

/// A port that a container declares.
#[derive(Clone, Debug)]
pub struct ContainerPort {
    /// `name`
    pub name: Option<Spanned<String>>,
    /// `containerPort`
    pub number: Option<Spanned<i64>>,
    /// `protocol`
    pub protocol: Protocol,
    /// The value of `protocol`, if it is written down.
    pub protocol_span: Option<Span>,
    /// `hostPort` and `hostIP`, if they are set.
    pub host: Option<Box<HostPort>>,
    /// The number, or else the item's first key.
    pub span: Span,
}

impl Container {
    /// The name for messages.
    pub fn display(&self) -> &str {
        self.name.as_ref().map_or("?", |name| name.value.as_str())
    }

    /// A probe.
    pub fn probe(&self, kind: ProbeKind) -> Option<&Probe> {
        self.probes.iter().find(|probe| probe.kind == kind)
    }

    /// Whether two of its probes ask the same in the same way: a name and its number are one port.
    pub fn asks_same(&self, left: &Probe, right: &Probe) -> bool {
        left.asks_like(right) && self.port_asked(left) == self.port_asked(right)
    }

    /// The port that a probe asks, by its number if that is known.
    pub fn port_asked(&self, probe: &Probe) -> Option<PortRef> {
        match &probe.port.as_ref()?.value {
            PortRef::Name(name) => {
                let is_it =
                    |own: &&ContainerPort| own.name.as_ref().is_some_and(|own| own.value == *name);
                let declared = self.ports.iter().find(is_it)?;
                Some(PortRef::Number(declared.number.as_ref()?.value))
            }
            known => Some(known.clone()),
        }
    }

    /// Another probe that asks the same, of a port that the container declares, with that.
    pub fn asks_elsewhere(&self, probe: &Probe) -> Option<(&Probe, i64)> {
        let mut others = self.probes.iter();
        others.find_map(|other| {
            let Some(PortRef::Number(number)) = self.port_asked(other) else {
                return None;
            };
            let mut declared = self.ports.iter().filter_map(|own| own.number.as_ref());
            let is_declared = declared.any(|own| own.value == number);
            let is_other = other.kind != probe.kind && other.asks_like(probe);
            (is_other && is_declared).then_some((other, number))
        })
    }

    /// Whether its ports can be reached while the pod serves (ES `utils.go:FindPort`).
    pub fn serves(&self) -> bool {
        self.role != ContainerRole::Init
    }

    pub(in crate::kinds) fn read(item: Cursor<'_>, init: bool) -> Self {
        let restarts = item
            .get("restartPolicy")
            .is_some_and(|policy| policy.text() == "Always");
        let role = match (init, restarts) {
            (false, _) => ContainerRole::Main,
            (true, true) => ContainerRole::Sidecar,
            (true, false) => ContainerRole::Init,
        };
        let name = item.get("name").and_then(Cursor::string);
        let span = name
            .as_ref()
            .map_or_else(|| item.key_span(), |name| name.span);
        let ports = item.get("ports").into_iter().flat_map(Cursor::items);
        let probes = ProbeKind::ALL
            .into_iter()
            .filter_map(|kind| Probe::read(item, kind));
        Self {
            role,
            name,
            span,
            ports: collect(ports.map(ContainerPort::read)),
            probes: collect(probes),
            process: Process::read(item),
            is_store: item
                .get("image")
                .is_some_and(|image| is_store(image.text())),
            pre_stop: PreStop::read(item),
        }
    }
}

/// What images of databases, caches and brokers are called.
const STORES: &[&str] = &[
    "cassandra",
    "cockroach",
    "cp-kafka",
    "cp-zookeeper",
    "etcd",
    "kafka",
    "mariadb",
    "memcached",
    "mongo",
    "mongodb",
    "mysql",
    "mysql-server",
    "nats",
    "percona-server",
    "postgis",
    "postgres",
    "postgresql",
    "rabbitmq",
    "redis",
    "redis-stack-server",
    "timescaledb",
    "valkey",
    "zookeeper",
];

/// Whether an image is that of a database, a cache or a broker: `registry.example/postgres:16`.
fn is_store(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split([':', '@']).next().unwrap_or(name);
    STORES.contains(&name)
}

/// A port of the node that leads to a container.
#[derive(Clone, Debug)]
pub struct HostPort {
    /// `hostPort`, unless it is 0, which means none.
    pub port: Option<Spanned<i64>>,
    /// `hostIP`; empty if it is not set.
    pub address: String,
}

impl HostPort {
    fn read(item: Cursor<'_>) -> Option<Box<Self>> {
        let port = item.get("hostPort").and_then(Cursor::integer);
        let port = port.filter(|port| port.value != 0);
        let address = item.get("hostIP").map_or("", Cursor::text).to_owned();
        let is_set = port.is_some() || !address.is_empty();
        is_set.then(|| Box::new(Self { port, address }))
    }
}

impl ContainerPort {
    /// Where `name` stands, or else the item.
    pub fn place(&self) -> Span {
        self.name.as_ref().map_or(self.span, |name| name.span)
    }

    /// The port of the node that leads to it, if it asks for one.
    pub fn host_port(&self) -> Option<&Spanned<i64>> {
        self.host.as_ref()?.port.as_ref()
    }

    fn read(item: Cursor<'_>) -> Self {
        let number = item.get("containerPort").and_then(Cursor::integer);
        let protocol = item.get("protocol").filter(|value| value.text() != "");
        let name = item.get("name").filter(|name| !is_placeholder(name.text()));
        Self {
            name: name
                .and_then(Cursor::string)
                .filter(|name| !name.value.is_empty()),
            span: number
                .as_ref()
                .map_or_else(|| item.key_span(), |number| number.span),
            number,
            host: HostPort::read(item),
            protocol: protocol.map_or(Protocol::Tcp, Protocol::read),
            protocol_span: protocol.map(Cursor::span),
        }
    }

    /// How people refer to it: `http (8080)`.
    pub fn display(&self) -> String {
        let number = self
            .number
            .as_ref()
            .map_or("?".to_owned(), |number| number.value.to_string());
        match &self.name {
            Some(name) => format!("`{}` ({number})", name.value),
            None => number,
        }
    }
}
