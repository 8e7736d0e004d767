//! See `rules/istio-destination-not-found.md`.

use super::support::lost_service::GONE;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::parts::istio::Host;
use crate::link::{Index, Named, RoutingLink, ServiceLink, Unit};
use crate::text::source::Spanned;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    id: ids::ISTIO_DESTINATION_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in index.routing(unit) {
        // A host that several routes of one object name is one mistake.
        let mut seen = BTreeSet::new();
        let hosts = link.routing().hosts().into_iter();
        let hosts = hosts.filter(|host| seen.insert(host.value.as_str()));
        out.extend(hosts.filter_map(|host| finding(link, host)));
    }
}

fn finding(link: RoutingLink<'_>, host: &Spanned<String>) -> Option<Diagnostic> {
    let own = &link.object().identity;
    let found = |why: &str| {
        let message = format!("host `{}` of {own} {why}", host.value);
        Diagnostic::new(RULE.id, Severity::Warning, host.span, message)
            .label("no Service has this host")
            .object(own)
            .given([Premise::Absent])
    };
    let (is_short, is_incomplete) = match Host::of(&host.value) {
        Host::Short(_) => (true, false),
        Host::Incomplete(..) => (false, true),
        _ => (false, false),
    };
    let meant = |service: ServiceLink<'_>| {
        let is_here = service.namespace().name == link.namespace().name;
        if is_short && is_here {
            service.name().to_owned()
        } else {
            full(service)
        }
    };
    let missing = format!("is no Service in namespace `{}`", link.namespace().name);
    let missing = if is_short {
        missing.as_str()
    } else {
        "is no Service here"
    };
    match link.named(&host.value)? {
        Named::Found(services) if is_incomplete => {
            let service = services.first()?;
            Some(
                found("is taken for a host outside the cluster, as every name with a dot that is not complete")
                    .label("not completed by Istio")
                    .related(service.object().name, "this Service was probably meant")
                    .help(format!("write `{}`", full(*service))),
            )
        }
        // A name with two parts may well be a host outside.
        _ if is_incomplete => None,
        Named::Similar(similar) => Some(
            found(&format!("{missing}, but `{}` is", meant(similar)))
                .related(similar.object().name, "this Service is called almost so")
                .help(format!("write `{}`", meant(similar))),
        ),
        Named::Serving(service, backend) => Some(
            found(&format!(
                "{missing}, but `{}` selects the pods of {}",
                meant(service),
                backend.display()
            ))
            .related(service.object().name, "this Service sends to them")
            .help(format!("write `{}`", meant(service))),
        ),
        Named::OtherNamespace(other) => {
            let there = &other.namespace().name;
            let label = format!("Service `{}` is in namespace `{there}`", other.name());
            Some(
                found(&format!("{missing}, but `{}` is", full(other)))
                    .related(other.object().namespace_place(), label)
                    .help(format!("write `{}`", full(other))),
            )
        }
        Named::Missing => {
            Some(found(missing).help("add the Service, or name one that is part of this"))
        }
        Named::Gone => Some(
            found(&format!("{missing} any more"))
                .label(GONE)
                .help("restore the Service, or name another one"),
        ),
        Named::Found(_) | Named::Unverified(_) => None,
    }
}

/// The host of a Service, complete.
fn full(service: ServiceLink<'_>) -> String {
    let namespace = &service.namespace().name;
    format!("{}.{namespace}.svc.cluster.local", service.name())
}
