//! What could not be judged: silence about it must not look like a pass.

use super::account::order;
use super::filled_in::filled_in;
use super::{Subject, Unverified};
use crate::diagnostic::{Identity, Severity};
use crate::kinds::parts::istio::Host;
use crate::kinds::{Kind, LabelSelector};
use crate::link::{Answer, Attachment, Form, GatewayLink, Links, ParentLink, Purpose};
use crate::object::Object;
use crate::text::source::Span;
use crate::unit::{Doubt, Unit};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Something that a unit can judge, or cannot.
struct Judged<'i> {
    subject: Subject,
    object: &'i Arc<Identity>,
    span: Span,
    /// How a reason reads.
    detail: fn(&Doubt) -> String,
    /// Why it cannot.
    doubt: Option<Doubt>,
}

/// The Services, what points at Services, and what selects or scales pods, that no unit could
/// judge, the values that nobody knows yet, and the findings that are left open.
pub(super) fn unverified(links: &Links, open: Vec<Unverified>) -> Vec<Unverified> {
    let mut judged: BTreeSet<Span> = BTreeSet::new();
    let mut doubtful: BTreeMap<Span, Unverified> = BTreeMap::new();
    let units = links.units.iter();
    let all = units.flat_map(|unit| all_judged(links, unit));
    for found in all.filter(|found| links.is_reported(found.span.source)) {
        let span = found.span;
        match found.doubt {
            None => {
                judged.insert(span);
            }
            Some(doubt) => {
                doubtful.entry(span).or_insert_with(|| Unverified {
                    subject: found.subject,
                    object: Arc::clone(found.object),
                    span,
                    reason: doubt.code(),
                    detail: (found.detail)(&doubt),
                });
            }
        }
    }
    doubtful.retain(|span, _| !judged.contains(span));
    for value in filled_in(links) {
        if !judged.contains(&value.span) {
            doubtful.entry(value.span).or_insert(value);
        }
    }
    for finding in open {
        doubtful.entry(finding.span).or_insert(finding);
    }
    let mut list: Vec<Unverified> = doubtful.into_values().collect();
    list.sort_by_cached_key(|found| order(links, found.span));
    list
}

fn all_judged<'i>(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Judged<'i>> {
    services(links, unit)
        .chain(references(links, unit))
        .chain(object_references(links, unit))
        .chain(hosts(links, unit))
        .chain(dns_names(links, unit))
        .chain(parents(links, unit))
        .chain(targets(links, unit))
        .chain(selectors(links, unit))
}

fn services<'i>(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Judged<'i>> {
    links.services(unit).map(|service| {
        let object = service.object();
        Judged {
            subject: Subject::Service,
            object: &object.identity,
            span: object.name,
            detail: Doubt::detail,
            doubt: service.membership().doubt().cloned().or_else(|| {
                // Only a hint: who names no namespace leaves it to others.
                let (_, severity) = service.in_other_namespace()?;
                (severity == Severity::Info).then_some(Doubt::Namespace)
            }),
        }
    })
}

fn references<'i>(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Judged<'i>> {
    links.references(unit).map(|reference| Judged {
        subject: Subject::Reference,
        object: &reference.object().identity,
        span: reference.target().name.span,
        detail: Doubt::detail_of_reference,
        doubt: reference.named().into_doubt(),
    })
}

fn object_references<'i>(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Judged<'i>> {
    links.object_references(unit).map(|reference| Judged {
        subject: Subject::Target,
        object: &reference.object().identity,
        span: reference.target().name.span,
        detail: Doubt::detail_of_object,
        doubt: reference.named().into_doubt(),
    })
}

/// The hosts of Istio's routing that are Services. One with a dot that is not complete may well be
/// one outside.
fn hosts<'i>(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Judged<'i>> {
    let hosts = links.routing(unit).flat_map(|link| {
        let hosts = link.routing().hosts().into_iter();
        hosts.map(move |host| (link, host))
    });
    let services = hosts.filter(|(_, host)| {
        let form = Host::of(&host.value);
        matches!(form, Host::Short(_) | Host::Qualified(..))
    });
    services.filter_map(|(link, host)| {
        Some(Judged {
            subject: Subject::Reference,
            object: &link.object().identity,
            span: host.span,
            detail: Doubt::detail_of_reference,
            doubt: link.named(&host.value)?.into_doubt(),
        })
    })
}

/// The names in what pods are told that can only be Services of the cluster.
fn dns_names<'i>(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Judged<'i>> {
    let names = links.dns_names(unit).filter(|name| !name.is_own());
    let whole = names.filter(|name| matches!(name.form(), Form::Full | Form::Pod));
    // The API server makes its own.
    let is_its_own = |doubt: &Doubt| matches!(doubt, Doubt::ControlPlane);
    whole.map(move |name| Judged {
        subject: Subject::Reference,
        object: &name.object().identity,
        span: name.host().span,
        detail: Doubt::detail_of_reference,
        doubt: name.named().into_doubt().filter(|doubt| !is_its_own(doubt)),
    })
}

fn targets<'i>(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Judged<'i>> {
    links.autoscalers(unit).map(|link| Judged {
        subject: Subject::Target,
        object: &link.object().identity,
        span: link.autoscaler().name.span,
        detail: Doubt::detail_of_target,
        doubt: link.target().into_doubt(),
    })
}

/// What routes and `ListenerSet`s attach to and the input has, with a doubt where another unit has
/// it, or nobody can know whether they are let in. What is not in the input at all mostly belongs
/// to those who run the cluster.
fn parents<'i>(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Judged<'i>> {
    let routes = links.parents(unit).filter_map(move |parent| {
        Some(match parent.attachment() {
            Attachment::Accepted | Attachment::Refused(_) => (parent, None),
            Attachment::Unverified(doubt) => (parent, Some(doubt)),
            Attachment::Elsewhere => (parent, Some(elsewhere(links, parent)?)),
        })
    });
    let sets = links.gateways(unit).filter_map(GatewayLink::attaches_to);
    let sets = sets.filter_map(move |set| {
        let gateways = set.gateways();
        let mut answers = gateways.iter().map(|gateway| gateway.takes(set));
        Some(match answers.next() {
            Some(Answer::Unknown(doubt)) => (set, Some(doubt)),
            Some(_) => (set, None),
            None => (set, Some(elsewhere(links, set)?)),
        })
    });
    routes.chain(sets).map(|(parent, doubt)| Judged {
        subject: Subject::Reference,
        object: &parent.object().identity,
        span: parent.parent().name.span,
        detail: Doubt::detail_of_parent,
        doubt,
    })
}

/// What an object attaches to in another unit.
fn elsewhere(links: &Links, from: ParentLink<'_>) -> Option<Doubt> {
    let (parent, namespace) = (from.parent(), from.parent_namespace());
    let mut units = links.units.iter();
    let other = units.find_map(|unit| {
        let mut called = links.called(unit, &parent.name.value);
        called.find(|other| {
            let identity = &links.object(other.id).identity;
            identity.kind == parent.kind && other.namespace.may_be(&namespace)
        })
    })?;
    let file = &links.sources.get(other.source).name;
    let identity = &links.object(other.id).identity;
    Some(Doubt::MatchedElsewhere(format!("{identity} in `{file}`")))
}

/// The selectors by which disruption budgets and network policies say which pods they are about,
/// and monitors what they scrape.
fn selectors<'i>(links: &'i Links, unit: &'i Unit) -> impl Iterator<Item = Judged<'i>> {
    let judged = |object: &'i Object, selector: &LabelSelector, doubt: Option<Doubt>| Judged {
        subject: Subject::Selector,
        object: &object.identity,
        span: selector.key,
        detail: Doubt::detail,
        doubt,
    };
    let budgets = links.budgets(unit).filter_map(move |link| {
        let selector = link.budget().selector.as_ref()?;
        let selected = link.selected(selector, Purpose::Budget);
        Some(judged(link.object(), selector, selected.into_doubt()))
    });
    let policies = links.policies(unit).map(move |link| {
        let selector = &link.policy().pods;
        let selected = link.selected(selector, Purpose::Policy);
        judged(link.object(), selector, selected.into_doubt())
    });
    let monitors = links.monitors(unit).map(move |link| {
        let doubt = match link.object().kind {
            Kind::PodMonitor => link.selected_pods().into_doubt(),
            _ => link.selected_services().into_doubt(),
        };
        judged(link.object(), link.selector(), doubt)
    });
    budgets.chain(policies).chain(monitors)
}
