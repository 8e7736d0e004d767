//! The names of Services in what pods are told: environment, arguments, and the config maps that
//! they read.

use super::base::ServiceKey;
use super::view::View;
use crate::kinds::parts::host::{host_of_variable, host_uses};
use crate::kinds::{HostUse, PodTemplate};
use crate::text::hash::{HashMap, HashSet};
use crate::unit::{Member, Namespace};
use rayon::prelude::*;

/// A host name that may be a Service's, told to the pods of a workload.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// The workload's place among the unit's objects.
    pub(super) reader: usize,
    /// Which of the object's workloads.
    pub(super) workload: usize,
    /// The config map that it stands in, by its place among the unit's objects.
    pub(super) config: Option<usize>,
    /// The name, and the port behind it.
    pub(super) host: HostUse,
    pub(super) form: Form,
}

/// How much of the Service's full name is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `web`
    Short,
    /// `web.shop`
    WithNamespace,
    /// `web.shop.svc`, with or without the cluster's domain.
    Full,
    /// `web-0.web.shop.svc`, or `web-0.web`: a pod of a `StatefulSet`, below its Service.
    Pod,
}

impl Form {
    fn of(host: &str) -> Option<Self> {
        let mut parts = host.split('.');
        match (parts.next()?, parts.next(), parts.next()) {
            (_, None, _) => Some(Self::Short),
            (_, Some(_), None) => Some(Self::WithNamespace),
            (_, Some(_), Some("svc")) => Some(Self::Full),
            (pod, Some(_), Some(_)) if is_numbered(pod) && parts.next() == Some("svc") => {
                Some(Self::Pod)
            }
            _ => None,
        }
    }

    /// The name of the Service in a name of this form.
    pub(super) fn service(self, host: &str) -> &str {
        let at = usize::from(self == Self::Pod);
        host.split('.').nth(at).unwrap_or(host)
    }

    /// The namespace that a name of this form is looked up in, by pods of another.
    pub(super) fn namespace(self, host: &str, home: &Namespace) -> Namespace {
        let at = if self == Self::Pod { 2 } else { 1 };
        match (self, host.split('.').nth(at)) {
            (Self::Short, _) | (_, None) => home.clone(),
            (_, Some(name)) => Namespace::explicit(name),
        }
    }
}

/// Whether a name is that of a pod of a `StatefulSet`: `web-0`.
fn is_numbered(name: &str) -> bool {
    let number = name.rsplit_once('-').map(|(_, number)| number);
    number.is_some_and(|own| !own.is_empty() && own.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Finds the names in everything that pods of a unit are told.
pub(super) fn find(view: View<'_>) -> Vec<Told> {
    let finder = Finder {
        view,
        ports: ports(view),
        configs: configs(view),
    };
    let readers = view.unit.objects.par_iter().enumerate();
    readers
        .flat_map_iter(|(reader, member)| finder.told_to(reader, member))
        .collect()
}

/// The config maps of a unit by their names, as places among its objects.
fn configs(view: View<'_>) -> HashMap<&str, Vec<usize>> {
    let mut configs: HashMap<&str, Vec<usize>> = HashMap::default();
    for (at, member) in view.unit.objects.iter().enumerate() {
        let object = view.input.object(member.id);
        if object.config_map().is_some() {
            let name = object.identity.name.as_str();
            configs.entry(name).or_default().push(at);
        }
    }
    configs
}

/// The ports of the Services of a unit.
fn ports(view: View<'_>) -> HashSet<i64> {
    let ports = view.services().flat_map(|service| &service.what.ports);
    let numbers = ports.filter_map(|port| port.port.as_ref());
    numbers.map(|own| own.value).collect()
}

struct Finder<'i> {
    view: View<'i>,
    /// The ports of its Services.
    ports: HashSet<i64>,
    configs: HashMap<&'i str, Vec<usize>>,
}

impl Finder<'_> {
    /// The names that the pods of one object are told.
    fn told_to(&self, reader: usize, member: &Member) -> Vec<Told> {
        let object = self.view.input.object(member.id);
        let mut names = Vec::new();
        let home = &member.namespace;
        // What another object made says nothing that this one does not.
        if object.controller.is_some() {
            return names;
        }
        for (workload, own) in object.workloads().iter().enumerate() {
            let mut add = |config: Option<usize>, host: HostUse| {
                names.extend(self.form(home, &host).map(|form| Told {
                    reader,
                    workload,
                    config,
                    host,
                    form,
                }));
            };
            self.started(&own.template, |host| add(None, host));
            self.configured(member, &own.template, add);
        }
        names
    }

    /// In environment, command and arguments.
    fn started(&self, template: &PodTemplate, mut add: impl FnMut(HostUse)) {
        let processes = template.containers.iter();
        for process in processes.filter_map(|own| own.process.as_ref()) {
            let env = process.env.iter().filter(|own| {
                let name = &own.name.value;
                !name.contains("IMAGE") && !name.contains("USER")
            });
            let values = env.clone().filter_map(|own| own.value.as_ref());
            let slice = |span| self.view.input.sources.slice(span);
            for text in process.words().chain(values) {
                let hosts = host_uses(&text.value, slice(text.span), text.span);
                hosts.into_iter().for_each(&mut add);
            }
            let called_hosts = env.filter_map(|own| {
                let text = own.value.as_ref()?;
                host_of_variable(&own.name.value, &text.value, slice(text.span), text.span)
            });
            called_hosts.for_each(&mut add);
        }
    }

    /// In the config maps that are read.
    fn configured(
        &self,
        member: &Member,
        template: &PodTemplate,
        mut add: impl FnMut(Option<usize>, HostUse),
    ) {
        let View { input, unit, .. } = self.view;
        for source in &template.configs {
            let found = self.configs.get(source.name.value.as_str());
            for &at in found.into_iter().flatten() {
                let config = &unit.objects[at];
                let is_readable = config.namespace.may_be(&member.namespace)
                    && unit.is_together(member.source, config.source);
                let map = input.object(config.id).config_map();
                let entries = map.into_iter().flat_map(|map| &map.hosts);
                let taken = entries.filter(|entry| is_readable && source.takes(&entry.key));
                for host in taken.flat_map(|entry| &entry.hosts) {
                    add(Some(at), host.clone());
                }
            }
        }
    }

    /// The form of a name that may be a Service's: one has it here or elsewhere, or had it, or the
    /// port of the name, or nothing else is called so.
    fn form(&self, home: &Namespace, host_use: &HostUse) -> Option<Form> {
        let View {
            input,
            unit,
            symbols,
        } = self.view;
        let (host, source) = (&host_use.name.value, host_use.name.span.source);
        let is_service = |name: &str| symbols.services_by_name.contains_key(name);
        let form = match (Form::of(host)?, host.split_once('.')) {
            (Form::WithNamespace, Some((pod, service)))
                if is_numbered(pod) && is_service(service) && !is_service(pod) =>
            {
                Form::Pod
            }
            (form, _) => form,
        };
        let name = form.service(host);
        let namespace = || form.namespace(host, home).name;
        let key = || ServiceKey {
            unit: unit.name.clone(),
            namespace: namespace(),
            name: name.to_owned(),
        };
        let external = &input.options.external;
        let has_port = || {
            let port = host_use.known_port();
            port.is_some_and(|port| self.ports.contains(&port))
        };
        let may_be = matches!(form, Form::Full | Form::Pod)
            || is_service(name)
            || host_use.is_called_host
            || has_port()
            || external.service(&namespace(), name).is_some()
            || input.had_service(key, source);
        may_be.then_some(form)
    }
}
