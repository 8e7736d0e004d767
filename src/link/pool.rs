//! Where the `InferencePool` leads that a route sends to.

use super::links::{Link, Links};
use crate::diagnostic::Identity;
use crate::kinds::kind::group_version;
use crate::kinds::{POOL, PoolRef};
use crate::object::Object;
use crate::text::placeholder::is_placeholder;
use crate::text::similar::is_slip;
use crate::unit::{Namespace, Unit};
use std::borrow::Cow;

/// A reference of a route to an `InferencePool`, in a unit.
pub type PoolLink<'i> = Link<'i, &'i PoolRef>;

/// What a reference to an `InferencePool` leads to.
#[derive(Clone, Copy, Debug)]
pub enum NamedPool<'i> {
    /// To one, or to what nobody can know.
    Fine,
    /// To none: this one has the name, and another group.
    OtherGroup(&'i Object),
    /// To none; this one is called almost so.
    Similar(&'i Object),
    /// To none, and everything that exists is in the input.
    Missing,
}

impl Links {
    /// The `InferencePool` objects that the routes of a unit send to.
    pub fn pools<'i>(&'i self, unit: &'i Unit) -> impl Iterator<Item = PoolLink<'i>> {
        let routes = self.members(unit, Object::gateway_route);
        routes.flat_map(|route| {
            let pools = route.node.what.pools.iter();
            pools.map(move |pool| route.reading(pool))
        })
    }
}

/// An object that is an `InferencePool`, of whichever of its two groups.
fn pool(object: &Object) -> Option<&Identity> {
    let identity = &*object.identity;
    let (group, _) = group_version(&identity.api_version);
    (identity.kind == POOL && group.starts_with("inference.networking.")).then_some(identity)
}

impl<'i> PoolLink<'i> {
    /// What it says.
    pub fn pool(self) -> &'i PoolRef {
        self.node.what
    }

    /// The namespace that the pool is looked up in.
    pub fn pool_namespace(self) -> Cow<'i, Namespace> {
        match &self.pool().namespace {
            Some(named) => Cow::Owned(Namespace::explicit(&named.value)),
            None => Cow::Borrowed(self.namespace()),
        }
    }

    /// What it leads to. Both groups have pools of one shape, and an implementation looks into one
    /// of them (gateway-api-inference-extension `docs/proposals/1440-inferencepool-multi-cluster`,
    /// conformance `httproute_invalid_inferencepool_ref`).
    pub fn leads_to(self) -> NamedPool<'i> {
        let PoolRef { group, name, .. } = self.pool();
        let namespace = &*self.pool_namespace();
        let is_known = [&group.value, &name.value]
            .iter()
            .all(|text| !is_placeholder(text));
        if !is_known || !namespace.is_known {
            return NamedPool::Fine;
        }
        let is_there = |own: &Link<'i, &'i Identity>| own.namespace().may_be(namespace);
        let named: Vec<_> = self.called(&name.value, pool).filter(is_there).collect();
        let is_of_group = |own: &Link<'i, &'i Identity>| {
            group_version(&own.node.what.api_version).0 == group.value
        };
        match named.first() {
            Some(_) if named.iter().any(is_of_group) => return NamedPool::Fine,
            Some(other) => return NamedPool::OtherGroup(other.object()),
            None => {}
        }
        let all = self.links.members(self.unit(), pool);
        let near = all.filter(|own| is_there(own) && is_of_group(own) && self.is_beside(*own));
        let mut near = near.take(MOST_COMPARED);
        if let Some(similar) = near.find(|own| is_slip(&name.value, own.name())) {
            return NamedPool::Similar(similar.object());
        }
        if self.links.options.closed_world {
            NamedPool::Missing
        } else {
            NamedPool::Fine
        }
    }
}

/// A name is compared with this many others at most.
const MOST_COMPARED: usize = 500;
