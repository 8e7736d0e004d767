//! See `rules/scrape-annotation-port-not-found.md`.

use super::support::listing::declared_ports;
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::PortRef;
use crate::link::{Backend, Links, Unit};
use crate::text::placeholder::is_placeholder;
use crate::text::source::Spanned;

pub(super) const RULE: Rule = Rule {
    id: ids::SCRAPE_ANNOTATION_PORT_NOT_FOUND,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for backend in links.backends(unit) {
        let port = backend.workload().template.scraped.as_ref();
        let port = port.filter(|port| !is_placeholder(&port.value));
        out.extend(port.and_then(|port| finding(backend, port)));
    }
}

fn finding(backend: Backend<'_>, port: &Spanned<String>) -> Option<Diagnostic> {
    let own = &backend.object().identity;
    let start = |message: String| {
        Diagnostic::new(RULE.id, Severity::Warning, port.span, message)
            .object(own)
            .given([Premise::Absent, Premise::Unpatched])
    };
    let Ok(number) = port.value.trim().parse::<u16>() else {
        let message = format!(
            "annotation `prometheus.io/port: {}` of {own} is no number",
            port.value
        );
        let found = start(message).label("Prometheus puts it behind the address of the pod");
        return Some(declared_ports(found, backend).help("write the number of the port"));
    };
    let mut declared = backend.workload().template.serving_ports().peekable();
    let declares_some = declared.peek().is_some();
    let is_declared = declared.any(|(_, own)| {
        let number_of = own.number.as_ref();
        number_of.is_none_or(|own| own.value == i64::from(number))
    });
    let is_silent = !declares_some
        || is_declared
        || !backend.is_fully_known()
        || backend.workload().template.is_gateway_proxy
        || backend.mentions(number.into())
        || backend.may_be_patched(&PortRef::Number(number.into()));
    if is_silent {
        return None;
    }
    let message =
        format!("annotation `prometheus.io/port: {number}` of {own} is no port of its containers");
    let found = start(message).label("no container declares this port");
    let found = declared_ports(found, backend);
    Some(found.help("write the number of a port that answers with metrics, or declare this one"))
}
