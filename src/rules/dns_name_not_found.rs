//! See `rules/dns-name-not-found.md`.

use super::support::dns_name::replace;
use super::support::service_not_found::{GONE, called_almost_so, in_namespace, restore};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Evidence, Premise, Severity};
use crate::link::{Alias, DnsName, Form, Links, Named, ServiceLink, Unit};
use crate::object::Object;
use crate::text::hash::HashSet;
use crate::text::source::Spanned;
use crate::unit::Doubt;

pub(super) const RULE: Rule = Rule {
    id: ids::DNS_NAME_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::default();
    let names = links.dns_names(unit).filter(|name| !name.is_own());
    for name in names {
        let found = told(links, unit, name);
        let found = found.filter(|_| seen.insert(name.host().span));
        // What a change takes away was needed until then.
        let severity = if name.had_service() {
            Severity::Error
        } else {
            Severity::Warning
        };
        out.extend(found.map(|found| Diagnostic { severity, ..found }));
    }
    for alias in links.aliases(unit) {
        out.extend(stands_for_nothing(links, unit, &alias));
    }
}

/// A name in what a pod is told.
fn told(links: &Links, unit: &Unit, name: DnsName<'_>) -> Option<Diagnostic> {
    let place = name.namespace().name;
    let written = Written {
        object: name.object(),
        host: name.host(),
        service: name.service(),
        namespace: &place,
    };
    // What is not complete may be something else, unless it has been a Service's, or has the port
    // of one that is called almost so.
    if matches!(name.form(), Form::Full | Form::Pod) || name.had_service() {
        let named = name.named();
        if matches!(named, Named::Missing) && !links.may_be_of_release(unit, name.service()) {
            return None;
        }
        let misplaced = || written.misplaced(links, name.misplaced()?);
        return written.finding(links, unit, &named).or_else(misplaced);
    }
    match name.misspelt() {
        Some((service, evidence)) => written.similar(links, service, evidence),
        None if is_absent(links, name) || name.is_of_renamed() => {
            written.finding(links, unit, &name.named())
        }
        None => None,
    }
}

/// Whether one word, which connects to the port of some Service, is missing where everything that
/// exists is in the input because the user says so.
fn is_absent(links: &Links, name: DnsName<'_>) -> bool {
    links.options.closed_world
        && name.form() == Form::Short
        && name.known_port().is_some()
        && name.service() != "localhost"
        && matches!(name.named(), Named::Missing)
}

fn stands_for_nothing(links: &Links, unit: &Unit, alias: &Alias<'_>) -> Option<Diagnostic> {
    let namespace = &*alias.namespace.name;
    let written = Written {
        object: alias.service.object(),
        host: alias.host,
        service: &alias.name,
        namespace,
    };
    let named = alias.named();
    let is_absent = matches!(named, Named::Unverified(Doubt::NotHere(_)));
    written.finding(links, unit, &named).or_else(|| {
        // A prefix is put before the names of Services, but not into `externalName`.
        let is_known = is_absent && !unit.is_renamed() && links.has_services_in(unit, namespace);
        is_known.then(|| {
            let found = written.missing().evidence(Evidence::Siblings);
            found.help("name a Service of that namespace, or add it")
        })
    })
}

/// A name of a Service, and where it is written.
struct Written<'w> {
    object: &'w Object,
    /// The whole name.
    host: &'w Spanned<String>,
    /// The name of the Service in it.
    service: &'w str,
    /// The namespace that it is looked up in.
    namespace: &'w str,
}

impl Written<'_> {
    fn missing(&self) -> Diagnostic {
        let message = format!(
            "{} names `{}`, but namespace `{}` has no Service `{}`",
            self.object.identity, self.host.value, self.namespace, self.service
        );
        Diagnostic::new(RULE.id, Severity::Warning, self.host.span, message)
            .label("no Service has this name")
            .object(&self.object.identity)
            .given([Premise::Absent])
    }

    /// The whole name, with another Service or in another namespace.
    fn with(&self, service: &str, namespace: &str) -> Option<String> {
        let parts: Vec<&str> = self.host.value.split('.').collect();
        let at = parts.iter().position(|part| *part == self.service)?;
        let parts = parts.iter().enumerate().map(|(own, part)| match own {
            _ if own == at => service,
            _ if own == at + 1 => namespace,
            _ => part,
        });
        Some(parts.collect::<Vec<_>>().join("."))
    }

    /// What `written` has to be, and the edit that makes it so.
    fn replaced(&self, links: &Links, found: Diagnostic, whole: &str) -> Diagnostic {
        found.fix(replace(links, self.host.span, &self.host.value, whole))
    }

    fn similar(
        &self,
        links: &Links,
        service: ServiceLink<'_>,
        evidence: Evidence,
    ) -> Option<Diagnostic> {
        let whole = self.with(service.name(), self.namespace)?;
        let found = called_almost_so(self.missing().evidence(evidence), service, &whole);
        Some(self.replaced(links, found, &whole))
    }

    fn misplaced(&self, links: &Links, other: ServiceLink<'_>) -> Option<Diagnostic> {
        let whole = self.with(self.service, &other.namespace().name)?;
        let found = self.missing().evidence(Evidence::OtherNamespace);
        let found = in_namespace(found, other).help(format!("write `{whole}`"));
        Some(self.replaced(links, found, &whole))
    }

    fn finding(&self, links: &Links, unit: &Unit, named: &Named<'_>) -> Option<Diagnostic> {
        match named {
            Named::Similar(similar, evidence) => self.similar(links, *similar, *evidence),
            Named::Serving(service, backend) => {
                let label = format!("this Service selects the pods of {}", backend.display());
                let whole = self.with(service.name(), self.namespace)?;
                let found = self.missing().evidence(Evidence::WorkloadName);
                let found = found.related(service.object().name, label);
                Some(found.help(format!("write `{whole}`")))
            }
            Named::OtherNamespace(other) if links.has_services_in(unit, self.namespace) => {
                self.misplaced(links, *other)
            }
            Named::Missing => Some(self.missing().evidence(Evidence::ClosedWorld).help(format!(
                "add a Service `{}`, or name one that is part of this",
                self.service
            ))),
            Named::Gone => {
                let found = self.missing().evidence(Evidence::Base).label(GONE);
                Some(found.help(restore(self.service)))
            }
            _ => None,
        }
    }
}
