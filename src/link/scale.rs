//! What autoscalers scale: a workload of their own namespace, by its kind and its name (Kubernetes
//! `pkg/controller/podautoscaler/horizontal.go`, `scaleForResourceMappings`).

use super::names::around;
use super::unit::{Member, Unit};
use super::{Index, ObjectId};
use crate::kinds::recognize::can_scale;
use crate::kinds::{Autoscaler, Kind};
use crate::object::Object;
use crate::text::placeholder::is_placeholder;
use crate::text::similar::is_slip;
use crate::unit::Doubt;
use crate::unit::Namespace;

/// An autoscaler in a unit.
#[derive(Clone, Copy, Debug)]
pub struct ScaleLink<'i> {
    index: &'i Index,
    unit: &'i Unit,
    member: &'i Member,
    autoscaler: &'i Autoscaler,
}

/// What an autoscaler leads to.
#[derive(Clone, Debug)]
pub enum Scaled<'i> {
    /// To something that exists, or another rule reports what is wrong with it.
    Found,
    /// To nothing; this workload has the name, and is of another kind.
    OtherKind(&'i Object),
    /// To nothing; this workload of the kind is called almost so.
    OtherName(&'i Object),
    /// To nothing in its namespace, but to this one in another. Both namespaces are explicit.
    OtherNamespace(&'i Object, &'i Namespace),
    /// To nothing, and everything that exists is in the input.
    Missing,
    /// To nothing here, which may be right.
    Unverified(Doubt),
}

impl Index {
    /// The autoscalers of a unit.
    pub fn autoscalers<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = ScaleLink<'i>> + 'i {
        unit.objects.iter().filter_map(move |member| {
            Some(ScaleLink {
                index: self,
                unit,
                member,
                autoscaler: self.object(member.id).autoscaler()?,
            })
        })
    }
}

impl<'i> ScaleLink<'i> {
    /// The object.
    pub fn object(self) -> &'i Object {
        self.index.object(self.member.id)
    }

    /// What it says.
    pub fn autoscaler(self) -> &'i Autoscaler {
        self.autoscaler
    }

    /// The namespace that it goes to.
    pub fn namespace(self) -> &'i Namespace {
        &self.member.namespace
    }

    /// What it leads to.
    pub fn target(self) -> Scaled<'i> {
        let Self {
            index,
            unit,
            autoscaler,
            ..
        } = self;
        let (kind, name) = (&autoscaler.kind, &autoscaler.name);
        if is_placeholder(&name.value) || is_placeholder(&kind.value) {
            return Scaled::Unverified(Doubt::Placeholder);
        }
        let object = self.object();
        if object.has_problem_at(name.span) || object.has_problem_at(kind.span) {
            return Scaled::Found;
        }
        self.namesake().unwrap_or_else(|| {
            if let Some(doubt) = self.doubt() {
                Scaled::Unverified(doubt)
            } else if let Some(other) = self.of_other_kind() {
                Scaled::OtherKind(other)
            } else if let Some(other) = self.of_other_name() {
                Scaled::OtherName(other)
            } else if can_scale(&kind.value) && index.is_closed(unit) {
                Scaled::Missing
            } else {
                Scaled::Unverified(Doubt::NotHere(name.value.clone()))
            }
        })
    }

    /// Objects with the kind and the name, wherever they are.
    fn namesake(self) -> Option<Scaled<'i>> {
        let Self { index, unit, .. } = self;
        let (kind, name) = (&self.autoscaler.kind.value, &self.autoscaler.name.value);
        let is_it = |own: &&Member| index.object(own.id).identity.kind == *kind;
        let here: Vec<&Member> = index.called(unit, name).filter(is_it).collect();
        let may_be = |own: &&Member| own.namespace.may_be(self.namespace());
        if here.iter().any(may_be) {
            return Some(Scaled::Found);
        }
        let is_here = |id: ObjectId| here.iter().any(|own| own.id == id);
        let units = index.units.iter();
        let mut named = units
            .flat_map(|unit| index.called(unit, name))
            .filter(is_it);
        let elsewhere = named.find(|own| !is_here(own.id));
        if let Some(other) = elsewhere {
            let identity = &index.object(other.id).identity;
            return Some(Scaled::Unverified(Doubt::MatchedElsewhere(
                identity.to_string(),
            )));
        }
        let first = *here.first()?;
        let source = index.source_of(self.member.id);
        let is_certain = |own: &&Member| {
            own.namespace.is_explicit && unit.is_together(source, index.source_of(own.id))
        };
        Some(match self.doubt() {
            Some(doubt) => Scaled::Unverified(doubt),
            None if self.namespace().is_explicit && here.iter().all(is_certain) => {
                Scaled::OtherNamespace(index.object(first.id), &first.namespace)
            }
            None => Scaled::Unverified(Doubt::Namespace),
        })
    }

    /// Why what it scales may exist although it is not here.
    fn doubt(self) -> Option<Doubt> {
        let Self { index, unit, .. } = self;
        let name = &self.autoscaler.name.value;
        let operator = || index.operator_of(unit, name).map(ToString::to_string);
        let external = || index.external_workload(self.namespace(), name);
        let unread = unit.doubts.first().cloned();
        unread
            .or_else(|| operator().map(Doubt::Operator))
            .or_else(|| external().map(|pods| Doubt::External(pods.reason.clone())))
    }

    /// The object, if it is applied with the autoscaler, and something that it may scale.
    fn workload(self, member: &'i Member) -> Option<&'i Object> {
        let Self { index, unit, .. } = self;
        let (source, other) = (self.object().name.source, index.source_of(member.id));
        let object = index.object(member.id);
        let is_workload = can_scale(&object.identity.kind) && object.kind != Kind::Custom;
        let is_beside =
            member.namespace.may_be(self.namespace()) && unit.is_together(source, other);
        (is_workload && is_beside).then_some(object)
    }

    /// A workload with the name that is of another kind, or whose kind is misspelt.
    fn of_other_kind(self) -> Option<&'i Object> {
        let (kind, name) = (&self.autoscaler.kind.value, &self.autoscaler.name.value);
        let named = self.index.called(self.unit, name);
        let mut all = named.filter_map(|own| self.workload(own));
        all.find(|own| can_scale(kind) || is_slip(kind, &own.identity.kind))
    }

    /// A workload of the kind whose name is almost that, among those that stand nearest.
    fn of_other_name(self) -> Option<&'i Object> {
        let (kind, name) = (&self.autoscaler.kind.value, &self.autoscaler.name.value);
        let objects = &self.unit.objects;
        let here = objects.partition_point(|own| own.id < self.member.id);
        let nearest = objects[around(here, objects.len())].iter();
        let mut all = nearest.filter_map(|own| self.workload(own));
        all.find(|own| own.identity.kind == *kind && is_slip(name, &own.identity.name))
    }
}
