//! Which readinessProbe to propose: only one that can succeed on a container that works
//! (K `pkg/probe`).

use crate::kinds::{Container, ContainerPort, PortRef, ProbeKind, Protocol, ServicePort};

/// What is spoken on a port, as far as its names and numbers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spoken {
    /// HTTP, which the kubelet can ask for a path.
    Http,
    /// gRPC, whose health the kubelet can ask for, by the number of the port.
    Grpc(i64),
    /// Something else over TCP: databases, brokers, caches and whatever is not known.
    Tcp,
    /// Something over UDP or SCTP, which no probe speaks.
    Other(&'static str),
}

/// Numbers on which hardly anything but HTTP is served.
const HTTP_NUMBERS: [i64; 3] = [80, 8000, 8080];

/// Words in names of ports, and in `appProtocol`, for what is spoken there.
const HTTP_WORDS: [&str; 2] = ["http", "web"];

impl Spoken {
    fn of(container: &Container, port: &ServicePort, declared: Option<&ContainerPort>) -> Self {
        let protocol = declared.map_or(port.protocol, |declared| declared.protocol);
        match protocol {
            Protocol::Udp => return Self::Other("UDP"),
            Protocol::Sctp => return Self::Other("SCTP"),
            Protocol::Tcp | Protocol::Unknown => {}
        }
        let number = number(port, declared);
        let says = |word: &str| {
            let own = declared.and_then(|declared| declared.name.as_ref());
            let names = own.into_iter().chain(&port.name);
            let names = names.map(|name| name.value.as_str());
            let mut texts = names.chain(port.app_protocol.as_deref());
            texts.any(|text| text.split(['-', '/', '.']).any(|part| part == word))
        };
        let is_told = port.app_protocol.is_some() || container.is_store;
        match number {
            Some(number) if says("grpc") => Self::Grpc(number),
            _ if says("grpc") => Self::Tcp,
            _ if HTTP_WORDS.into_iter().any(says) => Self::Http,
            Some(number) if !is_told && HTTP_NUMBERS.contains(&number) => Self::Http,
            _ => Self::Tcp,
        }
    }
}

fn number(port: &ServicePort, declared: Option<&ContainerPort>) -> Option<i64> {
    let declared = declared.and_then(|declared| declared.number.as_ref());
    match (declared, port.target()?.value) {
        (Some(declared), _) => Some(declared.value),
        (None, PortRef::Number(number)) => Some(number),
        (None, _) => None,
    }
}

/// The path that the livenessProbe asks the same port for.
fn path_of_liveness(container: &Container, number: Option<i64>) -> Option<&str> {
    let probe = container.probe(ProbeKind::Liveness)?;
    let asked = container.port_asked(probe)?;
    let is_it = asked == PortRef::Number(number?);
    probe.path.as_deref().filter(|_| is_it)
}

/// What to add to a container that a port of a Service leads to. Whether it listens on a number
/// that no container declares nobody can know.
pub(crate) fn probe_advice(
    container: &Container,
    port: &ServicePort,
    declared: Option<&ContainerPort>,
) -> String {
    if declared.is_none() && !matches!(port.protocol, Protocol::Udp | Protocol::Sctp) {
        return "add a readinessProbe that asks the port that the process listens on".to_owned();
    }
    let name = declared.and_then(|declared| declared.name.as_ref());
    let place = match (name, number(port, declared)) {
        (Some(name), _) => name.value.clone(),
        (None, Some(number)) => number.to_string(),
        (None, None) => "?".to_owned(),
    };
    let tcp = format!("tcpSocket: {{port: {place}}}");
    let spoken = Spoken::of(container, port, declared);
    let path = path_of_liveness(container, number(port, declared));
    if let (Spoken::Http | Spoken::Tcp, Some(path)) = (spoken, path) {
        return format!(
            "add `readinessProbe: {{httpGet: {{path: {path}, port: {place}}}}}` as its \
             livenessProbe has, or ask a path that answers once it can serve"
        );
    }
    match spoken {
        // Which path answers when the container can serve, only the user knows.
        Spoken::Http => {
            format!("add `readinessProbe: {{{tcp}}}`, or `httpGet` your path")
        }
        Spoken::Grpc(number) => format!(
            "add `readinessProbe: {{grpc: {{port: {number}}}}}` if the server implements \
             `grpc.health.v1.Health`, or `{tcp}`"
        ),
        Spoken::Tcp => format!("add `readinessProbe: {{{tcp}}}`"),
        Spoken::Other(protocol) => format!(
            "add a readinessProbe with `exec` and a command that says whether the container can \
             serve: the kubelet cannot ask over {protocol}"
        ),
    }
}
