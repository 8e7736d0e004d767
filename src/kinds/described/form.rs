//! Strings that hold several things: `https://web.shop:8443`.

use serde::Deserialize;
use serde_yaml::Value;
use std::ops::Range;

/// What strings of a row hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct Forms {
    /// Whether a string lists several, between commas.
    pub(super) is_list: bool,
    /// The form of each; none if it is the name or the port itself.
    pub(super) each: Option<Form>,
}

/// What a string holds, in the notation of the pages: brackets mean that something may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Form {
    /// A name, and what comes with it, as Emissary reads it.
    #[serde(rename = "[scheme://]name[.namespace][:port]")]
    Address,
    /// The same, where nothing may follow the namespace.
    #[serde(rename = "[scheme://]name[.namespace!][:port]")]
    ShortAddress,
    /// A name, in a namespace of its own or in that of the object.
    #[serde(rename = "[namespace/]name")]
    Name,
    /// A port of a Service, and flags behind it.
    #[serde(rename = "namespace/name:port[:rest]")]
    NamePort,
    /// An object of one of Traefik's providers.
    #[serde(rename = "namespace-name@provider")]
    Provided,
    /// A host name, and the namespace that it is looked for in.
    #[serde(rename = "namespace/host")]
    Scoped,
    /// A host name.
    #[serde(rename = "host")]
    Host,
    #[serde(rename = "host[:port]")]
    HostAndMaybePort,
    #[serde(rename = "host:port")]
    HostPort,
    #[serde(rename = "[scheme://]host[:port]")]
    MaybeUrl,
    #[serde(rename = "url")]
    Url,
}

/// Where the parts of a string stand in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The namespace before a slash, if it is written out.
    pub(super) scope: Option<Range<usize>>,
    pub(super) scheme: Option<Range<usize>>,
    pub(super) namespace: Option<Range<usize>>,
    pub(super) name: Range<usize>,
    pub(super) port: Option<Range<usize>>,
    /// What follows the namespace in a host name.
    pub(super) tail: Range<usize>,
}

impl Form {
    /// As it is called in the message about a string of another form.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Address | Self::ShortAddress => "[scheme://]name[.namespace][:port]",
            Self::Name => "[namespace/]name",
            Self::NamePort => "namespace/name:port",
            Self::Provided => "namespace-name@provider",
            Self::Scoped => "namespace/host",
            Self::Host => "host",
            Self::HostAndMaybePort => "host[:port]",
            Self::HostPort => "host:port",
            Self::MaybeUrl => "[scheme://]host[:port]",
            Self::Url => "scheme://host[:port]",
        }
    }

    /// Whether it holds a host name, which may be one outside the cluster.
    pub(super) fn is_host(self) -> bool {
        matches!(
            self,
            Self::Scoped
                | Self::Host
                | Self::HostAndMaybePort
                | Self::HostPort
                | Self::MaybeUrl
                | Self::Url
        )
    }

    /// The parts of a text; none if it has another form.
    pub(super) fn parse(self, text: &str) -> Option<Found> {
        let found = match self {
            Self::Address => address(text)?,
            Self::ShortAddress => address(text).filter(|found| found.tail.is_empty())?,
            Self::Name => {
                let at = text.find('/').map_or(0, |slash| slash + 1);
                let is_own = text.starts_with("./");
                Found {
                    namespace: (at > 0 && !is_own).then(|| 0..at - 1),
                    name: at..text.len(),
                    ..Found::default()
                }
            }
            Self::NamePort => {
                let slash = text.find('/')?;
                let colon = slash + text[slash..].find(':')?;
                let end = text[colon + 1..].find(':');
                let end = end.map_or(text.len(), |at| colon + 1 + at);
                Found {
                    namespace: Some(0..slash),
                    name: slash + 1..colon,
                    port: Some(colon + 1..end),
                    ..Found::default()
                }
            }
            Self::Provided => Found {
                name: 0..text.find('@').unwrap_or(text.len()),
                ..Found::default()
            },
            Self::Scoped => {
                let (scope, rest) = text.split_once('/').filter(|(own, _)| !own.is_empty())?;
                let is_name = !matches!(scope, "." | "~" | "*");
                let found = host(rest).filter(|found| {
                    found.scheme.is_none() && found.port.is_none() && !rest.contains('/')
                })?;
                Found {
                    scope: is_name.then_some(0..scope.len()),
                    ..found.shifted(scope.len() + 1)
                }
            }
            Self::Host => host(text).filter(|found| {
                found.scheme.is_none() && found.port.is_none() && !text.contains('/')
            })?,
            Self::HostAndMaybePort => {
                host(text).filter(|found| found.scheme.is_none() && !text.contains('/'))?
            }
            Self::HostPort => {
                host(text).filter(|found| found.scheme.is_none() && found.port.is_some())?
            }
            Self::MaybeUrl => host(text)?,
            Self::Url => host(text).filter(|found| found.scheme.is_some())?,
        };
        found.is_whole(text).then_some(found)
    }
}

impl Found {
    /// The same in a text that begins earlier.
    pub(super) fn shifted(self, by: usize) -> Self {
        let shift = |range: Range<usize>| range.start + by..range.end + by;
        Self {
            scope: self.scope.map(shift),
            scheme: self.scheme.map(shift),
            namespace: self.namespace.map(shift),
            name: shift(self.name),
            port: self.port.map(shift),
            tail: shift(self.tail),
        }
    }

    /// Whether the whole name of a Service in the cluster is there: `web.shop.svc.cluster.local`.
    pub(super) fn is_full(&self, text: &str) -> bool {
        text[self.tail.clone()].starts_with(".svc.")
    }

    /// Whether no part is there without a letter in it, and none has a slash.
    fn is_whole(&self, text: &str) -> bool {
        let parts = [&self.namespace, &self.port].into_iter().flatten();
        let mut parts = parts.chain([&self.name]);
        parts.all(|part| !part.is_empty() && !text[part.clone()].contains('/'))
    }

    /// The host name, if it is one that may be a Service: its domain is a namespace, or ends as
    /// those of the cluster do.
    pub(super) fn may_be_service(&self, text: &str) -> bool {
        let tail = &text[self.tail.clone()];
        let name = &text[self.name.clone()];
        let is_number = name.bytes().all(|c| c.is_ascii_digit());
        let is_of_cluster = tail.is_empty() || tail == ".svc" || tail.starts_with(".svc.");
        is_of_cluster && !is_number && !name.contains(['*', '$', '[', '%'])
    }
}

/// `[scheme://]name[.namespace][:port]`, and nothing behind it but a slash.
fn address(text: &str) -> Option<Found> {
    let bare = text.strip_suffix('/').unwrap_or(text);
    let found = host(bare)?;
    let end = found.port.as_ref().map_or(found.tail.end, |port| port.end);
    (end == bare.len() && !bare.contains('@')).then_some(found)
}

/// A host with what may stand around it: `scheme://user@host:port/path`.
fn host(text: &str) -> Option<Found> {
    let scheme = text.find("://");
    let start = scheme.map_or(0, |at| at + 3);
    let rest = text.get(start..)?;
    let end = start + rest.find(['/', '?', '$', '#']).unwrap_or(rest.len());
    let start = text[start..end]
        .rfind('@')
        .map_or(start, |at| start + at + 1);
    let colon = text[start..end].find(':').map(|at| start + at);
    let host = start..colon.unwrap_or(end);
    let dot = text[host.clone()].find('.').map(|at| start + at);
    let namespace = dot.map(|dot| {
        let tail = &text[dot + 1..host.end];
        dot + 1..dot + 1 + tail.find('.').unwrap_or(tail.len())
    });
    let port = colon.map(|at| at + 1..end);
    let tail = namespace.as_ref().map_or(host.end, |own| own.end)..host.end;
    let is_one = port
        .as_ref()
        .is_none_or(|port| !text[port.clone()].contains(':'));
    is_one.then(|| Found {
        scope: None,
        scheme: scheme.map(|at| 0..at),
        name: start..dot.unwrap_or(host.end),
        namespace,
        port,
        tail,
    })
}

impl TryFrom<Value> for Forms {
    type Error = String;

    fn try_from(written: Value) -> Result<Self, String> {
        let word = |value: &Value| -> Result<Form, String> {
            let read: Result<Form, _> = serde_yaml::from_value(value.clone());
            read.map_err(|error| error.to_string())
        };
        let is_list = |value: &Value| value.as_str() == Some("list");
        let is_port = |value: &Value| value.as_str() == Some("port");
        let (is_list, each) = match written.as_sequence().map(Vec::as_slice) {
            None if is_list(&written) => (true, None),
            None => (false, Some(word(&written)?)),
            Some([list, each]) if is_list(list) && is_port(each) => (true, None),
            Some([list, each]) if is_list(list) => (true, Some(word(each)?)),
            Some(_) => return Err("a form is a word, or `[list, FORM]`".to_owned()),
        };
        Ok(Self { is_list, each })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Expected<'t> = (Option<&'t str>, Option<&'t str>, &'t str, Option<&'t str>);

    fn parts(form: Form, text: &str) -> Option<Expected<'_>> {
        let found = form.parse(text)?;
        let part = |range: Option<Range<usize>>| range.map(|range| &text[range]);
        let name = &text[found.name];
        Some((
            part(found.scheme),
            part(found.namespace),
            name,
            part(found.port),
        ))
    }

    #[test]
    fn forms_are_told_apart() {
        for (form, text, expected) in [
            (Form::Address, "web", Some((None, None, "web", None))),
            (
                Form::Address,
                "web:80",
                Some((None, None, "web", Some("80"))),
            ),
            (
                Form::Address,
                "web.shop",
                Some((None, Some("shop"), "web", None)),
            ),
            (
                Form::Address,
                "https://web.shop.svc.cluster.local:8443/",
                Some((Some("https"), Some("shop"), "web", Some("8443"))),
            ),
            (Form::Address, "web/x", None),
            (Form::Address, "web:", None),
            (Form::Address, "a:b:c", None),
            (Form::Address, ".shop", None),
            (Form::Address, "", None),
            (Form::ShortAddress, "web.shop.svc", None),
            (Form::Name, "web", Some((None, None, "web", None))),
            (
                Form::Name,
                "shop/web",
                Some((None, Some("shop"), "web", None)),
            ),
            (Form::Name, "./web", Some((None, None, "web", None))),
            (Form::Name, "a/b/c", None),
            (
                Form::Scoped,
                "shop/web.store.svc.cluster.local",
                Some((None, Some("store"), "web", None)),
            ),
            (Form::Scoped, "./*", Some((None, None, "*", None))),
            (Form::Scoped, "web.shop", None),
            (Form::Scoped, "a/b/c", None),
            (Form::Scoped, "/web", None),
            (Form::Name, "/web", None),
            (
                Form::NamePort,
                "shop/web:80",
                Some((None, Some("shop"), "web", Some("80"))),
            ),
            (
                Form::NamePort,
                "shop/web:http:PROXY",
                Some((None, Some("shop"), "web", Some("http"))),
            ),
            (Form::NamePort, "shop/web", None),
            (Form::NamePort, "web:80", None),
            (
                Form::Provided,
                "shop-auth@file",
                Some((None, None, "shop-auth", None)),
            ),
            (
                Form::Host,
                "web.shop",
                Some((None, Some("shop"), "web", None)),
            ),
            (Form::Host, "http://web", None),
            (
                Form::HostPort,
                "web:80",
                Some((None, None, "web", Some("80"))),
            ),
            (Form::HostPort, "web", None),
            (
                Form::Url,
                "http://u:p@web.shop:80/x?y",
                Some((Some("http"), Some("shop"), "web", Some("80"))),
            ),
            (Form::Url, "web", None),
            (Form::MaybeUrl, "web", Some((None, None, "web", None))),
        ] {
            assert_eq!(parts(form, text), expected, "{form:?} {text}");
        }
    }
}
