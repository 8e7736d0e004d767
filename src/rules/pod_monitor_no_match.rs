//! See `rules/pod-monitor-no-match.md`.

use super::support::selector_miss::Unmatched;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::Diagnostic;
use crate::kinds::Kind;
use crate::kinds::parts::monitor::Namespaces;
use crate::link::{Links, MonitorLink, SelectorMiss, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::POD_MONITOR_NO_MATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let monitors = links.monitors(unit);
    let monitors = monitors.filter(|link| link.object().kind == Kind::PodMonitor);
    out.extend(monitors.filter_map(finding));
}

fn finding(link: MonitorLink<'_>) -> Option<Diagnostic> {
    let miss = link.selected_pods().miss()?;
    let (own, namespace) = (&link.object().identity, &link.namespace().name);
    let unmatched = Unmatched {
        rule: RULE.id,
        own,
        what: "monitor",
        outcome: format!("{own} selects no pods"),
        selector: link.selector(),
        namespace,
        place: match &link.monitor().namespaces {
            Namespaces::Own => format!("namespace `{namespace}`"),
            _ => "the namespaces that it looks into".to_owned(),
        },
    };
    let found = unmatched.finding(&miss)?;
    Some(match miss {
        SelectorMiss::OtherNamespace(backend) => found.help(format!(
            "add `namespaceSelector: {{matchNames: [{}]}}`",
            backend.namespace().name
        )),
        _ => found,
    })
}
