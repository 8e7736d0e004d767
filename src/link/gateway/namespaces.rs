//! From which namespaces something is let in (gateway-api `apis/v1/gateway_types.go`,
//! `RouteNamespaces`, `ListenerNamespaces`).

use crate::kinds::{
    AllowedNamespaces, FromNamespaces, LabelSelector, Labels, NamespaceLabels, Operator, Pair,
    PairValue, Requirement,
};
use crate::link::answer::Answer;
use crate::link::links::Link;
use crate::object::Object;
use crate::unit::{Doubt, Namespace};

/// The label that the API server puts on every namespace (K
/// `pkg/apis/core/v1/defaults.go:SetDefaults_Namespace`).
const NAME: &str = "kubernetes.io/metadata.name";

/// Whether an object lets another one in.
pub(super) fn lets_in<T: Copy, U: Copy>(
    host: Link<'_, T>,
    allowed: &AllowedNamespaces,
    default: FromNamespaces,
    guest: Link<'_, U>,
) -> Answer {
    let from = match allowed.from {
        FromNamespaces::Default => default,
        written => written,
    };
    match from {
        FromNamespaces::All => Answer::Yes,
        FromNamespaces::None => Answer::No,
        FromNamespaces::Same | FromNamespaces::Default => is_same(host, guest),
        FromNamespaces::Unknown => Answer::Unknown(Doubt::Placeholder),
        FromNamespaces::Selector => match &allowed.selector {
            Some(selector) => is_selected(guest, selector),
            None => Answer::Unknown(Doubt::Placeholder),
        },
    }
}

/// Whether both are in one namespace.
pub(in crate::link) fn is_same<T: Copy, U: Copy>(host: Link<'_, T>, guest: Link<'_, U>) -> Answer {
    let (own, other) = (host.namespace(), guest.namespace());
    if !own.is_known || !other.is_known {
        return Answer::Unknown(Doubt::Placeholder);
    }
    if own.is_explicit != other.is_explicit {
        return Answer::Unknown(Doubt::Namespace);
    }
    if own.name == other.name {
        return Answer::Yes;
    }
    // A kustomization may put either somewhere else.
    if guest.unit().sets_namespace {
        return Answer::Unknown(Doubt::Namespace);
    }
    Answer::No
}

/// Whether a selector selects the namespace of an object by its labels.
pub(in crate::link) fn is_selected<T: Copy>(
    guest: Link<'_, T>,
    selector: &LabelSelector,
) -> Answer {
    let (home, unit) = (guest.namespace(), guest.unit());
    if selector.labels.is_unreadable || selector.flat {
        return Answer::Unknown(Doubt::Placeholder);
    }
    if selector.is_empty() {
        return Answer::Yes;
    }
    if !home.is_known {
        return Answer::Unknown(Doubt::Placeholder);
    }
    if !home.is_explicit || unit.sets_namespace {
        return Answer::Unknown(Doubt::Namespace);
    }
    let known = guest.labels_of(home);
    let labels = NamespaceView {
        name: &home.name,
        labels: &known,
    };
    let pairs = selector.labels.pairs.iter().map(|pair| labels.has(pair));
    let expressions = selector.expressions.iter().map(|own| labels.meets(own));
    Answer::all(pairs.chain(expressions))
}

/// What is known of the labels of a namespace.
struct NamespaceView<'i> {
    name: &'i str,
    /// Of each object that describes it.
    labels: &'i [&'i Labels],
}

impl NamespaceView<'_> {
    /// The value of a label: none where nobody can know, and where it is not there.
    fn value(&self, key: &str) -> Result<Option<&str>, Doubt> {
        if key == NAME {
            return Ok(Some(self.name));
        }
        let unknown = || Doubt::NamespaceLabels(self.name.to_owned());
        let [labels] = self.labels else {
            return Err(unknown());
        };
        match labels.get(key) {
            Some(pair) if pair.is_unknown() => Err(Doubt::Placeholder),
            Some(pair) => Ok(Some(&pair.value.value)),
            None if labels.is_unreadable => Err(unknown()),
            None => Ok(None),
        }
    }

    fn has(&self, pair: &Pair) -> Answer {
        if !matches!(pair.kind, PairValue::Text | PairValue::Null) {
            return Answer::Unknown(Doubt::Placeholder);
        }
        match self.value(&pair.key.value) {
            Ok(value) => (value == Some(pair.value.value.as_str())).into(),
            Err(doubt) => Answer::Unknown(doubt),
        }
    }

    /// apimachinery `pkg/labels/selector.go:Requirement.Matches`
    fn meets(&self, requirement: &Requirement) -> Answer {
        let Some(key) = &requirement.key else {
            return Answer::Unknown(Doubt::Placeholder);
        };
        let value = match self.value(&key.value) {
            Ok(value) => value,
            Err(doubt) => return Answer::Unknown(doubt),
        };
        let mut values = requirement.values.iter();
        let is_listed = value.is_some_and(|value| values.any(|own| own.value == value));
        let may_be_listed = requirement.has_unknown_values && value.is_some() && !is_listed;
        match requirement.operator {
            Operator::In | Operator::NotIn if may_be_listed => Answer::Unknown(Doubt::Placeholder),
            Operator::In => is_listed.into(),
            Operator::NotIn => (!is_listed).into(),
            Operator::Exists => value.is_some().into(),
            Operator::DoesNotExist => value.is_none().into(),
            Operator::Unknown => Answer::Unknown(Doubt::Placeholder),
        }
    }
}

impl<'i, T: Copy> Link<'i, T> {
    /// The Namespace objects that describe a namespace, and are applied together with this one.
    pub fn namespace_objects(self, namespace: &str) -> Vec<Link<'i, &'i NamespaceLabels>> {
        let called = self.called(namespace, Object::namespace_labels);
        called.collect()
    }

    fn labels_of(self, namespace: &Namespace) -> Vec<&'i Labels> {
        let objects = self.namespace_objects(&namespace.name).into_iter();
        objects.map(|own| &own.node.what.labels).collect()
    }

    /// What of a kind is called so, and applied together with this.
    pub(in crate::link) fn called<U: Copy + 'i>(
        self,
        name: &str,
        read: impl Fn(&'i Object) -> Option<U> + Copy + 'i,
    ) -> impl Iterator<Item = Link<'i, U>> {
        let (links, unit) = (self.links, self.unit());
        let view = links.view(unit);
        let named = view.symbols.members_by_name.get(name);
        let nodes = named.into_iter().flatten();
        let nodes = nodes.filter_map(move |&at| view.member(at, read));
        let all = nodes.map(move |node| Link { links, node });
        all.filter(move |own| self.is_beside(*own))
    }
}
