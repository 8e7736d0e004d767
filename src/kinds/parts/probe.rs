//! Probes: how the kubelet asks a container whether it works.

use super::port::PortRef;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;

/// Which probe it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProbeKind {
    /// `readinessProbe`
    Readiness,
    /// `livenessProbe`
    Liveness,
    /// `startupProbe`
    Startup,
}

impl ProbeKind {
    pub(in crate::kinds) const ALL: [Self; 3] = [Self::Readiness, Self::Liveness, Self::Startup];

    /// The field's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Readiness => "readinessProbe",
            Self::Liveness => "livenessProbe",
            Self::Startup => "startupProbe",
        }
    }
}

/// How a probe asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProbeHandler {
    /// `httpGet`
    Http,
    /// `tcpSocket`
    Tcp,
    /// `grpc`
    Grpc,
    /// `exec`
    Exec,
}

impl ProbeHandler {
    const ALL: [Self; 4] = [Self::Http, Self::Tcp, Self::Grpc, Self::Exec];

    /// The field's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "httpGet",
            Self::Tcp => "tcpSocket",
            Self::Grpc => "grpc",
            Self::Exec => "exec",
        }
    }
}

/// A probe.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Which one.
    pub kind: ProbeKind,
    /// Its key.
    pub span: Span,
    /// How it asks, if it says so.
    pub handler: Option<ProbeHandler>,
    /// The port of `httpGet`, `tcpSocket` or `grpc`.
    pub port: Option<Spanned<PortRef>>,
    /// The host of `httpGet` or `tcpSocket`, if it is not the pod.
    pub host: Option<Box<Spanned<String>>>,
    /// What it asks for: path and headers, gRPC service or command.
    pub question: Box<str>,
    /// `httpGet.path`, if nothing but the port stands beside it.
    pub path: Option<Box<str>>,
    /// `periodSeconds`
    pub period: Option<Spanned<i64>>,
    /// `timeoutSeconds`
    pub timeout: Option<Spanned<i64>>,
    /// `failureThreshold`
    pub failure_threshold: Option<Spanned<i64>>,
}

impl Probe {
    pub(in crate::kinds) fn read(container: Cursor<'_>, kind: ProbeKind) -> Option<Self> {
        let probe = container.get(kind.as_str())?;
        let found = ProbeHandler::ALL
            .into_iter()
            .find_map(|handler| Some((handler, probe.get(handler.as_str())?)));
        let field = |name: &str| found.and_then(|(_, value)| value.get(name));
        // 0 means the default to the API server, as if it were absent.
        let number = |name: &str| {
            let number = probe.get(name).and_then(Cursor::integer);
            number.filter(|number| number.value != 0)
        };
        Some(Self {
            kind,
            span: probe.key_span(),
            handler: found.map(|(handler, _)| handler),
            port: field("port").and_then(PortRef::read),
            host: field("host")
                .and_then(Cursor::string)
                .filter(is_set)
                .map(Box::new),
            question: found.map_or(Box::from(""), |(_, value)| question(value)),
            path: found.and_then(|(handler, value)| plain_path(handler, value)),
            period: number("periodSeconds"),
            timeout: number("timeoutSeconds"),
            failure_threshold: number("failureThreshold"),
        })
    }

    /// How long it takes to give up on a container, in seconds
    /// (K `core/v1/defaults.go:SetDefaults_Probe`).
    pub fn patience(&self) -> i64 {
        let or = |field: &Option<Spanned<i64>>, default| {
            field.as_ref().map_or(default, |number| number.value)
        };
        or(&self.period, 10).saturating_mul(or(&self.failure_threshold, 3))
    }

    /// Whether another probe asks the same question of the same host, be it on another port.
    pub(in crate::kinds) fn asks_like(&self, other: &Self) -> bool {
        let host = |probe: &Self| probe.host.as_ref().map(|host| host.value.clone());
        self.handler.is_some()
            && self.handler == other.handler
            && self.question == other.question
            && host(self) == host(other)
    }
}

fn is_set(host: &Spanned<String>) -> bool {
    !host.value.is_empty() && !is_placeholder(&host.value)
}

/// The path that an `httpGet` asks for, if it says nothing else that another probe would need.
fn plain_path(handler: ProbeHandler, value: Cursor<'_>) -> Option<Box<str>> {
    let is_plain = |key: &Cursor<'_>| matches!(key.text(), "path" | "port");
    let is_meant = handler == ProbeHandler::Http && value.keys().iter().all(is_plain);
    let path = value.get("path").and_then(Cursor::string)?.value;
    let is_simple = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
    (is_meant && !path.is_empty() && path.chars().all(is_simple)).then(|| path.into())
}

/// All that a handler says besides port and host, in one line.
fn question(handler: Cursor<'_>) -> Box<str> {
    let mut words: Vec<&str> = ["scheme", "path", "service"]
        .iter()
        .filter_map(|name| handler.get(name).map(Cursor::text))
        .collect();
    let list = |name: &str| handler.get(name).into_iter().flat_map(Cursor::items);
    words.extend(list("command").map(Cursor::text));
    for header in list("httpHeaders") {
        words.extend(
            ["name", "value"]
                .iter()
                .filter_map(|name| header.get(name).map(Cursor::text)),
        );
    }
    words.join(" ").into()
}
