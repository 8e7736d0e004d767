//! See `rules/no-prestop-delay.md`.

use super::support::traffic::{Traffic, is_first, traffic_to};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::Container;
use crate::link::{Backend, Links, Unit};

pub(super) const RULE: Rule = Rule {
    id: ids::NO_PRESTOP_DELAY,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for backend in links.backends(unit) {
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
            let first = traffic.first();
            out.extend(first.map(|first| finding(backend, container, first)));
        }
    }
}

fn finding(
    backend: Backend<'_>,
    container: &Container,
    (service, port, _): &Traffic<'_>,
) -> Diagnostic {
    let service = service.name();
    let message = format!(
        "container `{}` of {} stops at once when its pod ends, while Service `{service}` may \
         still send to it",
        container.display(),
        backend.display()
    );
    let help = "add `lifecycle: {preStop: {sleep: {seconds: 5}}}`, unless the process \
                goes on serving for some seconds after SIGTERM";
    Diagnostic::new(RULE.id, Severity::Info, container.span, message)
        .label("no preStop hook")
        .related(
            port.place(),
            format!("Service `{service}` sends traffic here"),
        )
        .help(help)
        .object(&backend.object().identity)
}
