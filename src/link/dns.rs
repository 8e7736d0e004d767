//! The names of Services in what pods are told: environment, arguments, and the config maps that
//! they read. Names are looked up as a pod's resolver does (kubernetes/dns,
//! `docs/specification.md`): one part in the pod's own namespace, a second part names another one.

use super::names::{Lookup, Named, Place};
use super::unit::{Member, Unit};
use super::{Index, ServiceLink};
use crate::kinds::parts::host::host_uses;
use crate::kinds::{HostUse, Kind, PodTemplate, Workload};
use crate::object::Object;
use crate::text::source::{SourceId, Spanned};
use crate::unit::Namespace;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::HashMap;

/// A host name that may be a Service's, told to the pods of a workload.
#[derive(Clone, Debug)]
pub(super) struct NameNode {
    /// The workload's place among the unit's objects.
    reader: usize,
    /// Which of the object's workloads.
    workload: usize,
    /// The config map that it stands in, by its place among the unit's objects.
    config: Option<usize>,
    host: HostUse,
    form: Form,
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
}

/// A name of a Service in what a pod is told.
#[derive(Clone, Copy, Debug)]
pub struct DnsName<'i> {
    index: &'i Index,
    unit: &'i Unit,
    node: &'i NameNode,
}

impl Form {
    fn of(host: &str) -> Option<Self> {
        let mut parts = host.split('.');
        match (parts.next()?, parts.next(), parts.next()) {
            (_, None, _) => Some(Self::Short),
            (_, Some(_), None) => Some(Self::WithNamespace),
            (_, Some(_), Some("svc")) => Some(Self::Full),
            _ => None,
        }
    }

    /// The namespace that a name of this form is looked up in, by pods of another.
    fn namespace(self, host: &str, home: &Namespace) -> Namespace {
        match (self, host.split('.').nth(1)) {
            (Self::Short, _) | (_, None) => home.clone(),
            (_, Some(name)) => Namespace::explicit(name),
        }
    }
}

/// Finds the names in everything that pods of a unit are told.
pub(super) fn find(index: &Index, unit: &Unit) -> Vec<NameNode> {
    let finder = Finder {
        index,
        unit,
        configs: configs(index, unit),
    };
    let readers = unit.objects.par_iter().enumerate();
    readers
        .flat_map_iter(|(reader, member)| finder.told_to(reader, member))
        .collect()
}

/// The config maps of a unit by their names, as places among its objects.
fn configs<'i>(index: &'i Index, unit: &Unit) -> HashMap<&'i str, Vec<usize>> {
    let mut configs: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, member) in unit.objects.iter().enumerate() {
        let object = index.object(member.id);
        if object.config_map().is_some() {
            let name = object.identity.name.as_str();
            configs.entry(name).or_default().push(at);
        }
    }
    configs
}

struct Finder<'i> {
    index: &'i Index,
    unit: &'i Unit,
    configs: HashMap<&'i str, Vec<usize>>,
}

impl Finder<'_> {
    /// The names that the pods of one object are told.
    fn told_to(&self, reader: usize, member: &Member) -> Vec<NameNode> {
        let object = self.index.object(member.id);
        let mut names = Vec::new();
        let home = &member.namespace;
        // What another object made says nothing that this one does not.
        if object.controller.is_some() {
            return names;
        }
        for (workload, own) in object.workloads().iter().enumerate() {
            let mut add = |config: Option<usize>, host: HostUse| {
                names.extend(self.form(home, &host).map(|form| NameNode {
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
            let values = env.filter_map(|own| own.value.as_ref());
            for text in process.words().chain(values) {
                let source = self.index.sources.slice(text.span);
                let hosts = host_uses(&text.value, source, text.span);
                hosts.into_iter().for_each(&mut add);
            }
        }
    }

    /// In the config maps that are read.
    fn configured(
        &self,
        member: &Member,
        template: &PodTemplate,
        mut add: impl FnMut(Option<usize>, HostUse),
    ) {
        let reader = self.index.source_of(member.id);
        for source in &template.configs {
            let found = self.configs.get(source.name.value.as_str());
            for &at in found.into_iter().flatten() {
                let config = &self.unit.objects[at];
                let is_readable = config.namespace.may_be(&member.namespace)
                    && self
                        .unit
                        .is_together(reader, self.index.source_of(config.id));
                let map = self.index.object(config.id).config_map();
                let entries = map.into_iter().flat_map(|map| &map.entries);
                let taken = entries.filter(|entry| is_readable && source.takes(&entry.key));
                for host in taken.flat_map(|entry| &entry.hosts) {
                    add(Some(at), host.clone());
                }
            }
        }
    }

    /// The form of a name that may be a Service's: one has it here or elsewhere, or had it, or
    /// nothing else is called so.
    fn form(&self, home: &Namespace, host: &HostUse) -> Option<Form> {
        let name = &host.name.value;
        let form = Form::of(name)?;
        let service = name.split('.').next()?;
        let namespace = form.namespace(name, home);
        let place = Place {
            source: host.name.span.source,
            namespace: &namespace,
        };
        let external = &self.index.options.external;
        let may_be = form == Form::Full
            || self.unit.services_by_name.contains_key(service)
            || external.service(&namespace.name, service).is_some()
            || self.index.had_service(self.unit, place, service);
        may_be.then_some(form)
    }
}

impl Index {
    /// The names of Services in what the pods of a unit are told.
    pub fn dns_names<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = DnsName<'i>> + 'i {
        unit.names.iter().map(move |node| DnsName {
            index: self,
            unit,
            node,
        })
    }

    /// Whether Services of a unit say that they are in a namespace.
    pub fn has_services_in(&self, unit: &Unit, namespace: &str) -> bool {
        self.services(unit)
            .any(|service| service.namespace().is_explicit && service.namespace().name == namespace)
    }
}

impl<'i> DnsName<'i> {
    /// The object whose pods are told the name.
    pub fn reader(self) -> &'i Object {
        self.index.object(self.member().id)
    }

    fn member(self) -> &'i Member {
        &self.unit.objects[self.node.reader]
    }

    /// What the pods are made from.
    pub fn workload(self) -> &'i Workload {
        &self.reader().workloads()[self.node.workload]
    }

    /// The object that the name stands in: the workload, or a config map that it reads.
    pub fn object(self) -> &'i Object {
        let at = self.node.config.unwrap_or(self.node.reader);
        self.index.object(self.unit.objects[at].id)
    }

    /// Whether the name stands in a config map.
    pub fn is_configured(self) -> bool {
        self.node.config.is_some()
    }

    /// The whole name.
    pub fn host(self) -> &'i Spanned<String> {
        &self.node.host.name
    }

    /// The port behind it.
    pub fn port(self) -> Option<&'i Spanned<i64>> {
        self.node.host.port.as_ref()
    }

    /// How much of the full name is there.
    pub fn form(self) -> Form {
        self.node.form
    }

    /// The name of the Service.
    pub fn service(self) -> &'i str {
        let host = &self.host().value;
        host.split('.').next().unwrap_or(host)
    }

    /// The text that the name stands in.
    pub fn source(self) -> SourceId {
        self.host().span.source
    }

    /// The namespace of the pods.
    pub fn own_namespace(self) -> &'i Namespace {
        &self.member().namespace
    }

    /// The namespace that the name is looked up in.
    pub fn namespace(self) -> Namespace {
        let host = &self.host().value;
        self.node.form.namespace(host, self.own_namespace())
    }

    /// Whether the pods know the name without asking: their own, or one in `/etc/hosts`.
    pub fn is_own(self) -> bool {
        let template = &self.workload().template;
        let host = &self.host().value;
        let resolver = template.resolver.as_ref();
        resolver.is_some_and(|resolver| resolver.own_names.contains(host))
            || self.workload().kind == Kind::Pod && self.reader().identity.name == *host
    }

    /// The look-up of the Service.
    pub(super) fn lookup(self) -> Lookup<'i> {
        Lookup {
            index: self.index,
            unit: self.unit,
            source: self.source(),
            namespace: Cow::Owned(self.namespace()),
            name: Cow::Borrowed(self.service()),
        }
    }

    /// What it leads to.
    pub fn named(self) -> Named<'i> {
        self.lookup().named()
    }

    /// Whether a Service had it before what is judged was changed.
    pub fn had_service(self) -> bool {
        self.lookup().had_service()
    }

    /// The Services that it leads to.
    pub fn services(self) -> Vec<ServiceLink<'i>> {
        match self.named() {
            Named::Found(found) => found,
            _ => Vec::new(),
        }
    }
}
