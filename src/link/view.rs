//! A unit and what it defines: all that selectors and names are matched with.

use super::Input;
use super::near::nearest;
use super::node::Node;
use super::symbols::{Symbols, Template};
use crate::diagnostic::Identity;
use crate::kinds::{LabelSelector, Labels, NetworkPolicy, Service, Workload};
use crate::object::Object;
use crate::unit::{Doubt, Member, Namespace, ObjectId, Unit};

/// More Services than these that operators make are not compared with a name.
const MANY: usize = 100;

/// A unit and what it defines.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'i> {
    pub(super) input: &'i Input,
    pub(super) unit: &'i Unit,
    pub(super) symbols: &'i Symbols,
}

impl<'i> View<'i> {
    fn node<T>(self, at: usize, member: &'i Member, what: T) -> Node<'i, T> {
        Node {
            unit: self.unit,
            member,
            object: self.input.object(member.id),
            at,
            what,
        }
    }

    /// A Service, by its position.
    ///
    /// # Panics
    /// Never: only Services are listed as such.
    pub(super) fn service(self, at: usize) -> Node<'i, &'i Service> {
        let member = self.unit.member(self.symbols.services[at]);
        let service = self.input.object(member.id).service();
        self.node(at, member, service.expect("listed as a Service"))
    }

    /// A pod template, by its position.
    pub(super) fn template(self, at: usize) -> Node<'i, &'i Workload> {
        let template = self.symbols.templates[at];
        let member = &self.unit.objects[template.member];
        let workloads = self.input.object(member.id).workloads();
        self.node(at, member, &workloads[template.workload])
    }

    /// A network policy, by its position.
    ///
    /// # Panics
    /// Never: only policies are listed as such.
    pub(super) fn policy(self, at: usize) -> Node<'i, &'i NetworkPolicy> {
        let member = &self.unit.objects[self.symbols.policies[at]];
        let policy = self.input.object(member.id).network_policy();
        self.node(at, member, policy.expect("listed as a policy"))
    }

    /// What can be read of one of its objects.
    pub(super) fn member<T>(
        self,
        at: usize,
        read: impl Fn(&'i Object) -> Option<T>,
    ) -> Option<Node<'i, T>> {
        let member = &self.unit.objects[at];
        let what = read(self.input.object(member.id))?;
        Some(self.node(at, member, what))
    }

    pub(super) fn services(self) -> impl ExactSizeIterator<Item = Node<'i, &'i Service>> {
        (0..self.symbols.services.len()).map(move |at| self.service(at))
    }

    pub(super) fn templates(self) -> impl ExactSizeIterator<Item = Node<'i, &'i Workload>> {
        (0..self.symbols.templates.len()).map(move |at| self.template(at))
    }

    pub(super) fn policies(self) -> impl ExactSizeIterator<Item = Node<'i, &'i NetworkPolicy>> {
        (0..self.symbols.policies.len()).map(move |at| self.policy(at))
    }

    /// The templates whose pods may have all of these labels: never too few, sometimes too many.
    pub(super) fn templates_having(
        self,
        labels: &Labels,
    ) -> impl Iterator<Item = Node<'i, &'i Workload>> {
        let found = self.symbols.templates_by_label.having(labels).into_iter();
        found.map(move |at| self.template(at))
    }

    /// The templates whose pods a selector may select, whatever their namespace: never too few,
    /// sometimes too many.
    pub(super) fn templates_for(
        self,
        selector: &LabelSelector,
    ) -> impl Iterator<Item = Node<'i, &'i Workload>> + use<'i> {
        let found = self.symbols.templates_by_label.selected(selector);
        found.into_iter().map(move |at| self.template(at))
    }

    /// The Services that a selector may select by their own labels, whatever their namespace.
    pub(super) fn services_for(
        self,
        selector: &LabelSelector,
    ) -> impl Iterator<Item = Node<'i, &'i Service>> + use<'i> {
        let found = self.symbols.services_by_label.selected(selector);
        found.into_iter().map(move |at| self.service(at))
    }

    /// The templates among which one that was meant is looked for.
    pub(super) fn nearest_templates(
        self,
        is_before: impl Fn(&Member) -> bool,
    ) -> impl Iterator<Item = Node<'i, &'i Workload>> + Clone {
        let templates = &self.symbols.templates;
        let near = nearest(templates, |own| is_before(&self.unit.objects[own.member]));
        near.map(move |at| self.template(at))
    }

    /// The Services among which one that was meant is looked for.
    pub(super) fn nearest_services(
        self,
        is_before: impl Fn(&Member) -> bool,
    ) -> impl Iterator<Item = Node<'i, &'i Service>> {
        let (written, provided) = self
            .symbols
            .services
            .split_at(self.symbols.written_services);
        let near = nearest(written, |own| is_before(&self.unit.objects[*own]));
        let provided = (written.len()..).take(provided.len().min(MANY));
        near.chain(provided).map(move |at| self.service(at))
    }

    /// The first pod template of an object.
    pub(super) fn template_of(self, id: ObjectId) -> Option<Node<'i, &'i Workload>> {
        let templates = &self.symbols.templates;
        let id_of = |own: &Template| self.unit.objects[own.member].id;
        let at = templates.partition_point(|own| id_of(own) < id);
        let found = templates.get(at).is_some_and(|own| id_of(own) == id);
        found.then(|| self.template(at))
    }

    /// How many pod templates may go to a namespace.
    pub(super) fn templates_in(self, namespace: &Namespace) -> usize {
        self.templates_where(|own| own.may_be(namespace))
    }

    /// How many pod templates may go to some namespaces.
    pub(super) fn templates_where(self, is_meant: impl Fn(&Namespace) -> bool) -> usize {
        let counts = self.symbols.template_counts.iter();
        counts
            .filter(|(own, _)| is_meant(own))
            .map(|(_, count)| count)
            .sum()
    }

    /// The custom resources that operators may make pods and Services for.
    pub(super) fn resources(self) -> impl Iterator<Item = &'i Identity> {
        let resources = 0..self.symbols.resources.len();
        resources.map(move |at| self.resource(at))
    }

    fn resource(self, at: usize) -> &'i Identity {
        let member = &self.unit.objects[self.symbols.resources[at]];
        &self.input.object(member.id).identity
    }

    /// The first custom resource whose name one of these texts is, or goes on with `-`: its
    /// operator probably makes what is called so.
    pub(super) fn maker_of(
        self,
        texts: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Option<&'i Identity> {
        let by_name = &self.symbols.resources_by_name;
        let first = |text: &str| {
            let dashes = text.match_indices('-').map(|(at, _)| &text[..at]);
            let names = dashes.chain([text]);
            let found = names.filter_map(|name| by_name.get(name));
            found.min().copied()
        };
        let texts = texts.into_iter();
        let at = texts.filter_map(|text| first(text.as_ref())).min()?;
        Some(self.resource(at))
    }

    /// The same for the name of a Service, but for what is known to make other ones.
    pub(super) fn maker_of_service(self, name: &str) -> Option<&'i Identity> {
        let maker = self.maker_of([name])?;
        let own = (maker.kind.clone(), maker.name.clone());
        (!self.symbols.makers.contains(&own)).then_some(maker)
    }

    /// A custom resource whose name says that its operator makes what is called so.
    pub(super) fn doubt_of_maker(
        self,
        texts: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Option<Doubt> {
        let found = self.maker_of(texts)?;
        Some(Doubt::Operator(found.to_string()))
    }

    /// Why the unit may hold more than can be seen.
    pub(super) fn doubt_of_rest(self) -> Option<Doubt> {
        self.unit.doubt().or_else(|| self.symbols.bare.clone())
    }
}
