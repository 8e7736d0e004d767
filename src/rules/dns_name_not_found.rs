//! See `rules/dns-name-not-found.md`.

use super::support::dns_name::replace;
use super::support::lost_service::{GONE, called_almost_so, in_namespace, restore};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::link::{Alias, Form, Links, Named, Unit};
use crate::object::Object;
use crate::text::source::Spanned;
use crate::unit::Doubt;
use std::collections::HashSet;

pub(super) const RULE: Rule = Rule {
    id: ids::DNS_NAME_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::new();
    let names = links.dns_names(unit).filter(|name| !name.is_own());
    // What is not complete may be something else, unless it has been a Service's.
    for name in names.filter(|name| name.form() == Form::Full || name.had_service()) {
        if seen.insert(name.host().span) {
            out.extend(finding(
                links,
                unit,
                name.object(),
                name.host(),
                &name.namespace().name,
                &name.named(),
            ));
        }
    }
    for alias in links.aliases(unit) {
        out.extend(stands_for_nothing(links, unit, &alias));
    }
}

fn stands_for_nothing(links: &Links, unit: &Unit, alias: &Alias<'_>) -> Option<Diagnostic> {
    let (own, target) = (alias.service.object(), alias.host);
    let (name, namespace) = (&*alias.name, &*alias.namespace.name);
    let named = alias.named();
    let found = finding(links, unit, own, target, namespace, &named);
    let is_absent = matches!(named, Named::Unverified(Doubt::NotHere(_)));
    found.or_else(|| {
        // A prefix is put before the names of Services, but not into `externalName`.
        let is_known = is_absent && !unit.is_renamed() && links.has_services_in(unit, namespace);
        is_known.then(|| {
            missing(own, target, (name, namespace))
                .help("name a Service of that namespace, or add it")
        })
    })
}

fn finding(
    links: &Links,
    unit: &Unit,
    object: &Object,
    host: &Spanned<String>,
    namespace: &str,
    named: &Named<'_>,
) -> Option<Diagnostic> {
    let name = host.value.split('.').next()?;
    let found = || missing(object, host, (name, namespace));
    let rest = host.value.strip_prefix(name)?;
    match named {
        Named::Similar(similar, evidence) => {
            let whole = format!("{}{rest}", similar.name());
            let found = called_almost_so(found().evidence(*evidence), *similar, &whole);
            Some(found.fix(replace(links, host.span, &host.value, &whole)))
        }
        Named::Serving(service, backend) => {
            let label = format!("this Service selects the pods of {}", backend.display());
            let help = format!("write `{}{rest}`", service.name());
            let found = found().evidence(Evidence::WorkloadName);
            Some(found.related(service.object().name, label).help(help))
        }
        Named::OtherNamespace(other) if links.has_services_in(unit, namespace) => {
            let after = rest.strip_prefix('.')?.strip_prefix(namespace)?;
            let whole = format!("{name}.{}{after}", other.namespace().name);
            let found = found().evidence(Evidence::OtherNamespace);
            let found = in_namespace(found, *other).help(format!("write `{whole}`"));
            Some(found.fix(replace(links, host.span, &host.value, &whole)))
        }
        Named::Missing => Some(found().evidence(Evidence::ClosedWorld).help(format!(
            "add a Service `{name}`, or name one that is part of this"
        ))),
        Named::Gone => Some(
            found()
                .evidence(Evidence::Base)
                .label(GONE)
                .help(restore(name)),
        ),
        _ => None,
    }
}

fn missing(object: &Object, host: &Spanned<String>, (name, namespace): (&str, &str)) -> Diagnostic {
    let message = format!(
        "{} names `{}`, but namespace `{namespace}` has no Service `{name}`",
        object.identity, host.value
    );
    Diagnostic::new(RULE.id, Severity::Warning, host.span, message)
        .label("no Service has this name")
        .object(&object.identity)
        .given([Premise::Absent])
}
