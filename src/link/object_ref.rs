//! References to objects that are no Services: middlewares, upstreams, policies.

use super::links::{Link, Links, ServiceLink};
use super::lookup::{Lookup, Named};
use super::near::nearest;
use crate::kinds::described::{Cross, ObjectRef};
use crate::kinds::kind::group_version;
use crate::object::Object;
use crate::text::placeholder::is_placeholder;
use crate::text::similar::is_slip;
use crate::unit::{Doubt, Member, Namespace, Unit};
use std::borrow::Cow;

/// A reference to an object, in a unit.
#[derive(Clone, Copy, Debug)]
pub struct ObjectReference<'i> {
    from: Link<'i, &'i ObjectRef>,
}

/// What it leads to.
#[derive(Clone, Debug)]
pub enum NamedObject<'i> {
    /// To something that is here.
    Found,
    /// To nothing; this one is called almost so: the object, and how its name is written here.
    Similar(&'i Object, String),
    /// To nothing in its namespace, but to this one in another. Both namespaces are explicit.
    OtherNamespace(&'i Object, &'i Namespace),
    /// To no namespace; this Service, beside the object, has the name.
    Service(ServiceLink<'i>),
    /// To nothing, though the file has others of the kind; or everything there is is here.
    Missing,
    /// To nothing here, which may be right.
    Unverified(Doubt),
}

impl NamedObject<'_> {
    /// Why nobody can know what it leads to.
    pub fn into_doubt(self) -> Option<Doubt> {
        match self {
            Self::Unverified(doubt) => Some(doubt),
            _ => None,
        }
    }
}

impl Links {
    /// Everything in a unit that points at an object of a kind that is described by data.
    pub fn object_references<'i>(
        &'i self,
        unit: &'i Unit,
    ) -> impl Iterator<Item = ObjectReference<'i>> + 'i {
        let holders = self.members(unit, |object| Some(&object.objects));
        holders.flat_map(|holder| {
            let targets = holder.node.what.iter();
            targets.map(move |target| ObjectReference {
                from: holder.reading(target),
            })
        })
    }
}

impl<'i> ObjectReference<'i> {
    /// The object that it stands in.
    pub fn object(self) -> &'i Object {
        self.from.object()
    }

    /// What it says.
    pub fn target(self) -> &'i ObjectRef {
        self.from.node.what
    }

    /// The namespace in which the object is looked up.
    pub fn namespace(self) -> Cow<'i, Namespace> {
        match &self.target().namespace {
            Some(named) => Cow::Owned(Namespace::explicit(&named.value)),
            None => Cow::Borrowed(self.from.namespace()),
        }
    }

    /// Whether it leads into a namespace that the controller reads only if a flag says so.
    pub fn needs_flag(self) -> bool {
        let crosses = *self.namespace() != *self.from.namespace();
        self.target().cross == Cross::Unverified && crosses
    }

    /// What it leads to.
    pub fn named(self) -> NamedObject<'i> {
        let target = self.target();
        let (links, unit) = (self.from.links, self.from.unit());
        let name = &target.name.value;
        let namespace = self.namespace();
        if is_placeholder(name) || !namespace.is_known {
            return NamedObject::Unverified(Doubt::Placeholder);
        }
        if target.is_namespace() {
            return self.named_namespace();
        }
        let may_be = |own: &Member| target.is_anywhere || own.namespace.may_be(&namespace);
        let namesakes = self.namesakes();
        let (here, others): (Vec<&Member>, Vec<_>) = namesakes.partition(|own| may_be(own));
        if !here.is_empty() {
            return NamedObject::Found;
        }
        if let Some(doubt) = unit.doubt() {
            return NamedObject::Unverified(doubt);
        }
        if let Some(other) = others.first() {
            return if other.namespace.is_explicit && namespace.is_explicit {
                NamedObject::OtherNamespace(links.object(other.id), &other.namespace)
            } else {
                NamedObject::Unverified(Doubt::Namespace)
            };
        }
        let source = self.from.source();
        let near = || self.nearest().filter(|own| may_be(own));
        if let Some(similar) = near().find(|own| is_slip(name, &self.written(own))) {
            return NamedObject::Similar(links.object(similar.id), self.written(similar));
        }
        let is_evidence = |own: &Member| target.looks_wide || own.source == source;
        if near().any(is_evidence) || links.is_closed(unit) {
            return NamedObject::Missing;
        }
        NamedObject::Unverified(Doubt::NotHere(name.clone()))
    }

    /// What the name of a namespace leads to. Nothing has to describe one, or be in it here; but
    /// who gives the name of a Service beside the object took it for that.
    fn named_namespace(self) -> NamedObject<'i> {
        let (links, name) = (self.from.links, &self.target().name.value);
        let mut units = links.units.iter();
        let is_used = units.any(|unit| links.view(unit).symbols.namespaces.contains(name));
        if is_used || self.namesakes().next().is_some() {
            return NamedObject::Found;
        }
        let service = Lookup {
            links,
            unit: self.from.unit(),
            source: self.from.source(),
            namespace: Cow::Borrowed(self.from.namespace()),
            name: Cow::Borrowed(name),
            is_of_own_file: false,
        };
        match service.named() {
            Named::Found(services) => NamedObject::Service(services[0]),
            _ => NamedObject::Unverified(Doubt::NotHere(name.clone())),
        }
    }

    /// The objects of the unit that have the wanted kind and the name.
    fn namesakes(self) -> impl Iterator<Item = &'i Member> {
        let links = self.from.links;
        let names = self.target().names().into_iter();
        let all = names.flat_map(move |name| {
            links.of_kind_called(self.from.unit(), &self.target().kind, &name)
        });
        all.filter(move |own| self.is_of_group(own) && self.is_called(own))
    }

    /// Whether an object of the wanted kind is of a group that has it.
    fn is_of_group(self, own: &Member) -> bool {
        let identity = &self.from.links.object(own.id).identity;
        let (group, _) = group_version(&identity.api_version);
        self.target().groups.iter().any(|wanted| wanted == group)
    }

    /// Those among which the one that was meant is looked for.
    fn nearest(self) -> impl Iterator<Item = &'i Member> {
        let (unit, source) = (self.from.unit(), self.from.source());
        let all = self.from.links.of_kind(unit, &self.target().kind);
        let near = nearest(all, |at| unit.member(*at).source < source);
        let near = all[near].iter().map(|at| unit.member(*at));
        near.filter(move |own| self.is_of_group(own) && unit.is_together(source, own.source))
    }

    /// Whether an object has the name that is asked for.
    fn is_called(self, own: &Member) -> bool {
        let wanted = &self.target().name.value;
        let name = self.written(own);
        // A namespace that nobody writes may be any.
        let is_open = self.target().is_joined && !own.namespace.is_explicit;
        *wanted == name || is_open && wanted.ends_with(&format!("-{}", self.name_of(own)))
    }

    fn name_of(self, own: &Member) -> &'i str {
        &self.from.links.object(own.id).identity.name
    }

    /// How the name of an object is written here.
    fn written(self, own: &Member) -> String {
        self.target()
            .written(&own.namespace.name, self.name_of(own))
    }
}
