//! What is applied together, and the links in it: which pods a Service selects, and where each of
//! its ports leads. Rules, the trace and the graph all read this one index.

mod alias;
mod before;
mod dns;
mod doubt;
mod elsewhere;
mod external;
mod link;
mod membership;
mod mesh;
mod miss;
mod monitor;
mod names;
mod near_miss;
mod options;
mod policy;
mod postings;
mod resolve;
mod scale;
mod selection;
mod unit;

pub use alias::Alias;
pub use before::Before;
pub use dns::{DnsName, Form};
pub use elsewhere::{External, ExternalPods, ExternalService};
pub use membership::Membership;
pub use mesh::RoutingLink;
pub use miss::{Selected, SelectorMiss};
pub use monitor::{MonitorLink, MonitorMiss};
pub use names::{Named, NamedPort, Place, Reference};
pub use near_miss::{Evidence, NearMiss, Odd};
pub use options::Options;
pub use policy::PolicyLink;
pub use resolve::{Missing, Resolution};
pub use scale::{ScaleLink, Scaled};
pub use selection::{Fit, slip};
pub use unit::{Member, Unit};

use crate::diagnostic::{Identity, Severity};
use crate::kinds::{Autoscaler, Kind, Service, ServicePort, Workload};
use crate::object::FileFacts;
use crate::object::{Document, Object};
use crate::text::source::{SourceId, Sources};
use crate::unit::Namespace;
use crate::unit::Plan;
use crate::unit::UnitKind;
use std::collections::BTreeSet;

/// Everything that was read, and how it is linked.
#[derive(Debug)]
pub struct Index {
    /// The texts.
    pub sources: Sources,
    /// Their documents, in the order of the texts.
    pub documents: Vec<Document>,
    /// What is applied together.
    pub units: Vec<Unit>,
    /// How to judge.
    pub options: Options,
    /// What is known of each text besides its words, by [`SourceId`].
    pub files: Vec<FileFacts>,
    /// How many units each text is in, by [`SourceId`].
    units_by_source: Vec<usize>,
}

/// Names an object of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    pub(super) document: u32,
    pub(super) object: u32,
}

impl Index {
    /// Links what belongs together.
    pub fn new(
        sources: Sources,
        documents: Vec<Document>,
        plans: Vec<Plan>,
        files: Vec<FileFacts>,
        options: Options,
    ) -> Self {
        let mut units_by_source = vec![0; files.len()];
        for plan in &plans {
            // A base that a unit takes in twice is in it once.
            let sources: BTreeSet<SourceId> = plan.files.iter().map(|file| file.source).collect();
            for source in sources {
                units_by_source[source.0 as usize] += 1;
            }
        }
        let units = Vec::new();
        let mut index = Self {
            sources,
            documents,
            units,
            options,
            files,
            units_by_source,
        };
        let units = unit::build(&index, plans);
        index.units = link::link(&index, units);
        index
    }

    /// An object.
    pub fn object(&self, id: ObjectId) -> &Object {
        &self.documents[id.document as usize].objects[id.object as usize]
    }

    /// The text that an object is in.
    pub fn source_of(&self, id: ObjectId) -> SourceId {
        self.documents[id.document as usize].span.source
    }

    /// The Services of a unit, with their links.
    pub fn services<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = ServiceLink<'i>> + 'i {
        (0..unit.services.len()).map(move |at| self.link(unit, at))
    }

    fn link<'i>(&'i self, unit: &'i Unit, at: usize) -> ServiceLink<'i> {
        ServiceLink {
            index: self,
            unit,
            at,
        }
    }

    /// The pod templates of a unit.
    pub fn backends<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = Backend<'i>> + 'i {
        (0..unit.templates.len()).map(move |at| self.backend(unit, at))
    }

    fn backend<'i>(&'i self, unit: &'i Unit, at: usize) -> Backend<'i> {
        Backend {
            index: self,
            unit,
            at,
        }
    }

    /// What changes the replicas of a workload when it is needed: a KEDA `ScaledObject`, a Flagger
    /// `Canary`, a Rollout that took its template. A plain autoscaler leaves 0 replicas at 0.
    pub fn scaler_of<'i>(&'i self, unit: &'i Unit, backend: Backend<'i>) -> Option<&'i Object> {
        let own = &backend.object().identity;
        self.scalers(unit, backend).find(|object| {
            let target = object.target.as_ref();
            target.is_some_and(|(kind, name)| *kind == own.kind && *name == own.name)
        })
    }

    /// The plain autoscaler of a workload.
    pub fn autoscaler_of<'i>(
        &'i self,
        unit: &'i Unit,
        backend: Backend<'i>,
    ) -> Option<&'i Autoscaler> {
        let own = &backend.object().identity;
        let mut autoscalers = self.scalers(unit, backend).filter_map(Object::autoscaler);
        autoscalers.find(|found| found.kind.value == own.kind && found.name.value == own.name)
    }

    /// What may scale a workload, by its name and its namespace.
    fn scalers<'i>(
        &'i self,
        unit: &'i Unit,
        backend: Backend<'i>,
    ) -> impl Iterator<Item = &'i Object> {
        let named = unit.scalers_by_target.get(backend.name());
        let members = named.into_iter().flatten().map(|&at| &unit.objects[at]);
        let beside = members.filter(move |own| own.namespace.may_be(backend.namespace()));
        beside.map(|member| self.object(member.id))
    }

    /// The members of a unit that have a name.
    pub fn called<'i>(&'i self, unit: &'i Unit, name: &str) -> impl Iterator<Item = &'i Member> {
        let named = unit.objects_by_name.get(name);
        named.into_iter().flatten().map(|&at| &unit.objects[at])
    }

    /// A custom resource of the unit whose name says that its operator makes what has this name.
    pub fn operator_of<'i>(&'i self, unit: &'i Unit, name: &str) -> Option<&'i Identity> {
        self.maker_of(unit, [name])
    }

    /// The first custom resource of the unit whose name one of these texts is, or goes on with
    /// `-`: its operator probably makes what is called so.
    fn maker_of<'i>(
        &'i self,
        unit: &'i Unit,
        texts: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Option<&'i Identity> {
        let first = |text: &str| {
            let dashes = text.match_indices('-').map(|(at, _)| &text[..at]);
            let names = dashes.chain([text]);
            let found = names.filter_map(|name| unit.resources_by_name.get(name));
            found.min().copied()
        };
        let texts = texts.into_iter();
        let at = texts.filter_map(|text| first(text.as_ref())).min()?;
        Some(&self.object(unit.resources[at]).identity)
    }

    /// Whether two objects are written in the same words.
    pub fn same_text(&self, left: ObjectId, right: ObjectId) -> bool {
        let text = |id: ObjectId| {
            self.sources
                .slice(self.documents[id.document as usize].span)
                .trim()
        };
        left.document != right.document && text(left) == text(right)
    }

    /// Whether whatever is not in a unit does not exist: the user says so, or it is a whole
    /// rendered chart.
    pub fn is_closed(&self, unit: &Unit) -> bool {
        let is_rendered = |member: &Member| {
            let source = self.sources.get(self.source_of(member.id));
            source.is_rendered()
        };
        self.options.closed_world
            || unit.kind == UnitKind::Stream && unit.objects.first().is_some_and(is_rendered)
    }

    /// How grave a finding in a text is that comes from what is absent: below `testdata` and the
    /// like, and where patches change what is applied, one level less.
    pub fn lowered(&self, unit: &Unit, source: SourceId, severity: Severity) -> Severity {
        let is_fixture = self.files[source.0 as usize].is_fixture;
        let is_patched = unit.kind != UnitKind::Directory && unit.is_patched();
        match severity {
            Severity::Error if is_fixture || is_patched => Severity::Warning,
            Severity::Warning if is_fixture || is_patched => Severity::Info,
            other => other,
        }
    }

    /// The custom resources of a unit that operators may make pods and Services for.
    fn resources<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = &'i Identity> + 'i {
        let resources = unit.resources.iter();
        resources.map(|&id| &*self.object(id).identity)
    }

    /// Whether findings in a text are reported.
    pub fn is_reported(&self, source: SourceId) -> bool {
        self.files[source.0 as usize].is_reported
    }

    /// Whether kustomize completes an object before it is applied.
    pub fn is_kustomized(&self, id: ObjectId) -> bool {
        self.files[self.source_of(id).0 as usize].is_kustomized
    }

    /// Whether kustomize completes the objects of a text before they are applied.
    pub fn is_kustomized_text(&self, source: SourceId) -> bool {
        self.files[source.0 as usize].is_kustomized
    }

    /// Whether the Operator Lifecycle Manager applies a unit. It makes the Services of webhooks
    /// itself, and names them anew.
    pub fn is_operator_bundle(&self, unit: &Unit) -> bool {
        let mut resources = self.resources(unit);
        resources.any(|own| own.kind == "ClusterServiceVersion")
    }

    /// How many units a text is in.
    pub fn units_with(&self, source: SourceId) -> usize {
        self.units_by_source[source.0 as usize]
    }
}

/// A Service in a unit.
#[derive(Clone, Copy, Debug)]
pub struct ServiceLink<'i> {
    index: &'i Index,
    unit: &'i Unit,
    at: usize,
}

impl<'i> ServiceLink<'i> {
    /// The object.
    pub fn object(self) -> &'i Object {
        self.index.object(self.unit.services[self.at].object)
    }

    /// The text it is in.
    pub fn source(self) -> SourceId {
        self.index.source_of(self.unit.services[self.at].object)
    }

    /// The Service.
    ///
    /// # Panics
    /// Never: only Services are listed as such.
    pub fn service(self) -> &'i Service {
        self.object().service().expect("listed as a Service")
    }

    /// The name, for messages.
    pub fn name(self) -> &'i str {
        &self.object().identity.name
    }

    /// The namespace that it goes to.
    pub fn namespace(self) -> &'i Namespace {
        &self.unit.services[self.at].namespace
    }

    /// What became of its selector.
    pub fn membership(self) -> &'i Membership {
        &self.unit.services[self.at].membership
    }

    /// The pod templates that it selects, in the order of the unit.
    pub fn backends(self) -> impl Iterator<Item = Backend<'i>> + Clone + 'i {
        let Self { index, unit, at } = self;
        let selection = unit.services[at].selection;
        let templates = selection.map_or(&[][..], |own| &unit.selections[own].templates);
        templates.iter().map(move |&at| Backend { index, unit, at })
    }

    /// Whether both are one Service of one unit.
    pub fn is(self, other: ServiceLink<'_>) -> bool {
        std::ptr::eq(self.unit, other.unit) && self.at == other.at
    }

    /// Whether it may select more pods, which depends on placeholders.
    pub fn may_select_more(self) -> bool {
        self.unit.services[self.at].may_select
    }

    /// Whether it sends traffic to the pods it selects.
    pub fn routes(self) -> bool {
        self.service().service_type != crate::kinds::ServiceType::ExternalName
    }
}

/// A pod template in a unit.
#[derive(Clone, Copy, Debug)]
pub struct Backend<'i> {
    index: &'i Index,
    unit: &'i Unit,
    at: usize,
}

impl<'i> Backend<'i> {
    /// The object that it is in.
    pub fn object(self) -> &'i Object {
        self.index.object(self.unit.templates[self.at].object)
    }

    /// The text it is in.
    pub fn source(self) -> SourceId {
        self.index.source_of(self.unit.templates[self.at].object)
    }

    /// The workload.
    pub fn workload(self) -> &'i Workload {
        &self.object().workloads()[self.unit.templates[self.at].workload]
    }

    /// The name, for messages.
    pub fn name(self) -> &'i str {
        &self.object().identity.name
    }

    /// Kind and name, for messages: ``Deployment `web` ``.
    pub fn display(self) -> String {
        self.object().identity.to_string()
    }

    /// The namespace that its pods go to.
    pub fn namespace(self) -> &'i Namespace {
        &self.unit.templates[self.at].namespace
    }

    /// The Services that select it.
    pub fn services(self) -> impl Iterator<Item = ServiceLink<'i>> + 'i {
        let Self { index, unit, at } = self;
        let selections = unit.templates[at].selected_by.iter();
        let services = selections.flat_map(|own| &unit.selections[*own].services);
        let mut services: Vec<usize> = services.copied().collect();
        services.sort_unstable();
        services
            .into_iter()
            .map(move |at| ServiceLink { index, unit, at })
    }

    /// Whether the text tells all containers and ports of its pods: a workload of a known kind,
    /// nothing injected, nothing unreadable. What patches change is asked of the unit.
    pub fn is_fully_known(self) -> bool {
        let workload = self.workload();
        workload.kind != Kind::Custom
            && !workload.template.injected
            && !workload.template.unreadable
            && !workload.template.containers.is_empty()
    }

    /// Where a port of a Service leads in its pods.
    pub fn resolve(self, port: &ServicePort) -> Resolution<'i> {
        resolve::resolve(
            &self.workload().template,
            port,
            self.index.options.kube_version,
        )
    }

    /// Whether a patch of the unit declares a port of this name or number, in any container.
    pub fn may_be_patched(self, target: &crate::kinds::PortRef) -> bool {
        self.unit.may_be_patched(target)
    }
}
