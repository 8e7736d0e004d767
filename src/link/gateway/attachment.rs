//! Whether the listeners of a Gateway take a route.

use super::hostname::takes_one;
use super::namespaces::lets_in;
use super::parent::{GatewayLink, ParentLink};
use super::protocol::{ROUTES, takes_kind};
use crate::kinds::{FromNamespaces, Kind, Listener, ParentRef, PortRef};
use crate::link::answer::Answer;
use crate::link::links::Link;
use crate::text::placeholder::is_placeholder;
use crate::unit::Doubt;

/// A listener of a Gateway or a `ListenerSet`.
pub type ListenerLink<'i> = Link<'i, &'i Listener>;

/// What becomes of a route at one of its parents.
#[derive(Clone, Debug)]
pub enum Attachment<'i> {
    /// It names nothing in the unit that has listeners.
    Elsewhere,
    /// A listener takes it.
    Accepted,
    /// No listener takes it.
    Refused(Refusal<'i>),
    /// No listener takes it for certain, but one may.
    Unverified(Doubt),
}

/// Why no listener takes a route.
#[derive(Clone, Debug)]
pub struct Refusal<'i> {
    /// The furthest question that the route came to at any listener: the status of the route names
    /// it as the reason.
    pub question: Question,
    /// The listeners at which it came that far.
    pub listeners: Vec<ListenerLink<'i>>,
}

/// What a listener is asked about a route, in this order (gateway-api
/// `apis/v1/shared_types.go`, the reasons of the condition `Accepted` of a route).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Whether the route means it (`NoMatchingParent`).
    Relevant,
    /// Whether it takes routes of that kind (`NotAllowedByListeners`).
    Kind,
    /// Whether it takes routes from that namespace (`NotAllowedByListeners`).
    Namespace,
    /// Whether it has a hostname of the route (`NoMatchingListenerHostname`).
    Hostname,
}

impl<'i> ParentLink<'i> {
    /// What becomes of the route here.
    pub fn attachment(self) -> Attachment<'i> {
        let gateways = self.gateways();
        if gateways.is_empty() {
            return Attachment::Elsewhere;
        }
        let mut doubt = None;
        let mut refusal: Option<Refusal<'_>> = None;
        for gateway in gateways {
            let Some(listeners) = gateway.listeners() else {
                doubt.get_or_insert_with(|| Doubt::Listeners(gateway.display()));
                continue;
            };
            for listener in listeners {
                match self.asked(listener) {
                    Asked::Taken => return Attachment::Accepted,
                    Asked::Unknown(why) => {
                        doubt.get_or_insert(why);
                    }
                    Asked::Refused(question) => {
                        Refusal::add(&mut refusal, question, listener);
                    }
                }
            }
        }
        match (doubt, refusal) {
            (Some(doubt), _) => Attachment::Unverified(doubt),
            (None, Some(refusal)) => Attachment::Refused(refusal),
            (None, None) => Attachment::Refused(Refusal {
                question: Question::Relevant,
                listeners: Vec::new(),
            }),
        }
    }

    /// What a listener says to the route.
    fn asked(self, listener: ListenerLink<'i>) -> Asked {
        let own = listener.node.what;
        let questions: [(Question, &dyn Fn() -> Answer); 4] = [
            (Question::Relevant, &|| is_relevant(own, self.parent())),
            (Question::Kind, &|| self.takes_kind(own)),
            (Question::Namespace, &|| {
                lets_in(listener, &own.namespaces, FromNamespaces::Same, self)
            }),
            (Question::Hostname, &|| self.takes_hostname(own)),
        ];
        let mut doubt = None;
        for (question, answer) in questions {
            match answer() {
                Answer::Yes => {}
                Answer::No => return Asked::Refused(question),
                Answer::Unknown(why) => doubt = doubt.or(Some(why)),
            }
        }
        doubt.map_or(Asked::Taken, Asked::Unknown)
    }

    /// Whether a listener takes the route for certain, whether or not the route means it.
    pub fn would_be_taken_by(self, listener: ListenerLink<'i>) -> bool {
        let own = listener.node.what;
        let answers = [
            self.takes_kind(own),
            lets_in(listener, &own.namespaces, FromNamespaces::Same, self),
            self.takes_hostname(own),
        ];
        answers.iter().all(|answer| *answer == Answer::Yes)
    }

    fn takes_kind(self, listener: &Listener) -> Answer {
        let kind = self.object().kind;
        let route = ROUTES.iter().find(|(_, own)| *own == kind);
        route.map_or(Answer::No, |route| takes_kind(listener, *route))
    }

    fn takes_hostname(self, listener: &Listener) -> Answer {
        // Below TLS nobody says for which host a request is.
        if matches!(self.object().kind, Kind::TCPRoute | Kind::UDPRoute) {
            return Answer::Yes;
        }
        let hostnames = self.route().map(|route| route.hostnames.as_slice());
        takes_one(listener.hostname.as_ref(), hostnames.unwrap_or_default())
    }
}

/// What a listener says to a route.
enum Asked {
    Taken,
    Refused(Question),
    Unknown(Doubt),
}

impl<'i> Refusal<'i> {
    /// Keeps what came furthest.
    fn add(all: &mut Option<Self>, question: Question, listener: ListenerLink<'i>) {
        match all {
            Some(known) if known.question > question => {}
            Some(known) if known.question == question => known.listeners.push(listener),
            _ => {
                *all = Some(Self {
                    question,
                    listeners: vec![listener],
                });
            }
        }
    }
}

/// Whether a route means a listener: by its name, its port, or both (gateway-api
/// `apis/v1/shared_types.go`, `ParentReference.SectionName`, `ParentReference.Port`).
fn is_relevant(listener: &Listener, parent: &ParentRef) -> Answer {
    let section = match (&parent.section, &listener.name) {
        (None, _) => Answer::Yes,
        (Some(section), Some(name)) if section.value == name.value => Answer::Yes,
        (Some(section), Some(_)) if !is_placeholder(&section.value) => Answer::No,
        (Some(_), _) => Answer::Unknown(Doubt::Placeholder),
    };
    section.and(|| match (&parent.port, &listener.port) {
        (None, _) => Answer::Yes,
        (Some(wanted), Some(own)) => match wanted.value {
            PortRef::Number(number) => (number == own.value).into(),
            PortRef::Name(_) | PortRef::Unknown => Answer::Unknown(Doubt::Placeholder),
        },
        (Some(_), None) => Answer::Unknown(Doubt::Placeholder),
    })
}

impl<'i> GatewayLink<'i> {
    /// Its own listeners; none if they cannot be known. The API server refuses a Gateway without
    /// any.
    pub fn listeners(self) -> Option<impl Iterator<Item = ListenerLink<'i>>> {
        let listeners = self.gateway().listeners.as_ref()?;
        let all = listeners.iter();
        Some(all.map(move |listener| self.reading(listener)))
    }
}

impl<'i> ListenerLink<'i> {
    /// What it says.
    pub fn listener(self) -> &'i Listener {
        self.node.what
    }
}
