//! Pods that a selector takes in beside those that are meant: a worker with the labels of the web
//! server.

use super::undeclared_port::server;
use super::variants::are_variants;
use super::volatile_label::changes;
use crate::kinds::parts::labels::Pair;
use crate::kinds::{ContainerPort, PortRef, ServicePort};
use crate::link::{Backend, Resolution, ServiceLink};
use crate::text::similar::nearest;

/// A workload behind a Service that declares where a port of the Service leads, and that port.
pub(crate) type Server<'i> = (Backend<'i>, &'i ContainerPort);

/// Whether a workload without a port of this name is rather selected by mistake than missing the
/// port: it is no variant of one that has it, and declares nothing that could be meant.
pub(crate) fn is_stranger(backend: Backend<'_>, name: &str, servers: &[Server<'_>]) -> bool {
    let template = &backend.workload().template;
    let ports = || template.serving_ports().map(|(_, port)| port);
    let names = ports().filter_map(|port| Some(port.name.as_ref()?.value.as_str()));
    let has_number = servers.iter().any(|(_, served)| {
        let number = served.number.as_ref().map(|own| own.value);
        ports().any(|own| number.is_some() && own.number.as_ref().map(|own| own.value) == number)
    });
    !has_number
        && nearest(name, names).is_none()
        && !servers
            .iter()
            .any(|(server, _)| are_variants(&[*server, backend]))
}

/// Whether pods get traffic for a port that others behind the Service declare, declare no port
/// themselves, and are another part of the application.
pub(crate) fn is_portless_stranger(
    service: ServiceLink<'_>,
    port: &ServicePort,
    backend: Backend<'_>,
) -> bool {
    is_portless(backend, port)
        && server(service, port).is_some_and(|(server, _)| are_other_parts(server, backend))
}

/// Whether the pods of a long-running workload declare no port, and nothing that they are told
/// mentions where a port of a Service leads.
fn is_portless(backend: Backend<'_>, port: &ServicePort) -> bool {
    let Resolution::Undeclared(number) = backend.resolve(port) else {
        return false;
    };
    let template = &backend.workload().template;
    backend.workload().kind.is_long_running()
        && backend.is_fully_known()
        && !template.is_gateway_proxy
        && template.serving_ports().next().is_none()
        && !backend.mentions(number)
        && !backend.may_be_patched(&PortRef::Number(number))
}

/// Whether a label tells two workloads apart that tells no variants apart: they are different
/// parts of an application.
fn are_other_parts(one: Backend<'_>, other: Backend<'_>) -> bool {
    let [own, others] = [one, other].map(|backend| &backend.workload().template.labels);
    let mut pairs = own.pairs.iter().filter(|pair| changes(pair).is_none());
    pairs.any(|pair| others.get(&pair.key.value).is_some() && !others.has(pair))
        && !are_variants(&[one, other])
}

/// Labels by which parts of one application are told apart, the usual ones first.
const USUAL_KEYS: &[&str] = &["app.kubernetes.io/component", "component", "tier", "role"];

/// A label that pods which are meant have in common and that none of the others has: what a
/// selector could ask for.
pub(crate) fn distinction<'i>(meant: &[Backend<'i>], others: &[Backend<'_>]) -> Option<&'i Pair> {
    let labels = |backend: &Backend<'i>| &backend.workload().template.labels;
    let (first, rest) = meant.split_first()?;
    let pairs = labels(first).pairs.iter().filter(|pair| {
        !pair.is_unknown()
            && changes(pair).is_none()
            && rest.iter().all(|backend| labels(backend).has(pair))
            && others
                .iter()
                .all(|backend| !backend.workload().template.labels.has(pair))
    });
    pairs.min_by_key(|pair| {
        let mut keys = USUAL_KEYS.iter();
        let rank = keys.position(|key| *key == pair.key.value);
        rank.unwrap_or(USUAL_KEYS.len())
    })
}

/// How a selector is narrowed to the pods that are meant.
pub(crate) fn narrowing(meant: &[Backend<'_>], others: &[Backend<'_>]) -> String {
    let Some(pair) = distinction(meant, others) else {
        let names: Vec<String> = meant.iter().map(|backend| backend.display()).collect();
        return format!(
            "put a label on {} that other pods do not have, and select it too",
            names.join(" and ")
        );
    };
    format!(
        "add `{}` to the selector, which the pods of {} do not have",
        pair.display(),
        others.first().map_or_else(String::new, |own| own.display())
    )
}
