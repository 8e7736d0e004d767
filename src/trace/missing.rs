//! Why there is nothing to say to a question: what is not in the input, or what nothing leads to.

use super::answer::is_called;
use super::question::{ObjectName, Question, ServiceName};
use crate::link::{Backend, Links, ServiceLink};
use crate::text::similar::nearest_of_all;

/// Why there is nothing to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No Services.
    Services,
    /// Services that select this workload, which is there.
    Selecting {
        /// Kind and name.
        workload: String,
    },
    /// What is asked for.
    Asked {
        /// What it is, in words.
        what: String,
        /// The name of what was probably meant.
        near: Option<String>,
    },
}

impl Missing {
    /// What is missing, if a question has no answer.
    pub(super) fn of(links: &Links, question: &Question) -> Self {
        match question {
            Question::Services | Question::All(None) => Self::Services,
            Question::Namespace(name) | Question::All(Some(name)) => namespace(links, name),
            Question::Address(address) => Self::Asked {
                what: format!(
                    "an Ingress or a route for `{}{}`",
                    address.host, address.path
                ),
                near: None,
            },
            Question::Service(name) => service(links, name),
            Question::Workload(name) if is_there(links, name) => Self::Selecting {
                workload: format!("{} `{}`", name.kind, name.name),
            },
            Question::Workload(name) => workload(links, name),
            Question::Flow(from, to) if is_there(links, from) => service(links, to),
            Question::Flow(from, _) => workload(links, from),
        }
    }
}

/// Whether there is an object of this name, with pods or without.
fn is_there(links: &Links, name: &ObjectName) -> bool {
    let mut members = links.units.iter().flat_map(|unit| &unit.objects);
    let is_object = members.any(|member| {
        let identity = &links.object(member.id).identity;
        identity.kind == name.kind
            && identity.name == name.name
            && super::answer::is_in(&member.namespace, name.namespace.as_deref())
    });
    is_object || backends(links).any(|own| is_called(own, name))
}

fn workload(links: &Links, name: &ObjectName) -> Missing {
    let of_kind: Vec<Backend<'_>> = backends(links)
        .filter(|own| own.object().identity.kind == name.kind)
        .collect();
    let near = nearest_of_all(&name.name, of_kind.iter().map(|own| own.name()));
    let meant = of_kind.iter().find(|own| Some(own.name()) == near);
    let near = meant.map(|own| {
        let is_same = name.namespace.as_deref() == Some(&own.namespace().name);
        let shown = name.namespace.is_some() && !is_same;
        let namespace = shown.then(|| own.namespace().name.as_str());
        with_namespace(namespace, own.name())
    });
    Missing::Asked {
        what: format!(
            "{} `{}`",
            name.kind,
            with_namespace(name.namespace.as_deref(), &name.name)
        ),
        near,
    }
}

fn namespace(links: &Links, name: &str) -> Missing {
    let services = links.units.iter().flat_map(|unit| links.services(unit));
    let namespaces: Vec<&str> = services.map(|own| own.namespace().name.as_str()).collect();
    Missing::Asked {
        what: format!("a Service in namespace `{name}`"),
        near: nearest_of_all(name, namespaces).map(|near| format!("ns/{near}")),
    }
}

fn service(links: &Links, name: &ServiceName) -> Missing {
    let units = links.units.iter();
    let all: Vec<ServiceLink<'_>> = units.flat_map(|unit| links.services(unit)).collect();
    let namesake = all.iter().find(|own| own.name() == name.name);
    let near = || {
        let near = nearest_of_all(&name.name, all.iter().map(|own| own.name()))?;
        all.iter().find(|own| own.name() == near)
    };
    let near = match namesake {
        // It is in another namespace.
        Some(own) => Some(with_namespace(Some(&own.namespace().name), own.name())),
        None => near().map(|own| {
            let is_same = name.namespace.as_deref() == Some(&own.namespace().name);
            let shown = name.namespace.is_some() && !is_same;
            with_namespace(shown.then(|| own.namespace().name.as_str()), own.name())
        }),
    };
    Missing::Asked {
        what: format!(
            "Service `{}`",
            with_namespace(name.namespace.as_deref(), &name.name)
        ),
        near,
    }
}

fn backends(links: &Links) -> impl Iterator<Item = Backend<'_>> {
    links.units.iter().flat_map(|unit| links.backends(unit))
}

fn with_namespace(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    }
}
