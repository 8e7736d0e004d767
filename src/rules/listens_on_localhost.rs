//! See `rules/listens-on-localhost.md`.

use super::support::traffic::{Traffic, traffic_to};
use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::{Container, PortRef, Process};
use crate::link::{Backend, Links, Unit};
use crate::text::source::Span;
use std::net::IpAddr;

pub(super) const RULE: Rule = Rule {
    id: ids::LISTENS_ON_LOCALHOST,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for backend in links.backends(unit) {
        if !backend.is_fully_known() {
            continue;
        }
        for container in backend.workload().template.serving_containers() {
            let Some(process) = &container.process else {
                continue;
            };
            let traffic = traffic_to(backend, container, true);
            let settings = settings(process);
            let found = traffic.iter().find_map(|traffic| {
                let number = number(traffic)?;
                let place = listens(&settings, number)?;
                Some(finding(backend, container, traffic, number, place))
            });
            out.extend(found);
        }
    }
}

/// The number of the pod's port that traffic arrives on.
fn number((_, port, declared): &Traffic<'_>) -> Option<i64> {
    match declared.and_then(|declared| declared.number.as_ref()) {
        Some(number) => Some(number.value),
        None => match port.target()?.value {
            PortRef::Number(number) => Some(number),
            PortRef::Name(_) | PortRef::Unknown => None,
        },
    }
}

/// A flag or a variable, and its value.
struct Setting<'p> {
    key: String,
    value: &'p str,
    span: Span,
}

/// What a command line and an environment set: `--key=value`, `--key value` and `KEY=value`.
fn settings(process: &Process) -> Vec<Setting<'_>> {
    let words: Vec<_> = process.words().collect();
    let mut settings = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some(flag) = word.value.strip_prefix('-') else {
            continue;
        };
        let (key, value, span) = match (flag.split_once('='), words.get(at + 1)) {
            (Some((key, value)), _) => (key, value, word.span),
            (None, Some(next)) if !next.value.starts_with('-') => {
                (flag, next.value.as_str(), next.span)
            }
            _ => continue,
        };
        settings.push(Setting {
            key: key.trim_start_matches('-').to_lowercase(),
            value,
            span,
        });
    }
    let variables = process.env.iter().filter_map(|variable| {
        let value = variable.value.as_ref()?;
        Some(Setting {
            key: variable.name.value.to_lowercase(),
            value: &value.value,
            span: value.span,
        })
    });
    settings.extend(variables);
    settings
}

/// Where it is said that a port listens on localhost, if it is: in one setting, or in the host
/// beside the port.
fn listens(settings: &[Setting<'_>], port: i64) -> Option<Span> {
    let whole = settings.iter().find(|own| {
        let is_address = is_about_listening(&own.key) && !is_url_of_another(&own.key, own.value);
        is_address && local_port(own.value) == Some(port)
    });
    if let Some(found) = whole {
        return Some(found.span);
    }
    let get = |key: &str| settings.iter().find(|own| own.key == key);
    let (host, number) = (get("host")?, get("port")?);
    let is_it = is_local(host.value) && number.value.parse() == Ok(port);
    is_it.then_some(host.span)
}

/// Whether a key says where to listen, rather than where to connect to.
fn is_about_listening(key: &str) -> bool {
    let is_listening = ["listen", "bind", "addr", "host"]
        .iter()
        .any(|word| key.contains(word));
    let is_connecting = [
        "upstream",
        "backend",
        "target",
        "proxy",
        "remote",
        "server",
        "db",
        "database",
        "redis",
        "kafka",
        "url",
        "endpoint",
        "connect",
        "client",
        "api",
        "broker",
        "peer",
        "forward",
        "advertise",
        "announce",
        "join",
        "seed",
    ];
    let mut parts = key.split(['-', '_', '.']);
    is_listening && !parts.any(|part| is_connecting.contains(&part))
}

/// Whether a value is where to connect to: a URL, of which the key does not say that it is listened
/// on (`VAULT_ADDR=https://127.0.0.1:8200`, but `--listen=http://127.0.0.1:8080`).
fn is_url_of_another(key: &str, value: &str) -> bool {
    let is_web = value.starts_with("http://") || value.starts_with("https://");
    is_web && !key.contains("listen") && !key.contains("bind")
}

/// The port of `127.0.0.1:8080`, `http://localhost:8080/` and the like.
fn local_port(value: &str) -> Option<i64> {
    let address = value.split_once("://").map_or(value, |(_, rest)| rest);
    let (host, port) = address.trim_end_matches('/').rsplit_once(':')?;
    is_local(host).then(|| port.parse().ok())?
}

fn is_local(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn finding(
    backend: Backend<'_>,
    container: &Container,
    (service, port, _): &Traffic<'_>,
    number: i64,
    place: Span,
) -> Diagnostic {
    let message = format!(
        "container `{}` of {} listens for port {number} on localhost only, where Service `{}` \
         cannot reach it",
        container.display(),
        backend.display(),
        service.name()
    );
    let target = port.target().map_or(port.span, |target| target.span);
    Diagnostic::new(RULE.id, Severity::Warning, place, message)
        .label("only reached from inside the pod")
        .related(target, "traffic arrives on the address of the pod")
        .help("listen on all addresses: `0.0.0.0`, or `::`")
        .object(&backend.object().identity)
}

#[cfg(test)]
mod tests {
    use super::{is_about_listening, is_url_of_another, local_port};

    #[test]
    fn keys_that_say_where_to_listen() {
        for key in [
            "listen",
            "bind-address",
            "http-addr",
            "listen_addr",
            "http-host",
            "bind",
        ] {
            assert!(is_about_listening(key), "{key}");
        }
        for key in [
            "upstream-addr",
            "db_host",
            "redis-address",
            "server-addr",
            "port",
            "proxy_host",
        ] {
            assert!(!is_about_listening(key), "{key}");
        }
    }

    #[test]
    fn urls_are_where_to_connect_to() {
        assert!(is_url_of_another("vault_addr", "https://127.0.0.1:8200"));
        assert!(is_url_of_another("host", "http://localhost:3000"));
        assert!(!is_url_of_another("listen-address", "http://localhost:80"));
        assert!(!is_url_of_another("bind", "http://localhost:80"));
        assert!(!is_url_of_another("http_addr", "127.0.0.1:8200"));
    }

    #[test]
    fn addresses_of_the_pod_alone() {
        for (value, expected) in [
            ("127.0.0.1:8080", Some(8080)),
            ("http://localhost:80/", Some(80)),
            ("[::1]:9000", Some(9000)),
            ("0.0.0.0:8080", None),
            (":8080", None),
            ("localhost", None),
            ("localhost:http", None),
        ] {
            assert_eq!(local_port(value), expected, "{value}");
        }
    }
}
