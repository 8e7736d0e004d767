//! All links of a run.

use super::Input;
use super::all_templates::Everywhere;
use super::isolation::Isolation;
use super::judge::judge;
use super::membership::Membership;
use super::node::Node;
use super::orphans::OrphansByPurpose;
use super::selections::Selections;
use super::service_names::{self, Told};
use super::symbols::Symbols;
use super::view::View;
use crate::diagnostic::Identity;
use crate::kinds::described::Fault;
use crate::kinds::{Service, Workload};
use crate::object::Object;
use crate::text::source::SourceId;
use crate::unit::{Member, Namespace, Unit};
use rayon::prelude::*;
use std::ops::Deref;

/// What was read, and how it is linked. All that can be asked of the [`Input`] can be asked of its
/// links.
#[derive(Debug)]
pub struct Links {
    input: Input,
    /// Those of each unit.
    linked: Vec<Linked>,
}

/// The links of a unit, in the order in which they are found.
#[derive(Debug)]
struct Linked {
    /// What the unit defines.
    symbols: Symbols,
    /// Which pods its Services select.
    selections: Selections,
    /// Which pods its network policies are about.
    isolation: Isolation,
    /// What its other selectors select nothing of.
    orphans: OrphansByPurpose,
    /// The names of Services that its pods are told.
    told: Vec<Told>,
    /// What became of the selector of each Service.
    memberships: Vec<Membership>,
}

impl Deref for Links {
    type Target = Input;

    fn deref(&self) -> &Input {
        &self.input
    }
}

impl Links {
    /// Links what belongs together: names what each unit defines, then lets selectors select, and
    /// last judges those that select nothing, for which it takes all units.
    pub fn of(input: Input) -> Self {
        let units = input.units.par_iter();
        let symbols: Vec<Symbols> = units.map(|unit| Symbols::of(&input, unit)).collect();
        let units = input.units.iter().zip(&symbols);
        let views: Vec<View<'_>> = units
            .map(|(unit, symbols)| View {
                input: &input,
                unit,
                symbols,
            })
            .collect();
        let selections: Vec<Selections> =
            views.par_iter().map(|view| Selections::of(*view)).collect();
        let everywhere = Everywhere::of(&views);
        let judged: Vec<_> = views
            .par_iter()
            .zip(&selections)
            .map(|(view, selections)| {
                let memberships = judge(*view, selections, &everywhere);
                let asked = (Isolation::of(*view), OrphansByPurpose::of(*view));
                (asked, service_names::find(*view), memberships)
            })
            .collect();
        let linked = symbols.into_iter().zip(selections).zip(judged);
        let linked = linked.map(
            |((symbols, selections), ((isolation, orphans), told, memberships))| Linked {
                symbols,
                selections,
                isolation,
                orphans,
                told,
                memberships,
            },
        );
        Self {
            linked: linked.collect(),
            input,
        }
    }

    /// What the links were found in.
    pub fn into_input(self) -> Input {
        self.input
    }

    fn of_unit(&self, unit: &Unit) -> &Linked {
        &self.linked[unit.at]
    }

    pub(super) fn view<'i>(&'i self, unit: &'i Unit) -> View<'i> {
        View {
            input: &self.input,
            unit,
            symbols: &self.of_unit(unit).symbols,
        }
    }

    pub(super) fn selections(&self, unit: &Unit) -> &Selections {
        &self.of_unit(unit).selections
    }

    pub(super) fn isolation(&self, unit: &Unit) -> &Isolation {
        &self.of_unit(unit).isolation
    }

    pub(super) fn orphans(&self, unit: &Unit) -> &OrphansByPurpose {
        &self.of_unit(unit).orphans
    }

    pub(super) fn told(&self, unit: &Unit) -> &[Told] {
        &self.of_unit(unit).told
    }

    pub(super) fn memberships(&self, unit: &Unit) -> &[Membership] {
        &self.of_unit(unit).memberships
    }

    /// The objects of a unit of which something can be read.
    pub(super) fn members<'i, T>(
        &'i self,
        unit: &'i Unit,
        read: impl Fn(&'i Object) -> Option<T> + Copy,
    ) -> impl Iterator<Item = Link<'i, T>> {
        let view = self.view(unit);
        let members = 0..unit.objects.len();
        let nodes = members.filter_map(move |at| view.member(at, read));
        nodes.map(|node| Link { links: self, node })
    }
}

impl Links {
    /// The members of a unit that have a name.
    pub fn called<'i>(&'i self, unit: &'i Unit, name: &str) -> impl Iterator<Item = &'i Member> {
        let named = self.view(unit).symbols.members_by_name.get(name);
        named.into_iter().flatten().map(|&at| &unit.objects[at])
    }

    /// The members of a unit that have a kind of this name, by their positions.
    pub(super) fn of_kind<'i>(&'i self, unit: &'i Unit, kind: &str) -> &'i [usize] {
        let members = self.view(unit).symbols.members_by_kind.get(kind);
        members.map_or(&[], Vec::as_slice)
    }

    /// Those of them that have a name, but for what is neither letter nor digit.
    pub(super) fn of_kind_called<'i>(
        &'i self,
        unit: &'i Unit,
        kind: &str,
        hyphened: &str,
    ) -> impl Iterator<Item = &'i Member> + use<'i> {
        let by_name = &self.view(unit).symbols.members_by_kind_and_name;
        let members = by_name.get(&format!("{kind}/{hyphened}"));
        members.into_iter().flatten().map(|&at| unit.member(at))
    }

    /// What is wrong with single values of the objects of a unit.
    pub fn faults<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = FaultLink<'i>> + 'i {
        let holders = self.members(unit, |object| Some(&object.faults));
        holders.flat_map(|holder| {
            let faults = holder.node.what.iter();
            faults.map(move |fault| holder.reading(fault))
        })
    }

    /// Whether the Operator Lifecycle Manager applies a unit. It makes the Services of webhooks
    /// itself, and names them anew.
    pub fn is_operator_bundle(&self, unit: &Unit) -> bool {
        let mut resources = self.view(unit).resources();
        resources.any(|own| own.kind == "ClusterServiceVersion")
    }

    /// A custom resource of the unit whose name says that its operator makes what has this name.
    pub fn operator_of<'i>(&'i self, unit: &'i Unit, name: &str) -> Option<&'i Identity> {
        self.view(unit).maker_of([name])
    }
}

/// An object of a unit with its links, and what is read of it: the Service that it is, a workload
/// in it, ...
#[derive(Clone, Copy, Debug)]
pub struct Link<'i, T> {
    pub(super) links: &'i Links,
    pub(super) node: Node<'i, T>,
}

/// A Service in a unit.
pub type ServiceLink<'i> = Link<'i, &'i Service>;

/// Something that is wrong with a value of an object by itself, in a unit.
pub type FaultLink<'i> = Link<'i, &'i Fault>;

impl<'i> FaultLink<'i> {
    /// What is wrong.
    pub fn fault(self) -> &'i Fault {
        self.node.what
    }
}

/// A pod template in a unit: what traffic may go to.
pub type Backend<'i> = Link<'i, &'i Workload>;

impl<'i, T: Copy> Link<'i, T> {
    /// The object.
    pub fn object(self) -> &'i Object {
        self.node.object
    }

    /// The text that it is in.
    pub fn source(self) -> SourceId {
        self.node.source()
    }

    /// The namespace that it goes to.
    pub fn namespace(self) -> &'i Namespace {
        self.node.namespace()
    }

    /// The name, for messages.
    pub fn name(self) -> &'i str {
        self.node.name()
    }

    /// Kind and name, for messages: ``Deployment `web` ``.
    pub fn display(self) -> String {
        self.object().identity.to_string()
    }

    /// Its position among those of its kind in the unit.
    pub fn at(self) -> usize {
        self.node.at
    }

    /// Whether both are one thing in one unit.
    pub fn is(self, other: Link<'_, T>) -> bool {
        self.unit().at == other.unit().at && self.node.at == other.node.at
    }

    /// Whether both are applied together.
    pub(super) fn is_beside<U: Copy>(self, other: Link<'_, U>) -> bool {
        self.node.is_beside(other.node)
    }

    pub(super) fn unit(self) -> &'i Unit {
        self.node.unit
    }

    /// The same object, and something else that is read of it.
    pub(super) fn reading<U>(self, what: U) -> Link<'i, U> {
        let Node {
            unit,
            member,
            object,
            at,
            ..
        } = self.node;
        Link {
            links: self.links,
            node: Node {
                unit,
                member,
                object,
                at,
                what,
            },
        }
    }
}
