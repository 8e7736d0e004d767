//! See `rules/hardcoded-ip.md`.

use super::{Check, Rule};
use crate::catalogue::ids;
use crate::diagnostic::{Diagnostic, Premise, Severity};
use crate::kinds::Kind;
use crate::link::{Backend, Links, ServiceLink, Unit};
use crate::text::source::{Span, Spanned};
use std::net::Ipv4Addr;

pub(super) const RULE: Rule = Rule {
    id: ids::HARDCODED_IP,
    check: Check::Unit(check),
};

fn check(links: &Links, unit: &Unit, out: &mut Vec<Diagnostic>) {
    for service in links.services(unit) {
        let own = service.service();
        // In the dump of a cluster the address is the server's choice.
        let addresses = own.cluster_ips.iter().filter(|_| !own.is_dumped);
        out.extend(addresses.map(|address| asked_for(service, address)));
    }
    for backend in links.backends(unit) {
        if backend.workload().kind != Kind::Custom {
            processes(backend, out);
        }
    }
}

/// An address that a Service asks for.
fn asked_for(service: ServiceLink<'_>, address: &Spanned<String>) -> Diagnostic {
    let message = format!(
        "Service `{}` asks for the address {}, which has to be free in the cluster and in \
         its range",
        service.name(),
        address.value
    );
    Diagnostic::new(RULE.id, Severity::Info, address.span, message)
        .label("an address of this one cluster")
        .help("leave `clusterIP` out: clients find the Service by its name")
        .object(&service.object().identity)
        .given([Premise::Accepted(address.span)])
}

/// Addresses in what containers are told.
fn processes(backend: Backend<'_>, out: &mut Vec<Diagnostic>) {
    for container in &backend.workload().template.containers {
        let Some(process) = &container.process else {
            continue;
        };
        let mut say = |text: &str, span: Span| {
            if let Some(address) = private_host(text) {
                let message = format!(
                    "container `{}` of {} connects to {address}: pods and Services get other \
                     addresses over time",
                    container.display(),
                    backend.display()
                );
                let help = "use the DNS name of a Service; for a host outside the cluster make one \
                     without selector";
                out.push(
                    Diagnostic::new(RULE.id, Severity::Info, span, message)
                        .label("a private address")
                        .help(help)
                        .object(&backend.object().identity),
                );
            }
        };
        for word in process.words() {
            let (key, value) = word.value.split_once('=').unwrap_or(("", &word.value));
            if !is_about_networks(key) {
                say(value, word.span);
            }
        }
        for variable in &process.env {
            if let Some(value) = &variable.value
                && !is_about_networks(&variable.name.value)
            {
                say(&value.value, value.span);
            }
        }
    }
}

/// Whether a name is about ranges of addresses, or about the process's own.
fn is_about_networks(key: &str) -> bool {
    let key = key.to_lowercase();
    let words = [
        "cidr",
        "subnet",
        "range",
        "network",
        "no_proxy",
        "noproxy",
        "listen",
        "bind",
        "mask",
        "allow",
        "trusted",
        "whitelist",
        "gateway",
    ];
    words.iter().any(|word| key.contains(word))
}

/// The private address in `10.0.0.5`, `10.0.0.5:80` or `http://10.0.0.5/`, first of a list.
fn private_host(text: &str) -> Option<Ipv4Addr> {
    text.split(',').find_map(|item| {
        let item = item.trim();
        let (scheme, rest) = item.split_once("://").unwrap_or(("", item));
        let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let host = match rest.split_once('/') {
            // Without a scheme it is a range: `10.0.0.0/8`.
            Some(_) if scheme.is_empty() => return None,
            Some((host, _)) => host,
            None => rest,
        };
        let host = host.split_once(':').map_or(host, |(host, _)| host);
        let address: Ipv4Addr = host.parse().ok()?;
        address.is_private().then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::private_host;

    #[test]
    fn hosts_are_told_from_ranges_and_versions() {
        for text in [
            "10.0.0.5",
            "10.0.0.5:80",
            "http://192.168.1.2:80/x",
            "a:1,172.16.0.9:2",
            "tcp://u:p@10.1.1.1:5",
        ] {
            assert!(private_host(text).is_some(), "{text}");
        }
        for text in [
            "10.0.0.0/8",
            "8.8.8.8",
            "10.0.0",
            "10.0.0.5.example.com",
            "0.0.0.0:80",
            "127.0.0.1",
        ] {
            assert_eq!(private_host(text), None, "{text}");
        }
    }
}
