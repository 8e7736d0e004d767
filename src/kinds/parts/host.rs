//! Host names in free text: arguments, environment, configuration files.
//!
//! A word is taken for a host only where its surroundings say so: in a URL, before `:` and a port,
//! or by a name of the cluster's own domain (`web.shop.svc`).

use crate::text::source::{Span, Spanned};
use crate::yaml::part::Parts;
use std::ops::Range;

/// A host that a scalar names.
#[derive(Clone, Debug)]
pub struct HostUse {
    /// The name, in lower case: DNS does not tell cases apart.
    pub name: Spanned<String>,
    /// The port behind it.
    pub port: Option<Spanned<i64>>,
    /// The port that `http://` or `https://` before it means, where none is behind it.
    pub usual_port: Option<i64>,
    /// Whether it is all that a variable holds, whose name says that this is a host: `DB_HOST`.
    pub is_called_host: bool,
}

impl HostUse {
    /// The port that a client connects to.
    pub fn known_port(&self) -> Option<i64> {
        self.port.as_ref().map(|own| own.value).or(self.usual_port)
    }
}

/// The port of a URL of the web that ends before its host.
fn usual_port(before: &str) -> Option<i64> {
    let scheme = before.strip_suffix("://")?;
    match scheme.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()? {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// A host name that a text holds, by its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName {
    /// The name, without a final dot.
    pub name: Range<usize>,
    /// The digits behind the colon, if there are some.
    pub port: Option<Range<usize>>,
}

/// From this number on, digits behind a bare word and a colon are rather a port than the tag of an
/// image, a weight or a percentage.
const FIRST_PORT: u16 = 1024;

/// How many bytes before a word say what it is.
const NEAR: usize = 200;

/// The ports below it that bare words have: of HTTP, mail, directories, DNS and logs over TLS.
const USUAL_PORTS: &[u16] = &[
    80, 81, 82, 88, 110, 143, 389, 443, 444, 445, 465, 514, 587, 636, 853, 873, 990, 993, 995,
];

/// The hosts that a scalar names and that may be Services, each at its own place: their names have
/// one part, or two, or end as the cluster's own do. `source` is the scalar as it is written.
pub fn host_uses(value: &str, source: &str, span: Span) -> Vec<HostUse> {
    let hosts = hosts(value);
    let mut parts = Parts::new(value, source);
    let mut place = |part: Range<usize>| {
        parts.find(part).map_or(span, |found| Span {
            start: span.start + found.start as u32,
            end: span.start + found.end as u32,
            ..span
        })
    };
    let may_be_service = |name: &str| name.split('.').count() <= 2 || is_of_cluster(name);
    let hosts = hosts.into_iter().filter_map(|host| {
        let name = &value[host.name.clone()];
        let before = near(&value[..host.name.start]);
        let use_ = HostUse {
            usual_port: usual_port(before),
            is_called_host: false,
            name: Spanned::new(name.to_ascii_lowercase(), place(host.name)),
            port: host.port.and_then(|port| {
                let number = value[port.clone()].parse().ok()?;
                Some(Spanned::new(number, place(port)))
            }),
        };
        may_be_service(name).then_some(use_)
    });
    hosts.collect()
}

/// How the names of variables end that hold a host.
const CALLED_HOST: [&str; 6] = ["HOST", "HOSTNAME", "ADDR", "ADDRESS", "SERVER", "ENDPOINT"];

/// What says that the host is the own one, or one of clients.
const OWN_HOST: [&str; 6] = ["BIND", "LISTEN", "ADVERTISE", "VIRTUAL", "LOCAL", "ALLOWED"];

/// The host that is all of a variable's value: one word, without a port.
pub fn host_of_variable(name: &str, value: &str, source: &str, span: Span) -> Option<HostUse> {
    let name = name.to_ascii_uppercase();
    let is_called_host = CALLED_HOST.iter().any(|end| name.ends_with(end))
        && !OWN_HOST.iter().any(|word| name.contains(word))
        && name != "HOSTNAME";
    if !is_called_host || value.contains(|c| !is_host_char(c) || c == '.') || !is_name(value) {
        return None;
    }
    let place = Parts::new(value, source).find(0..value.len());
    let place = place.map_or(span, |found| Span {
        start: span.start + found.start as u32,
        end: span.start + found.end as u32,
        ..span
    });
    Some(HostUse {
        name: Spanned::new(value.to_ascii_lowercase(), place),
        port: None,
        usual_port: None,
        is_called_host: true,
    })
}

/// The host names in a text, in order. Comments of the usual languages are left out.
pub fn hosts(text: &str) -> Vec<HostName> {
    let mut hosts = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let first = line.trim_start();
        if !COMMENTS.iter().any(|mark| first.starts_with(mark)) {
            find(before_comment(line), start, &mut hosts);
        }
        start += line.len();
    }
    hosts
}

/// What comments begin with in the usual languages, at the start of a line.
const COMMENTS: &[&str] = &["#", "//", ";", "! ", "-- ", "<!--", "/*", "* "];

/// A line up to the comment at its end: behind a space, which addresses have none of.
fn before_comment(line: &str) -> &str {
    let end = [" #", "\t#", " // "]
        .iter()
        .filter_map(|mark| line.find(mark))
        .min();
    &line[..end.unwrap_or(line.len())]
}

fn find(line: &str, start: usize, hosts: &mut Vec<HostName>) {
    // Every form has one of the two; most lines of a long file have none.
    let is_name_near = [":", ".svc", ".SVC"].iter().any(|mark| line.contains(mark));
    if !is_name_near {
        return;
    }
    let mut from = 0;
    while let Some(begin) = line[from..].find(is_host_char).map(|at| from + at) {
        let rest = &line[begin..];
        let end = begin + rest.find(|c| !is_host_char(c)).unwrap_or(rest.len());
        from = end;
        if let Some(mut host) = host(line, begin..end) {
            let shift = |range: &mut Range<usize>| *range = range.start + start..range.end + start;
            shift(&mut host.name);
            host.port.iter_mut().for_each(shift);
            hosts.push(host);
        }
    }
}

fn is_host_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}

/// The host that a run of host characters is, if its surroundings make it one.
fn host(line: &str, run: Range<usize>) -> Option<HostName> {
    let (before, after) = (&line[..run.start], &line[run.end..]);
    let name = line[run.clone()]
        .strip_suffix('.')
        .unwrap_or(&line[run.clone()]);
    if !is_name(name) {
        return None;
    }
    let port = port(after).map(|digits| run.end + 1..run.end + 1 + digits);
    let is_url = is_authority(before);
    let is_whole = port.is_some() || is_end(after) || is_url && is_unknown_port(after);
    let is_meant = is_url
        || is_start(before)
            && match &port {
                Some(port) => name.contains('.') || is_port(&line[port.clone()], before),
                None => is_of_cluster(name),
            };
    (is_whole && is_meant).then(|| HostName {
        name: run.start..run.start + name.len(),
        port,
    })
}

/// Whether a text is a DNS name with a letter in it, which addresses have not.
fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.contains('_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.split('.').all(is_label) && name.bytes().any(|c| c.is_ascii_alphabetic())
}

/// `<service>.<namespace>.svc`, with or without a pod before it and a domain behind it.
fn is_of_cluster(name: &str) -> bool {
    let mut parts = name.split('.').skip(2).take(2);
    parts.any(|part| part.eq_ignore_ascii_case("svc"))
}

/// How many digits follow a colon, if nothing but a port can be meant.
fn port(after: &str) -> Option<usize> {
    let digits = after.strip_prefix(':')?;
    let count = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let is_port = digits[..count].parse::<u16>().is_ok_and(|port| port > 0);
    (is_port && is_end(&digits[count..])).then_some(count)
}

/// A port that is filled in later: `http://web:$(PORT)`.
fn is_unknown_port(after: &str) -> bool {
    let port = after.strip_prefix(':');
    port.is_some_and(|port| port.starts_with(['$', '{', '<', '%']))
}

/// Whether a name without scheme and domain is a host by its port: `redis:7` is an image, and
/// `chown redis:1000` names a group.
fn is_port(digits: &str, before: &str) -> bool {
    let before = near(before).to_ascii_lowercase();
    let is_else = ["image", "chown", "--user"]
        .iter()
        .any(|word| before.contains(word));
    let is_usual = |port: u16| port >= FIRST_PORT || USUAL_PORTS.contains(&port);
    !is_else && digits.parse().is_ok_and(is_usual)
}

/// The end of a text: lines may be long, and each of their words is looked at.
fn near(before: &str) -> &str {
    let start = before.len().saturating_sub(NEAR);
    let start = (start..before.len()).find(|at| before.is_char_boundary(*at));
    &before[start.unwrap_or(before.len())..]
}

/// Whether what comes next stands where a URL has its host, behind `//` or behind the user.
fn is_authority(before: &str) -> bool {
    if before.ends_with("//") {
        return true;
    }
    let Some(user) = near(before).strip_suffix('@') else {
        return false;
    };
    let word = user.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let user = &user[word..];
    user.rfind("://")
        .is_some_and(|at| !user[at + 3..].contains('/'))
}

/// Whether a word may begin behind a text.
fn is_start(before: &str) -> bool {
    before
        .chars()
        .next_back()
        .is_none_or(|c| c.is_whitespace() || "\"'`=,;([{|<>@!\\".contains(c))
}

/// Whether a word may end before a text.
fn is_end(after: &str) -> bool {
    after
        .chars()
        .next()
        .is_none_or(|c| c.is_whitespace() || "\"'`,;)]}|<>/?#&\\!".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::SourceId;

    fn found(text: &str) -> Vec<(&str, Option<&str>)> {
        let hosts = hosts(text);
        hosts
            .into_iter()
            .map(|host| (&text[host.name], host.port.map(|port| &text[port])))
            .collect()
    }

    #[test]
    fn hosts_of_urls_and_before_ports() {
        for (text, name, port) in [
            ("http://web", "web", None),
            ("http://web/", "web", None),
            ("http://web:8080", "web", Some("8080")),
            ("http://web:8080/path?x=1", "web", Some("8080")),
            ("--upstream=http://web.shop:80", "web.shop", Some("80")),
            ("jdbc:postgresql://db:5432/app", "db", Some("5432")),
            ("redis://:secret@redis:6379/0", "redis", Some("6379")),
            ("amqp://user@rabbit", "rabbit", None),
            ("http://web:$(PORT)", "web", None),
            ("http://web:${PORT}/x", "web", None),
            ("$(SCHEME)://web:80", "web", Some("80")),
            ("web:8080", "web", Some("8080")),
            ("--addr=web:8080", "web", Some("8080")),
            ("server web:8080;", "web", Some("8080")),
            ("targets: ['web:9090']", "web", Some("9090")),
            ("{\"url\":\"http://Web:80\"}", "Web", Some("80")),
            ("user:pw@tcp(db:3306)/app", "db", Some("3306")),
            ("web.shop.svc", "web.shop.svc", None),
            (
                "web.shop.svc.cluster.local.",
                "web.shop.svc.cluster.local",
                None,
            ),
            (
                "web.shop.svc.cluster.local:443",
                "web.shop.svc.cluster.local",
                Some("443"),
            ),
            ("nc -z web.shop.svc 80", "web.shop.svc", None),
            ("--db=Web.Shop.SVC", "Web.Shop.SVC", None),
            ("ldap:389", "ldap", Some("389")),
            ("http://web:100/", "web", Some("100")),
            ("web.shop:100", "web.shop", Some("100")),
            ("url = \"http://web/#top\" # http://old", "web", None),
            ("proxy_pass http://web/; // http://old", "web", None),
            ("exec -- http://web", "web", None),
            (
                "smtp:\n  host: mail:25\n  from: mail:587",
                "mail",
                Some("587"),
            ),
        ] {
            assert_eq!(found(text), [(name, port)], "{text}");
        }
        assert_eq!(
            found("kafka-0:9092,kafka-1:9092"),
            [("kafka-0", Some("9092")), ("kafka-1", Some("9092"))]
        );
    }

    #[test]
    fn variables_that_hold_hosts() {
        let span = Span {
            source: SourceId(0),
            start: 0,
            end: 7,
        };
        for (name, value, is_host) in [
            ("DB_HOST", "catalog", true),
            ("dbHost", "Catalog", true),
            ("API_ENDPOINT", "catalog", true),
            ("DB_NAME", "catalog", false),
            ("HOSTNAME", "catalog", false),
            ("BIND_ADDRESS", "catalog", false),
            ("DB_HOST", "catalog.shop", false),
            ("DB_HOST", "10", false),
            ("DB_HOST", "a b", false),
            ("DB_HOST", "$(NAME)", false),
        ] {
            let found = host_of_variable(name, value, value, span);
            assert_eq!(found.is_some(), is_host, "{name}={value}");
            let named = found.map(|found| found.name.value);
            assert_eq!(
                named,
                is_host.then(|| "catalog".to_owned()),
                "{name}={value}"
            );
        }
    }

    #[test]
    fn words_that_are_no_hosts() {
        for text in [
            "web",
            "web: 8080",
            "redis:7",
            "image: web:8080",
            "registry/web:8080",
            "registry.example/web:8080",
            "chown redis:1000 /data",
            "12:30:45",
            "10.0.0.5:8080",
            "http://10.0.0.5:80",
            "web:8080:80",
            "web:8080-alpine",
            "web:latest",
            "web:99999",
            "web:0",
            "http://web-$(ENV)",
            "http://web-${ENV}:80",
            "$(HOST):8080",
            "${HOST}web:8080",
            "http://{{ host }}:80",
            "my_web:8080",
            "*.shop.svc",
            "# see http://web:8080",
            "  // http://web:8080",
            "! http://web:8080",
            "-- http://web:8080",
            "<!-- http://web:8080 -->",
            " * see http://web:8080",
            "/* http://web:8080 */",
            "server.port = 80 # http://web:8080",
            "listen 80; // http://web:8080",
            "web:100,api:200",
            "a/web.shop.svc",
            "shop.svc",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
