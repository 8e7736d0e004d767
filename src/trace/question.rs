//! What is asked of a trace, as people write it.

use super::address::Address;
use crate::kinds::{PortRef, with_pods};
use std::str::FromStr;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The way from every port of every Service.
    Services,
    /// The way from every port of every Service in a namespace.
    Namespace(String),
    /// The way from every workload to every port of every Service, in a namespace if one is named.
    All(Option<String>),
    /// The way of requests for a host and a path.
    Address(Address),
    /// The way from the ports of a Service, or from one of them.
    Service(ServiceName),
    /// Which Services send to a workload.
    Workload(ObjectName),
    /// The way from a workload to a port of a Service.
    Flow(ObjectName, ServiceName),
}

/// The name of an object: `deploy/web`, `Deployment/shop/web`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName {
    /// Its kind.
    pub kind: String,
    /// Its namespace, if it is written.
    pub namespace: Option<String>,
    /// `metadata.name`
    pub name: String,
}

/// The name of a Service, and of one of its ports: `shop/cart:http`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceName {
    /// Its namespace, if it is written.
    pub namespace: Option<String>,
    /// `metadata.name`
    pub name: String,
    /// The port, by its number or its name; all if it is not written.
    pub port: Option<PortRef>,
}

/// What kubectl calls kinds in short (`kubectl api-resources`).
const SHORT: [(&str, &str); 7] = [
    ("cj", "CronJob"),
    ("deploy", "Deployment"),
    ("ds", "DaemonSet"),
    ("po", "Pod"),
    ("rc", "ReplicationController"),
    ("rs", "ReplicaSet"),
    ("sts", "StatefulSet"),
];

impl Question {
    /// All Services of a namespace.
    fn of_namespace(text: &str, name: &str) -> Result<Self, String> {
        if name.is_empty() || name.contains(['/', ':']) {
            return Err(format!(
                "`{text}` names no namespace: write it as `ns/shop`"
            ));
        }
        Ok(Self::Namespace(name.to_owned()))
    }

    /// A Service, a workload, a namespace or an address.
    ///
    /// # Errors
    /// When it is written as none of them.
    pub fn of_target(text: &str) -> Result<Self, String> {
        if let Some(("ns" | "namespace" | "namespaces", name)) = text.split_once('/') {
            return Self::of_namespace(text, name);
        }
        let kind = text.split_once('/').map(|(kind, _)| kind);
        if kind.is_some_and(|kind| !is_service(kind) && workload_kind(kind).is_some()) {
            return text.parse().map(Self::Workload);
        }
        match Address::read(text) {
            Some(address) => Ok(Self::Address(address)),
            None => text.parse().map(Self::Service),
        }
    }
}

/// Whether a word means Services as kubectl takes it.
fn is_service(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    matches!(word.as_str(), "svc" | "service" | "services")
}

/// The groups of kinds that make pods, which kubectl takes behind the kind.
const GROUPS: [&str; 3] = ["apps", "argoproj.io", "batch"];

/// The kind that a word means as kubectl takes it: in short, in the plural, with its group, in any
/// case. Other words are kinds if they have a capital, which namespaces have not.
fn workload_kind(word: &str) -> Option<&str> {
    let (plain, group) = word.split_once('.').unwrap_or((word, GROUPS[0]));
    if !GROUPS.contains(&group) {
        return None;
    }
    let plain = plain.to_ascii_lowercase();
    let is_it = |kind: &&str| {
        let kind = kind.to_ascii_lowercase();
        plain == kind || plain.strip_suffix('s') == Some(kind.as_str())
    };
    let short = SHORT.iter().find(|(short, _)| *short == plain);
    let is_named = word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_alphanumeric());
    short
        .map(|(_, kind)| *kind)
        .or_else(|| with_pods().find(is_it))
        .or_else(|| is_named.then_some(word))
}

impl FromStr for ObjectName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (own, namespace, name) = match parts.as_slice() {
            [kind, name] => (*kind, None, *name),
            [kind, namespace, name] => (*kind, Some(*namespace), *name),
            _ => ("", None, ""),
        };
        if own.is_empty() || name.is_empty() || namespace == Some("") {
            let how = "write it as `deploy/web` or `Deployment/shop/web`";
            return Err(format!("`{text}` names no workload: {how}"));
        }
        Ok(Self {
            kind: workload_kind(own).unwrap_or(own).to_owned(),
            namespace: namespace.map(ToOwned::to_owned),
            name: name.to_owned(),
        })
    }
}

impl FromStr for ServiceName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            let how = "write it as `svc/cart`, `shop/cart` or `cart:http`";
            format!("`{text}` names no Service: {how}")
        };
        let (path, port) = match text.rsplit_once(':') {
            Some((path, port)) => (path, Some(port)),
            None => (text, None),
        };
        let parts: Vec<&str> = path.split('/').collect();
        let (namespace, name) = match parts.as_slice() {
            [name] => (None, *name),
            [kind, name] if is_service(kind) => (None, *name),
            [namespace, name] => (Some(*namespace), *name),
            [kind, namespace, name] if is_service(kind) => (Some(*namespace), *name),
            _ => return Err(wrong()),
        };
        if name.is_empty() || namespace == Some("") || port == Some("") {
            return Err(wrong());
        }
        Ok(Self {
            namespace: namespace.map(ToOwned::to_owned),
            name: name.to_owned(),
            port: port.map(|port| match port.parse() {
                Ok(number) => PortRef::Number(number),
                Err(_) => PortRef::Name(port.to_owned()),
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(namespace: Option<&str>, name: &str, port: Option<PortRef>) -> Question {
        Question::Service(ServiceName {
            namespace: namespace.map(ToOwned::to_owned),
            name: name.to_owned(),
            port,
        })
    }

    fn workload(kind: &str, namespace: Option<&str>, name: &str) -> Question {
        Question::Workload(ObjectName {
            kind: kind.to_owned(),
            namespace: namespace.map(ToOwned::to_owned),
            name: name.to_owned(),
        })
    }

    #[test]
    fn addresses_have_a_scheme_or_a_dot() {
        for (text, host, path) in [
            ("https://shop.example.com", "shop.example.com", "/"),
            ("shop.example.com/cart", "shop.example.com", "/cart"),
            ("HTTP://Shop:8080/Cart?x=1#y", "shop", "/Cart"),
            ("job.example.com/web", "job.example.com", "/web"),
        ] {
            let expected = Address {
                host: host.to_owned(),
                path: path.to_owned(),
            };
            let found = Question::of_target(text);
            assert_eq!(found, Ok(Question::Address(expected)), "{text}");
        }
    }

    #[test]
    fn services_and_workloads_are_told_apart() {
        let http = || Some(PortRef::Name("http".to_owned()));
        for (text, expected) in [
            ("cart", service(None, "cart", None)),
            ("svc/cart", service(None, "cart", None)),
            (
                "Service/shop/cart:http",
                service(Some("shop"), "cart", http()),
            ),
            ("shop/cart", service(Some("shop"), "cart", None)),
            ("cart:80", service(None, "cart", Some(PortRef::Number(80)))),
            ("deploy/web", workload("Deployment", None, "web")),
            ("deployments/web", workload("Deployment", None, "web")),
            ("sts/shop/db", workload("StatefulSet", Some("shop"), "db")),
            ("Rollout/web", workload("Rollout", None, "web")),
            ("rollouts/x/web", workload("Rollout", Some("x"), "web")),
            ("rc/db", workload("ReplicationController", None, "db")),
            ("statefulsets/db", workload("StatefulSet", None, "db")),
            ("Deploy/x/a", workload("Deployment", Some("x"), "a")),
            ("cronjobs/nightly", workload("CronJob", None, "nightly")),
            ("deployment.apps/web", workload("Deployment", None, "web")),
            ("Cluster/db", workload("Cluster", None, "db")),
            ("SVC/cart", service(None, "cart", None)),
        ] {
            assert_eq!(Question::of_target(text), Ok(expected), "{text}");
        }
        let namespace = Ok(Question::Namespace("shop".to_owned()));
        assert_eq!(Question::of_target("ns/shop"), namespace);
        for text in [
            "ns/",
            "ns/a/b",
            "namespace/shop:80",
            "",
            "/",
            "svc/",
            "a/b/c",
            "cart:",
            "deploy/",
            "deploy//web",
        ] {
            assert!(Question::of_target(text).is_err(), "{text}");
        }
    }
}
