//! What operators make for an object: the Services and the pods, as far as they are known.

use super::condition::Condition;
use super::path::{OneOrMany, Path, Spot};
use super::template::Template;
use crate::kinds::parts::labels::{Labels, Pair};
use crate::kinds::parts::port::{PortRef, Protocol};
use crate::kinds::parts::workload::Workload;
use crate::kinds::service::{Service, ServicePort, ServiceType};
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Span, Spanned};
use crate::yaml::cursor::Cursor;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A row of `provides`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProvideRow {
    #[serde(default)]
    pub(super) of: Vec<String>,
    #[serde(default)]
    when: Condition,
    #[serde(default)]
    services: Vec<ServiceRow>,
    #[serde(default)]
    objects: Vec<ObjectRow>,
    #[serde(default)]
    pods: Vec<PodsRow>,
    /// The file and the function that decide.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for who reads the page"))]
    pub(super) source: String,
}

/// Another object that is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectRow {
    group: String,
    kind: String,
    name: Template,
}

/// Pods that are made: all that is known of them is their labels.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PodsRow {
    #[serde(default)]
    when: Condition,
    /// There are some for each of these.
    each: Option<Path>,
    labels: BTreeMap<String, Template>,
}

/// A Service that is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[allow(clippy::struct_excessive_bools, reason = "each is a word of the page")]
struct ServiceRow {
    name: Template,
    #[serde(default)]
    when: Condition,
    /// There is one for each of these.
    each: Option<Path>,
    #[serde(default)]
    headless: bool,
    /// Whether it is of type `ExternalName`.
    #[serde(default)]
    external: bool,
    /// Whether it may have other ports.
    #[serde(default)]
    open: bool,
    #[serde(default)]
    ports: Vec<PortRow>,
    ports_from: Option<PortsFrom>,
}

/// A port of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct PortRow {
    /// Absent means that the name is not known.
    name: Option<Template>,
    port: Template,
    target_port: Option<Template>,
    #[serde(default)]
    protocol: Option<String>,
    #[serde(default)]
    when: Condition,
}

/// Ports that the object lists.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PortsFrom {
    at: OneOrMany<Path>,
    #[serde(default = "Path::here")]
    port: Path,
}

/// What an operator makes for an object. Everything in it stands at the name of that.
#[derive(Debug)]
pub struct Provided {
    /// `apiVersion`; of what is no Service only the group matters.
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What is known of it, if it is a Service.
    pub service: Option<Service>,
}

impl ProvideRow {
    /// The pods that are made for an object.
    pub(super) fn pods(&self, object: Cursor<'_>) -> Vec<Workload> {
        let spot = Spot::root(object);
        let rows = self.pods.iter().filter(|row| row.when.holds(spot));
        if !self.when.holds(spot) {
            return Vec::new();
        }
        rows.flat_map(|row| row.made(object)).collect()
    }

    /// The Services and other objects that are made for an object.
    pub(super) fn made(&self, object: Cursor<'_>) -> Vec<Provided> {
        let spot = Spot::root(object);
        let name = object.path(["metadata", "name"]);
        let (true, Some(place)) = (self.when.holds(spot), name) else {
            return Vec::new();
        };
        let rows = self.services.iter().filter(|row| row.when.holds(spot));
        let services = rows.flat_map(|row| row.services(object, place.span()));
        let objects = self.objects.iter().filter_map(|row| row.made(object));
        let is_known = |own: &Provided| !own.name.is_empty() && !is_placeholder(&own.name);
        services.chain(objects).filter(is_known).collect()
    }
}

impl ObjectRow {
    fn made(&self, object: Cursor<'_>) -> Option<Provided> {
        Some(Provided {
            api_version: format!("{}/", self.group),
            kind: self.kind.clone(),
            name: self.name.fill(object, None)?,
            service: None,
        })
    }
}

impl PodsRow {
    fn made(&self, object: Cursor<'_>) -> Vec<Workload> {
        let Some(place) = object.path(["metadata", "name"]) else {
            return Vec::new();
        };
        let items = items(self.each.as_ref(), object).into_iter();
        let labels = items.map(|item| {
            let pairs = self.labels.iter();
            let pairs = pairs.filter_map(|(key, value)| {
                let value = Spanned::new(value.fill(object, item)?, place.span());
                Some(Pair::of(Spanned::new(key.clone(), place.span()), value))
            });
            pairs.collect()
        });
        let known = labels.filter(|pairs: &Vec<Pair>| pairs.len() == self.labels.len());
        known.map(|pairs| Workload::made(object, pairs)).collect()
    }
}

/// What a row is read for once: the object, or each of its items.
fn items<'t>(each: Option<&Path>, object: Cursor<'t>) -> Vec<Option<Cursor<'t>>> {
    match each {
        Some(path) => path.all(object).into_iter().map(Some).collect(),
        None => vec![None],
    }
}

impl ServiceRow {
    fn services(&self, object: Cursor<'_>, place: Span) -> Vec<Provided> {
        let made = items(self.each.as_ref(), object)
            .into_iter()
            .filter_map(|item| {
                Some(Provided {
                    api_version: "v1".to_owned(),
                    kind: "Service".to_owned(),
                    name: self.name.fill(object, item)?,
                    service: Some(self.service(object, item, place)),
                })
            });
        made.collect()
    }

    fn service(&self, object: Cursor<'_>, item: Option<Cursor<'_>>, place: Span) -> Service {
        let rows = self
            .ports
            .iter()
            .filter(|row| row.when.holds(Spot::root(object)));
        let fixed = rows.map(|row| row.port(object, item, place));
        let listed = self
            .ports_from
            .as_ref()
            .map(|from| from.ports(object, place));
        let is_listed = listed.as_ref().is_none_or(|listed| !listed.is_empty());
        let ports: Option<Vec<ServicePort>> = fixed.chain(listed.into_iter().flatten()).collect();
        let is_known = !self.open && is_listed && ports.as_ref().is_some_and(|own| !own.is_empty());
        Service {
            service_type: if self.external {
                ServiceType::ExternalName
            } else {
                ServiceType::ClusterIP
            },
            headless: self.headless.then_some(place),
            ports: ports.unwrap_or_default(),
            ports_unreadable: !is_known,
            ..Service::at(place)
        }
    }
}

impl PortRow {
    fn port(
        &self,
        object: Cursor<'_>,
        item: Option<Cursor<'_>>,
        place: Span,
    ) -> Option<ServicePort> {
        let number: i64 = self.port.fill(object, item)?.parse().ok()?;
        let name = match &self.name {
            Some(name) => Some(name.fill(object, item)?),
            None => None,
        };
        let target = self
            .target_port
            .as_ref()
            .and_then(|target| target.fill(object, item));
        let target = target.map(|text| match text.parse() {
            Ok(number) => PortRef::Number(number),
            Err(_) => PortRef::Name(text),
        });
        let protocol = match self.protocol.as_deref() {
            Some("UDP") => Protocol::Udp,
            _ => Protocol::Tcp,
        };
        Some(ServicePort {
            is_name_unknown: name.is_none(),
            name: name.map(|name| Spanned::new(name, place)),
            target_port: target.map(|target| Spanned::new(target, place)),
            protocol,
            ..ServicePort::at(place, number)
        })
    }
}

impl PortsFrom {
    fn ports(&self, object: Cursor<'_>, place: Span) -> Vec<Option<ServicePort>> {
        let items = self.at.iter().flat_map(|path| path.all(object));
        let numbers = items.map(|item| self.port.first(item)?.integer());
        let ports = numbers.map(|number| {
            Some(ServicePort {
                is_name_unknown: true,
                ..ServicePort::at(place, number?.value)
            })
        });
        ports.collect()
    }
}

impl Service {
    /// One of which nothing is known, which stands at this place.
    fn at(place: Span) -> Self {
        Self {
            service_type: ServiceType::ClusterIP,
            labels: Labels::default(),
            selector: None,
            ports: Vec::new(),
            ports_unreadable: false,
            headless: None,
            unknown_address: None,
            selector_key: place,
            empty_selector: None,
            selector_unreadable: true,
            cluster_ips: Vec::new(),
            publishes_not_ready: None,
            is_dumped: false,
            settings: Vec::new(),
        }
    }
}

impl ServicePort {
    fn at(place: Span, number: i64) -> Self {
        Self {
            span: place,
            name: None,
            is_name_unknown: false,
            port: Some(Spanned::new(number, place)),
            target_port: None,
            protocol: Protocol::Tcp,
            protocol_span: None,
            node_port: None,
            app_protocol: None,
            unreadable: false,
        }
    }
}
