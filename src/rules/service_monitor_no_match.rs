//! See `rules/service-monitor-no-match.md`.

use super::support::monitor_port::monitors;
use super::support::no_match::no_service;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::Diagnostic;
use crate::kinds::Kind;
use crate::link::{Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::SERVICE_MONITOR_NO_MATCH,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    let monitors = monitors(links, unit, Kind::ServiceMonitor);
    out.extend(monitors.filter_map(|link| no_service(RULE.id, link)));
}
