//! Which requests a rule of an `Ingress`, an `HTTPRoute` or the like is about, in a form in which
//! two rules can be compared.

use super::collect::collect;
use crate::text::placeholder::is_placeholder;
use crate::text::source::Span;
use crate::yaml::cursor::Cursor;

/// Requests that are sent somewhere.
#[derive(Clone, Debug)]
pub struct Requests {
    /// Where they are written: the path, or what stands for it.
    pub place: Span,
    /// The path, for messages.
    pub path: String,
    /// All that they have to meet, apart from the host. Equal keys are equal requests.
    pub key: String,
    /// The rule that they stand in, counted from the first.
    pub rule: usize,
    /// What they are sent to; nothing if a filter answers them.
    pub backends: String,
    /// How the path is compared with the one that is asked for.
    pub path_match: PathMatch,
    /// Whether they have to meet more than a path: a method, headers, parameters.
    pub is_conditional: bool,
    /// Where the names of the Services stand that they are sent to.
    pub services: Vec<Span>,
}

/// How a path is compared with the one that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathMatch {
    /// It has to be the same.
    Exact,
    /// It has to begin with the same elements.
    Prefix,
    /// It has to begin with the same text.
    Text,
    /// The controller decides: a regular expression, or `ImplementationSpecific`.
    Implementation,
}

impl PathMatch {
    fn of(kind: &str) -> Self {
        match kind {
            "Exact" => Self::Exact,
            "Prefix" | "PathPrefix" => Self::Prefix,
            _ => Self::Implementation,
        }
    }
}

impl Requests {
    /// Those of an `HTTPRoute` (gateway-api `apis/v1/httproute_types.go:HTTPRouteMatch`). What
    /// holds a placeholder is left out.
    pub(in crate::kinds) fn of_route(object: Cursor<'_>) -> Vec<Self> {
        let spec = object.get("spec").into_iter();
        let rules = spec.flat_map(|spec| spec.list("rules")).enumerate();
        let all = rules.flat_map(|(at, rule)| {
            let backends = collect(rule.list("backendRefs").map(backend_key)).join(" ");
            let names = rule.list("backendRefs").filter_map(|own| own.get("name"));
            let services: Vec<Span> = names.map(Cursor::span).collect();
            let mut matches: Vec<Option<Cursor<'_>>> = rule.list("matches").map(Some).collect();
            if matches.is_empty() {
                matches.push(None);
            }
            let own = matches.into_iter().map(move |own| Self {
                place: place(own, rule),
                path: path(own).1,
                key: key(own),
                rule: at,
                backends: backends.clone(),
                path_match: PathMatch::of(&path(own).0),
                is_conditional: is_conditional(own),
                services: services.clone(),
            });
            own.collect::<Vec<_>>()
        });
        collect(all.filter(Self::is_known))
    }

    /// Those of an `Ingress`, each with its host
    /// (K `pkg/apis/networking/types.go:HTTPIngressPath`).
    pub(in crate::kinds) fn of_ingress(object: Cursor<'_>) -> Vec<(String, Self)> {
        let spec = object.get("spec").into_iter();
        let rules = spec.flat_map(|spec| spec.list("rules")).enumerate();
        let all = rules.flat_map(|(at, rule)| {
            let host = rule.get("host").map_or("", Cursor::text).to_owned();
            let paths = rule.path(["http", "paths"]).into_iter();
            let paths = paths.flat_map(Cursor::items);
            paths.map(move |own| {
                let text = |name: &str| own.get(name).map_or("", Cursor::text);
                let place = own.get("path").map_or(own.key_span(), Cursor::span);
                let service = own.path(["backend", "service", "name"]);
                let requests = Self {
                    place,
                    path: text("path").to_owned(),
                    key: format!("{} {}", text("pathType"), text("path")),
                    rule: at,
                    backends: own.get("backend").map_or(String::new(), service_key),
                    path_match: PathMatch::of(text("pathType")),
                    is_conditional: false,
                    services: service.into_iter().map(Cursor::span).collect(),
                };
                (host.clone(), requests)
            })
        });
        collect(all.filter(|(host, own)| !is_placeholder(host) && own.is_known()))
    }

    /// Those of a Route of OpenShift: all below its path (openshift/router
    /// `pkg/router/template/util/haproxy/map_entry.go:generateRouteRegexp`).
    pub(in crate::kinds) fn of_openshift(object: Cursor<'_>) -> Self {
        let spec = object.get("spec");
        let field = |name: &str| spec.and_then(|spec| spec.get(name));
        let others = spec
            .into_iter()
            .flat_map(|spec| spec.list("alternateBackends"));
        let targets = field("to").into_iter().chain(others);
        let names = targets.filter_map(|target| target.get("name"));
        let place = field("path")
            .or_else(|| field("host"))
            .or(spec)
            .unwrap_or(object);
        Self {
            place: place.span(),
            path: field("path").map_or("", Cursor::text).to_owned(),
            key: String::new(),
            rule: 0,
            backends: String::new(),
            path_match: PathMatch::Prefix,
            is_conditional: false,
            services: names.map(Cursor::span).collect(),
        }
    }

    /// Those of an Istio `VirtualService`, for HTTP (istio.io/api
    /// `networking/v1alpha3/virtual_service.proto`, `HTTPMatchRequest`).
    pub(in crate::kinds) fn of_virtual_service(object: Cursor<'_>) -> Vec<Self> {
        let spec = object.get("spec").into_iter();
        let rules = spec.flat_map(|spec| spec.list("http")).enumerate();
        let all = rules.flat_map(|(at, rule)| {
            let destinations = rule.list("route").filter_map(|own| own.get("destination"));
            let hosts = destinations.filter_map(|own| own.get("host"));
            let services: Vec<Span> = hosts.map(Cursor::span).collect();
            let mut matches: Vec<Option<Cursor<'_>>> = rule.list("match").map(Some).collect();
            if matches.is_empty() {
                matches.push(None);
            }
            let own = matches.into_iter().map(move |own| {
                let (path_match, path, place) = uri(own).unwrap_or((PathMatch::Text, "", None));
                let keys = own.map(Cursor::entries).unwrap_or_default();
                let is_condition = |key: &str| !matches!(key, "uri" | "name");
                Self {
                    place: place
                        .or(own.map(Cursor::key_span))
                        .unwrap_or(rule.key_span()),
                    path: path.to_owned(),
                    key: String::new(),
                    rule: at,
                    backends: String::new(),
                    path_match,
                    is_conditional: keys.iter().any(|(key, _)| is_condition(&key.value)),
                    services: services.clone(),
                }
            });
            own.collect::<Vec<_>>()
        });
        collect(all.filter(|own| !is_placeholder(&own.path)))
    }

    fn is_known(&self) -> bool {
        !is_placeholder(&self.key) && !is_placeholder(&self.backends)
    }
}

/// How a match of a `VirtualService` compares the path, with what, and where that is written.
fn uri(matched: Option<Cursor<'_>>) -> Option<(PathMatch, &str, Option<Span>)> {
    let uri = matched?.get("uri")?;
    let kinds = [
        ("exact", PathMatch::Exact),
        ("prefix", PathMatch::Text),
        ("regex", PathMatch::Implementation),
    ];
    kinds.into_iter().find_map(|(name, kind)| {
        let value = uri.get(name)?;
        Some((kind, value.text(), Some(value.span())))
    })
}

/// Type and value of the path that a match asks for: that of all, by default.
fn path(matched: Option<Cursor<'_>>) -> (String, String) {
    let path = matched.and_then(|own| own.get("path"));
    let text = |name: &str, default: &str| {
        let own = path.and_then(|path| path.get(name));
        own.map_or_else(|| default.to_owned(), |own| own.text().to_owned())
    };
    let (kind, value) = (text("type", "PathPrefix"), text("value", "/"));
    let shorter = value.strip_suffix('/').filter(|own| !own.is_empty());
    match shorter {
        Some(shorter) if kind == "PathPrefix" => (kind, shorter.to_owned()),
        _ => (kind, value),
    }
}

fn place(matched: Option<Cursor<'_>>, rule: Cursor<'_>) -> Span {
    let Some(matched) = matched else {
        return rule.key_span();
    };
    let value = matched.path(["path", "value"]);
    value.map_or_else(|| matched.key_span(), Cursor::span)
}

fn key(matched: Option<Cursor<'_>>) -> String {
    let (kind, value) = path(matched);
    let method = matched.and_then(|own| own.get("method"));
    let method = method.map_or("", Cursor::text);
    format!(
        "{kind} {value} {method} {:?} {:?}",
        conditions(matched, "headers"),
        conditions(matched, "queryParams")
    )
}

/// Whether a match asks for more than a path.
fn is_conditional(matched: Option<Cursor<'_>>) -> bool {
    let asks = |name| matched.is_some_and(|own| own.get(name).is_some());
    asks("method") || asks("headers") || asks("queryParams")
}

/// Headers or parameters that a match asks for, in whatever order they are written.
fn conditions(matched: Option<Cursor<'_>>, field: &str) -> Vec<[String; 3]> {
    let all = matched.into_iter().flat_map(|own| own.list(field));
    let mut all: Vec<[String; 3]> = all
        .map(|own| {
            let text = |name: &str| own.get(name).map_or("", Cursor::text);
            let kind = Some(text("type")).filter(|own| !own.is_empty());
            let kind = kind.unwrap_or("Exact").to_owned();
            [
                text("name").to_ascii_lowercase(),
                kind,
                text("value").to_owned(),
            ]
        })
        .collect();
    all.sort_unstable();
    all
}

/// Namespace, name and port of what a route sends to.
fn backend_key(backend: Cursor<'_>) -> String {
    let text = |name: &str| backend.get(name).map_or("", Cursor::text);
    format!("{}/{}:{}", text("namespace"), text("name"), text("port"))
}

/// Name and port of the Service, or name of the resource, that an `Ingress` sends to.
fn service_key(backend: Cursor<'_>) -> String {
    let name = |kind: &str| backend.path([kind, "name"]).map_or("", Cursor::text);
    let port = backend.path(["service", "port"]);
    let port = port.and_then(|own| own.get("number").or_else(|| own.get("name")));
    format!(
        "{}{}:{}",
        name("service"),
        name("resource"),
        port.map_or("", Cursor::text)
    )
}
