//! See `rules/host-port-conflict.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Container, ContainerPort, ContainerRole, Kind, PodTemplate, Protocol};
use crate::link::{Backend, Links, Unit};
use crate::text::hash::HashMap;

pub(super) const RULE: Rule = Rule {
    id: ids::HOST_PORT_CONFLICT,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for backend in links.backends(unit) {
        // Of a Pod the API server says so itself, and that is reported as what it says.
        let workload = backend.workload();
        let is_made = !matches!(workload.kind, Kind::Pod | Kind::Custom);
        if is_made && workload.template.host_network.is_some() {
            for conflict in conflicts(&workload.template) {
                out.push(conflict.finding(backend));
            }
        }
    }
}

/// Two ports that ask for one port of the node.
struct Conflict<'i> {
    number: i64,
    protocol: Protocol,
    first: (&'i Container, &'i ContainerPort),
    second: (&'i Container, &'i ContainerPort),
}

/// The port of the node that a container port takes: its own number, in the node's network.
fn taken(port: &ContainerPort) -> Option<(Protocol, &str, i64)> {
    let number = port.host_port().or(port.number.as_ref())?;
    let address = port.host.as_ref().map_or("", |host| host.address.as_str());
    (port.protocol != Protocol::Unknown).then_some((port.protocol, address, number.value))
}

fn conflicts(template: &PodTemplate) -> Vec<Conflict<'_>> {
    let mut found = Vec::new();
    let mut first: HashMap<_, (&Container, &ContainerPort)> = HashMap::default();
    // Init containers run one by one.
    let main = template.containers.iter();
    let main = main.filter(|container| container.role == ContainerRole::Main);
    for (container, port) in
        main.flat_map(|container| container.ports.iter().map(move |port| (container, port)))
    {
        let Some(key @ (protocol, _, number)) = taken(port) else {
            continue;
        };
        let Some(earlier) = first.get(&key) else {
            first.insert(key, (container, port));
            continue;
        };
        // Where both say so, the API server refuses the template itself.
        if earlier.1.host_port().is_none() || port.host_port().is_none() {
            found.push(Conflict {
                number,
                protocol,
                first: *earlier,
                second: (container, port),
            });
        }
    }
    found
}

impl Conflict<'_> {
    fn finding(&self, backend: Backend<'_>) -> Diagnostic {
        let (number, protocol) = (self.number, self.protocol.as_str());
        let (first, second) = (self.first.0.display(), self.second.0.display());
        let message = format!(
            "containers `{first}` and `{second}` of {} both take {protocol} port {number} of the \
             node: the API server refuses every pod",
            backend.display()
        );
        Diagnostic::new(RULE.id, Severity::Error, self.second.1.span, message)
            .label(format!("port {number} of the node again"))
            .related(
                self.first.1.span,
                format!("container `{first}` takes it first"),
            )
            .help("let one of them listen on another port, or remove `hostNetwork`")
            .object(&backend.object().identity)
    }
}
