//! See `rules/service-selector-volatile-label.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::parts::labels::pair_span;
use crate::kinds::{Pair, PairValue};
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

/// When the value of a label changes, if it does.
fn changes(pair: &Pair) -> Option<&'static str> {
    if pair.kind != PairValue::Text {
        return None;
    }
    match pair.key.value.as_str() {
        "pod-template-hash" | "controller-revision-hash" => Some("rollout"),
        "release-revision" => Some("release"),
        // `chart: monitoring` would be a name like any other.
        "helm.sh/chart" | "chart" | "app.kubernetes.io/version" => {
            has_version(&pair.value.value).then_some("release")
        }
        _ => None,
    }
}

/// `web-1.2.3`, `v2`, `1.4`
fn has_version(text: &str) -> bool {
    let last = text
        .rsplit('-')
        .find(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let numbered = text.strip_prefix('v').unwrap_or(text);
    last.is_some() || numbered.starts_with(|c: char| c.is_ascii_digit())
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

#[cfg(test)]
mod tests {
    use super::has_version;

    #[test]
    fn versions_are_told_from_names() {
        for text in ["web-1.2.3", "1.4", "v2", "web-0.1.0-rc1"] {
            assert!(has_version(text), "{text}");
        }
        for text in ["web", "vault", "monitoring-stack", ""] {
            assert!(!has_version(text), "{text}");
        }
    }
}
