//! See `rules/service-selector-volatile-label.md`.

use super::support::volatile_label::changes;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::Pair;
use crate::kinds::parts::labels::pair_span;
use crate::link::{Links, Membership, ServiceLink, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_SELECTOR_VOLATILE_LABEL,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in links.services(unit).filter(|service| service.routes()) {
        // A Service that selects nothing is reported for that alone.
        let is_broken = !matches!(
            service.membership(),
            Membership::Matched | Membership::Unverified(_)
        );
        let Some(selector) = service.service().selector.as_ref().filter(|_| !is_broken) else {
            continue;
        };
        for pair in &selector.labels.pairs {
            if let Some(when) = changes(pair) {
                out.push(finding(service, pair, when));
            }
        }
    }
}

fn finding(service: ServiceLink<'_>, pair: &Pair, when: &str) -> Diagnostic {
    let message = format!(
        "Service `{}` selects `{}`, which changes with every {when}: the old pods drop out before \
         new ones are ready",
        service.name(),
        pair.display()
    );
    let found = Diagnostic::new(RULE.id, Severity::Warning, pair.key.span, message)
        .label(format!("another value after the next {when}"))
        .help(format!("remove `{}` from the selector", pair.key.value))
        .object(&service.object().identity);
    let label = service.backends().find_map(|backend| {
        let labels = &backend.workload().template.labels;
        Some((backend, labels.get(&pair.key.value)?))
    });
    match label {
        Some((backend, label)) => found.related(
            pair_span(label),
            format!("the label of {} changes with it", backend.display()),
        ),
        None => found,
    }
}
