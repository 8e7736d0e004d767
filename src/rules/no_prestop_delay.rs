//! See `rules/no-prestop-delay.md`.

use super::support::traffic::{is_first, traffic_to};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::link::{Index, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::NO_PRESTOP_DELAY,
    check: Check::Unit(check),
};

fn check(index: &Index, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for backend in index.backends(unit) {
        let workload = backend.workload();
        let template = &workload.template;
        let is_killed = template
            .grace_period
            .as_ref()
            .is_some_and(|grace| grace.value == 0);
        if !backend.is_fully_known() || !workload.kind.is_long_running() || is_killed {
            continue;
        }
        let silent = template
            .serving_containers()
            .filter(|own| own.pre_stop.is_none());
        for container in silent {
            let traffic = traffic_to(backend, container, is_first(template, container));
            let Some((service, port, _)) = traffic.first() else {
                continue;
            };
            let message = format!(
                "container `{}` of {} stops at once when its pod ends, while Service `{}` may still send to it",
                container.display(),
                backend.display(),
                service.name()
            );
            let place = port.place();
            out.push(
                Diagnostic::new(RULE.id, Severity::Info, container.span, message)
                    .label("no preStop hook")
                    .related(place, format!("Service `{}` sends traffic here", service.name()))
                    .help("add `lifecycle: {preStop: {sleep: {seconds: 5}}}`, unless the process goes on serving for some seconds after SIGTERM")
                    .object(&backend.object().identity),
            );
        }
    }
}
