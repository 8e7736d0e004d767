//! What autoscalers scale: a workload of their own namespace, by its kind and its name (Kubernetes
//! `pkg/controller/podautoscaler/horizontal.go`, `scaleForResourceMappings`).

use super::links::{Link, Links};
use super::name_evidence::{Candidate, nearest_name};
use super::near::nearest;
use crate::diagnostic::Evidence;
use crate::kinds::kind::group_version;
use crate::kinds::recognize::can_scale;
use crate::kinds::served::may_be_in_group;
use crate::kinds::{Autoscaler, Kind};
use crate::object::Object;
use crate::text::placeholder::{is_placeholder, stands_for_name};
use crate::text::similar::is_slip;
use crate::text::source::{SourceId, Spanned};
use crate::unit::{Doubt, Member, Namespace, ObjectId, Unit};

/// An autoscaler in a unit.
pub type ScaleLink<'i> = Link<'i, &'i Autoscaler>;

/// What an autoscaler leads to.
#[derive(Clone, Debug)]
pub enum Scaled<'i> {
    /// To something that exists, or another rule reports what is wrong with it.
    Found,
    /// To nothing; this workload has the name, and is of another kind.
    OtherKind(&'i Object),
    /// To nothing; this workload has kind and name, and the group that is asked for has no such
    /// kind.
    OtherGroup(&'i Object, &'i Spanned<String>),
    /// To nothing; this workload of the kind was probably meant, for its name.
    OtherName(&'i Object, Evidence),
    /// To nothing in its namespace, but to this one in another. Both namespaces are explicit.
    OtherNamespace(&'i Object, &'i Namespace),
    /// To nothing, though its own text defines these workloads of the kind.
    NotInOwnFile(Vec<&'i Object>),
    /// To nothing, and everything that exists is in the input.
    Missing,
    /// To nothing here, which may be right.
    Unverified(Doubt),
}

impl Scaled<'_> {
    /// Why nobody can know what it leads to.
    pub fn into_doubt(self) -> Option<Doubt> {
        match self {
            Self::Unverified(doubt) => Some(doubt),
            _ => None,
        }
    }
}

impl Links {
    /// The autoscalers of a unit.
    pub fn autoscalers<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = ScaleLink<'i>> + 'i {
        self.members(unit, Object::autoscaler)
    }
}

impl<'i> ScaleLink<'i> {
    /// What it says.
    pub fn autoscaler(self) -> &'i Autoscaler {
        self.node.what
    }

    /// What it leads to.
    pub fn target(self) -> Scaled<'i> {
        let (kind, name) = (&self.autoscaler().kind, &self.autoscaler().name);
        if stands_for_name(&name.value) || is_placeholder(&kind.value) {
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
            } else if let Some((evidence, other)) = self.of_other_name() {
                Scaled::OtherName(other, evidence)
            } else if let own @ [_, ..] = self.of_own_file().as_slice() {
                Scaled::NotInOwnFile(own.to_vec())
            } else if can_scale(&kind.value) && self.links.is_closed(self.unit()) {
                Scaled::Missing
            } else {
                Scaled::Unverified(Doubt::NotHere(name.value.clone()))
            }
        })
    }

    /// Objects with the kind and the name, wherever they are.
    fn namesake(self) -> Option<Scaled<'i>> {
        let (links, unit) = (self.links, self.unit());
        let (kind, name) = self.wanted();
        let is_it = |own: &&Member| links.object(own.id).identity.kind == *kind;
        let here: Vec<&Member> = links.called(unit, name).filter(is_it).collect();
        let may_be = |own: &&Member| own.namespace.may_be(self.namespace());
        if let Some(own) = here.iter().find(|own| may_be(own)) {
            let other = |asked| Scaled::OtherGroup(links.object(own.id), asked);
            return Some(self.other_group().map_or(Scaled::Found, other));
        }
        let is_here = |id: ObjectId| here.iter().any(|own| own.id == id);
        let units = links.units.iter();
        let mut named = units
            .flat_map(|unit| links.called(unit, name))
            .filter(is_it);
        let elsewhere = named.find(|own| !is_here(own.id));
        if let Some(other) = elsewhere {
            let identity = &links.object(other.id).identity;
            return Some(Scaled::Unverified(Doubt::MatchedElsewhere(
                identity.to_string(),
            )));
        }
        let first = *here.first()?;
        let is_certain = |own: &&Member| {
            own.namespace.is_explicit && unit.is_together(self.source(), own.source)
        };
        Some(match self.doubt() {
            Some(doubt) => Scaled::Unverified(doubt),
            None if self.namespace().is_explicit && here.iter().all(is_certain) => {
                Scaled::OtherNamespace(links.object(first.id), &first.namespace)
            }
            None => Scaled::Unverified(Doubt::Namespace),
        })
    }

    /// The `apiVersion` that it asks for, if there can be no such kind in its group: the version
    /// does not matter to the autoscaler.
    fn other_group(self) -> Option<&'i Spanned<String>> {
        let Autoscaler {
            api_version, kind, ..
        } = self.autoscaler();
        let asked = api_version.as_ref()?;
        let (group, _) = group_version(&asked.value);
        let may_be = is_placeholder(&asked.value)
            || self.object().has_problem_at(asked.span)
            || may_be_in_group(&kind.value, group, self.links.options.kube_version);
        (!may_be).then_some(asked)
    }

    /// Why what it scales may exist although it is not here.
    fn doubt(self) -> Option<Doubt> {
        let (links, unit) = (self.links, self.unit());
        let (_, name) = self.wanted();
        let operator = || links.operator_of(unit, name).map(ToString::to_string);
        let external = || links.external_workload(self.namespace(), name);
        unit.doubt()
            .or_else(|| operator().map(Doubt::Operator))
            .or_else(|| external().map(|pods| Doubt::External(pods.reason.clone())))
    }

    /// The kind and the name that it asks for.
    fn wanted(self) -> (&'i String, &'i String) {
        let Autoscaler { kind, name, .. } = self.autoscaler();
        (&kind.value, &name.value)
    }

    /// The object, if it is applied with the autoscaler, and something that it may scale.
    fn workload(self, member: &'i Member) -> Option<&'i Object> {
        let object = self.links.object(member.id);
        let is_workload = can_scale(&object.identity.kind) && object.kind != Kind::Custom;
        let is_beside = member.namespace.may_be(self.namespace())
            && self.unit().is_together(self.source(), member.source);
        (is_workload && is_beside).then_some(object)
    }

    /// A workload with the name that is of another kind, or whose kind is misspelt.
    fn of_other_kind(self) -> Option<&'i Object> {
        let (kind, name) = self.wanted();
        let named = self.links.called(self.unit(), name);
        let mut all = named.filter_map(|own| self.workload(own));
        all.find(|own| can_scale(kind) || cannot_scale(kind) || is_slip(kind, &own.identity.kind))
    }

    /// The workload of the kind that was probably meant, for its name.
    fn of_other_name(self) -> Option<(Evidence, &'i Object)> {
        let scalers = &self.links.view(self.unit()).symbols.scalers_by_target;
        let candidates = self.of_kind().map(|(source, own)| Candidate {
            name: own.identity.name.as_str(),
            source,
            is_called_otherwise: scalers.contains_key(&own.identity.name),
            what: own,
        });
        let (_, name) = self.wanted();
        nearest_name(name, self.source(), candidates)
    }

    /// The workloads of the kind that its own text defines, if nothing scales some of them.
    fn of_own_file(self) -> Vec<&'i Object> {
        let scalers = &self.links.view(self.unit()).symbols.scalers_by_target;
        let own = self
            .of_kind()
            .filter(|(source, _)| *source == self.source());
        let own: Vec<&Object> = own.map(|(_, object)| object).collect();
        let is_left = |object: &&Object| !scalers.contains_key(&object.identity.name);
        if own.iter().any(is_left) {
            own
        } else {
            Vec::new()
        }
    }

    /// The workloads of the kind that stand nearest.
    fn of_kind(self) -> impl Iterator<Item = (SourceId, &'i Object)> {
        let (kind, _) = self.wanted();
        let (objects, here) = (&self.unit().objects, self.node.member.id);
        let near = objects[nearest(objects, |own| own.id < here)].iter();
        let all = near.filter_map(move |own| Some((own.source, self.workload(own)?)));
        all.filter(move |(_, own)| own.identity.kind == *kind)
    }
}

/// Kinds of pods that have no subresource `scale`, so that no autoscaler can mean them.
fn cannot_scale(kind: &str) -> bool {
    matches!(kind, "DaemonSet" | "Pod" | "Job" | "CronJob")
}
