//! See `rules/istio-destination-not-found.md`.

use super::support::service_not_found::{GONE, called_almost_so, in_namespace, sends_to_them};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::kinds::parts::istio::Host;
use crate::link::{Links, Named, RoutingLink, ServiceLink, Unit};
use crate::text::source::Spanned;
use crate::yaml::scalar::as_yaml;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    id: ids::ISTIO_DESTINATION_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for link in links.routing(unit) {
        // A host that several routes of one object name is one mistake.
        let mut seen = BTreeSet::new();
        let hosts = link.routing().hosts().into_iter();
        let hosts = hosts.filter(|host| seen.insert(host.value.as_str()));
        out.extend(hosts.filter_map(|host| finding(link, host)));
    }
}

fn finding(link: RoutingLink<'_>, host: &Spanned<String>) -> Option<Diagnostic> {
    let named = link.named(&host.value)?;
    match Host::of(&host.value) {
        Host::Incomplete(..) => incomplete(link, host, &named),
        form => missing(link, host, matches!(form, Host::Short(_)), &named),
    }
}

fn new(link: RoutingLink<'_>, host: &Spanned<String>, why: &str) -> Diagnostic {
    let own = &link.object().identity;
    let message = format!("host `{}` of {own} {why}", host.value);
    Diagnostic::new(RULE.id, Severity::Warning, host.span, message)
        .label("no Service has this host")
        .object(own)
        .given([Premise::Absent])
}

/// A name with two parts: a Service and its namespace, or a host outside.
fn incomplete(
    link: RoutingLink<'_>,
    host: &Spanned<String>,
    named: &Named<'_>,
) -> Option<Diagnostic> {
    let Named::Found(services) = named else {
        return None;
    };
    let service = services.first()?;
    let why =
        "is taken for a host outside the cluster, as every name with a dot that is not complete";
    Some(
        new(link, host, why)
            .label("not completed by Istio")
            .related(service.object().name, "this Service was probably meant")
            .help(format!("write `{}`", full(*service))),
    )
}

/// A name that is no Service's, be it short or complete.
fn missing(
    link: RoutingLink<'_>,
    host: &Spanned<String>,
    is_short: bool,
    named: &Named<'_>,
) -> Option<Diagnostic> {
    let here = &link.namespace().name;
    let missing = if is_short {
        format!("is no Service in namespace `{here}`")
    } else {
        "is no Service here".to_owned()
    };
    let found = |but: &str| new(link, host, &format!("{missing}{but}"));
    let written = |service: ServiceLink<'_>| {
        if is_short && service.namespace().name == *here {
            service.name().to_owned()
        } else {
            full(service)
        }
    };
    Some(match named {
        Named::Similar(similar, evidence) => {
            let meant = written(*similar);
            let found = found(&format!(", but `{meant}` is")).evidence(*evidence);
            called_almost_so(found, *similar, &meant)
        }
        Named::Serving(service, backend) => {
            let (meant, pods) = (written(*service), backend.display());
            let but = format!(", but `{meant}` selects the pods of {pods}");
            let found = found(&but).evidence(Evidence::WorkloadName);
            sends_to_them(found, *service, &meant)
        }
        Named::OtherNamespace(other) => {
            let meant = full(*other);
            let found = found(&format!(", but `{meant}` is"));
            let found = found.evidence(Evidence::OtherNamespace);
            in_namespace(found, *other).help(format!("write `{}`", as_yaml(&meant)))
        }
        Named::Missing => found("")
            .evidence(Evidence::ClosedWorld)
            .help("add the Service, or name one that is part of this"),
        Named::Gone => found(" any more")
            .evidence(Evidence::Base)
            .label(GONE)
            .help("restore the Service, or name another one"),
        Named::Found(_) | Named::NotInOwnFile(_) | Named::Unverified(_) => return None,
    })
}

/// The host of a Service, complete.
fn full(service: ServiceLink<'_>) -> String {
    let namespace = &service.namespace().name;
    format!("{}.{namespace}.svc.cluster.local", service.name())
}
