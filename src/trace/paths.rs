//! The paths of an input: from where traffic comes in, by a Service and its port, to the pods. They
//! are the ways of a trace, one for each address that leads to them.

use super::address::attachment;
use super::addresses::Addresses;
use super::code;
use super::missing::Missing;
use super::model::{Hop, HopKind, Located, Query, Reason, Step, Trace, Verdict};
use super::question::Question;
use super::service::ServiceTracer;
use super::unread::Unread;
use crate::kinds::{ParentRef, Role};
use crate::link::Named;
use crate::text::hash::HashMap;
use crate::text::source::Span;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// The paths that answer a question.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// All of them, in the order of the units.
    pub all: Vec<Path>,
    /// Why there are none.
    pub missing: Option<Missing>,
    /// The documents that could not be read: what they hold has no part in it.
    pub unread: Vec<Unread>,
}

/// From where traffic comes in to the pods that get it.
#[derive(Clone, Debug)]
pub struct Path {
    /// What is applied together, by its name.
    pub unit: String,
    /// By what it is the same path in another revision.
    pub id: PathId,
    /// What sends to the Service; nothing where nothing points at it.
    pub entries: Vec<Entry>,
    /// The way from the Service on, which paths to the same port share.
    pub way: Arc<Trace>,
    /// What becomes of the traffic.
    pub state: PathState,
    /// Why: the ids of the rules that find something wrong with a broken path, the codes of the
    /// doubts about an unknown one.
    pub codes: BTreeSet<&'static str>,
    /// What has become of it, where it is shown because of that.
    pub change: Option<Change>,
}

/// What makes a path the same one in another revision of the same unit. Within a unit no two paths
/// have the same, unless a Service is defined twice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathId {
    /// The address (`shop.example.com/cart`), or else the object that sends, or else the Service.
    pub entry: String,
    /// Namespace and name of the Service.
    pub service: String,
    /// Its port, as in `80/TCP`; nothing where no port is meant.
    pub port: String,
}

impl fmt::Display for PathId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            entry,
            service,
            port,
        } = self;
        write!(f, "{entry} -> {service}")?;
        match port.as_str() {
            "" => Ok(()),
            port => write!(f, ":{port}"),
        }
    }
}

/// An object that sends to a Service.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The step from it to the Service.
    pub hop: Hop,
    /// By what its traffic comes in, if it is a route.
    pub attachments: Vec<Attached>,
}

/// What a Gateway, or another parent, makes of a route.
#[derive(Clone, Debug)]
pub struct Attached {
    /// The parent: `Gateway infra/edge`.
    pub name: String,
    /// What is said of it.
    pub step: Step,
    /// What becomes of the traffic there.
    pub state: PathState,
    /// Why that cannot be known.
    pub doubt: Option<Reason>,
}

/// What becomes of the traffic on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathState {
    /// It arrives.
    Ok,
    /// Nobody can know.
    Unknown,
    /// Some of it is lost for certain.
    Broken,
}

impl PathState {
    /// All of them, from the best to the worst.
    pub const ALL: [Self; 3] = [Self::Ok, Self::Unknown, Self::Broken];

    /// The word for it in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Broken => "broken",
        }
    }
}

impl From<Verdict> for PathState {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            verdict if verdict.is_bad() => Self::Broken,
            Verdict::Unknown => Self::Unknown,
            _ => Self::Ok,
        }
    }
}

/// What has become of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Traffic arrived, or may have, and is lost now.
    Broken,
    /// There was none.
    Introduced,
    /// It leads to other pods, or to another port of them.
    Moved,
    /// Traffic was lost, and arrives now, or may do so.
    Healed,
    /// There is none any more.
    Gone,
}

impl Change {
    /// All of them, from the one to look at first.
    pub const ALL: [Self; 5] = [
        Self::Broken,
        Self::Introduced,
        Self::Moved,
        Self::Healed,
        Self::Gone,
    ];

    /// The word for it in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Introduced => "introduced",
            Self::Moved => "moved",
            Self::Healed => "healed",
            Self::Gone => "gone",
        }
    }
}

/// Pods of a workload that get traffic, at a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reached {
    /// Kind, namespace and name of the workload: `Deployment shop/web`.
    pub workload: String,
    /// The port of its pods; none if it is not translated.
    pub pod_port: Option<i64>,
}

impl Path {
    /// The same, shown because of what has become of it.
    #[must_use]
    pub fn marked(&self, change: Change) -> Self {
        Self {
            change: Some(change),
            ..self.clone()
        }
    }

    /// The Service.
    pub fn service(&self) -> &Located {
        &self.way.ask.to
    }

    /// The pods that the traffic reaches, or may reach: what makes a path another one where nothing
    /// is wrong with it.
    pub fn reached(&self) -> BTreeSet<Reached> {
        let branches = self.way.branches.iter();
        let arriving = branches.filter(|own| own.verdict != Verdict::Absent);
        let arriving = arriving.filter(|own| !own.verdict.is_bad());
        let reached = arriving.map(|own| Reached {
            workload: own.object.to_string(),
            pod_port: own.pod_port,
        });
        reached.collect()
    }

    /// Everything that is written down about it, in the order of the traffic.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let attached = self.entries.iter().flat_map(|own| &own.attachments);
        let entries = self.entries.iter().map(|own| &own.hop.step);
        let hops = self.way.hops.iter().map(|own| &own.step);
        let branches = self.way.branches.iter();
        let branches = branches.flat_map(|own| own.pods.iter().chain([&own.port, &own.ready]));
        let attached = attached.map(|own| &own.step);
        attached.chain(entries).chain(hops).chain(branches)
    }

    /// Where it breaks.
    pub fn breaks(&self) -> impl Iterator<Item = Span> {
        let faults = self.steps().filter(|own| own.fault.is_some());
        faults.filter_map(|own| own.place)
    }

    /// Why it cannot be known where it leads.
    pub fn doubts(&self) -> impl Iterator<Item = &Reason> {
        let attached = self.entries.iter().flat_map(|own| &own.attachments);
        let attached = attached.filter_map(|own| own.doubt.as_ref());
        let branches = self.way.branches.iter();
        let branches = branches.flat_map(|own| &own.doubts);
        attached.chain(&self.way.doubts).chain(branches)
    }

    /// Says what becomes of the traffic, and why.
    fn judge(&mut self) {
        let entries = self.entries.iter();
        let of_entries = entries.flat_map(|own| {
            let is_wrong = own.hop.step.fault.is_some();
            let attached = own.attachments.iter().map(|own| own.state);
            attached.chain(is_wrong.then_some(PathState::Broken))
        });
        let state = of_entries.max().unwrap_or(PathState::Ok);
        self.state = state.max(self.way.verdict.into());
        let codes: BTreeSet<&str> = match self.state {
            PathState::Ok => return,
            PathState::Unknown => self.doubts().map(|own| own.code).collect(),
            PathState::Broken => {
                let faults = self.steps().filter(|own| own.fault.is_some());
                faults.map(|own| own.code).collect()
            }
        };
        self.codes = if codes.is_empty() { self.ends() } else { codes };
    }

    /// Where traffic ends with nothing being wrong there by itself: the codes of that.
    fn ends(&self) -> BTreeSet<&'static str> {
        let steps = self.steps().map(|own| own.code);
        let branches = self.way.branches.iter();
        let sides = branches.flat_map(|own| [&own.egress, &own.ingress]);
        let sides = sides.flatten().map(|own| own.code);
        let all = steps.chain(sides);
        all.filter(|code| ENDS.contains(code)).collect()
    }
}

/// The codes of steps behind which there is no traffic.
const ENDS: [&str; 4] = [code::NO_PODS, code::NOT_SERVED, code::NO_PORT, code::DENIED];

/// Finds the paths of one unit.
pub(super) struct PathFinder<'t, 'i, 'f> {
    tracer: &'t ServiceTracer<'i, 'f>,
    addresses: Addresses,
    /// By the places of the routes' names.
    attachments: HashMap<Span, Vec<Attached>>,
    paths: Vec<Path>,
    /// Where the paths are, by what they are and by the Service.
    known: HashMap<(PathId, Option<Span>), usize>,
}

impl<'t, 'i, 'f> PathFinder<'t, 'i, 'f> {
    pub(super) fn new(tracer: &'t ServiceTracer<'i, 'f>) -> Self {
        let context = tracer.context;
        let mut attachments: HashMap<Span, Vec<Attached>> = HashMap::default();
        for parent in context.links.parents(context.unit) {
            let own = attachments.entry(parent.object().name).or_default();
            let attached = attachment(parent, None, context.findings);
            let namespace = &parent.parent_namespace().name;
            let ParentRef { kind, name, .. } = parent.parent();
            own.extend(attached.map(|(step, verdict, doubt)| Attached {
                name: format!("{kind} {namespace}/{}", name.value),
                step,
                state: verdict.into(),
                doubt,
            }));
        }
        Self {
            tracer,
            attachments,
            addresses: Addresses::of(context.links, context.unit),
            paths: Vec::new(),
            known: HashMap::default(),
        }
    }

    /// The paths that answer a question.
    pub(super) fn find(mut self, question: &Question) -> Vec<Path> {
        for way in self.tracer.answer(question) {
            let place = way.ask.to.place;
            self.add(way, Some(place));
        }
        if *question == Question::Services {
            for way in self.to_nothing() {
                self.add(way, None);
            }
        }
        for path in &mut self.paths {
            path.judge();
        }
        self.paths
    }

    /// The ways from what sends to Services that are not here, or may not be.
    fn to_nothing(&self) -> Vec<Trace> {
        let context = self.tracer.context;
        let references = context.links.references(context.unit);
        let sending = references.filter(|own| {
            let is_reported = context.links.is_reported(own.target().name.span.source);
            let target = own.target();
            // What is read by a description may name a host outside.
            target.role.sends() && target.role != Role::Described && is_reported
        });
        let ways = sending.filter_map(|own| match own.named() {
            Named::Found(_) => None,
            named => Some(self.tracer.to_no_service(own, named.into_doubt())),
        });
        ways.collect()
    }

    /// Adds the paths of a way: one for each address, for each object that sends without one, or
    /// for the Service. A way to nothing has no place.
    fn add(&mut self, mut way: Trace, place: Option<Span>) {
        let hops = std::mem::take(&mut way.hops);
        let (before, behind) = hops
            .into_iter()
            .filter(|own| own.kind != HopKind::Told)
            .partition(|own| matches!(own.kind, HopKind::Entry | HopKind::Attach));
        way.hops = behind;
        let before: Vec<Hop> = before;
        let way = Arc::new(way);
        let mut entries = before
            .iter()
            .filter(|own| own.kind == HopKind::Entry)
            .peekable();
        if entries.peek().is_none() {
            let nobody = way.ask.from.is_empty().then_some(&way.ask.to);
            for entry in way.ask.from.iter().chain(nobody) {
                self.put(entry.to_string(), None, &way, place);
            }
        }
        for hop in entries {
            let entry = Entry {
                attachments: self.attachments_of(hop),
                hop: hop.clone(),
            };
            for name in self.names(hop) {
                self.put(name, Some(entry.clone()), &way, place);
            }
        }
    }

    /// By what the traffic of a route comes in.
    fn attachments_of(&self, entry: &Hop) -> Vec<Attached> {
        let object = entry.object.as_ref();
        let found = object.and_then(|own| self.attachments.get(&own.place));
        found.cloned().unwrap_or_default()
    }

    /// What an entry is called: by its addresses, if it has any.
    fn names(&self, entry: &Hop) -> Vec<String> {
        if entry.step.code == code::TAKES {
            return vec![entry.step.value.clone()];
        }
        match self.addresses.of_entry(entry) {
            [] => entry.object.iter().map(Located::to_string).collect(),
            addresses => addresses.to_vec(),
        }
    }

    /// Adds a path, or what else sends on the one that is there.
    fn put(&mut self, entry: String, own: Option<Entry>, way: &Arc<Trace>, place: Option<Span>) {
        let id = PathId {
            entry,
            service: way.ask.to.full_name(),
            port: port(&way.ask),
        };
        let at = *self
            .known
            .entry((id.clone(), place))
            .or_insert(self.paths.len());
        if at == self.paths.len() {
            self.paths.push(Path {
                change: None,
                unit: way.unit.clone(),
                id,
                entries: Vec::new(),
                way: way.clone(),
                state: PathState::Ok,
                codes: BTreeSet::new(),
            });
        }
        // Requests for one address come in by several doors, or for one path by several rules.
        let entries = &mut self.paths[at].entries;
        let place = |own: &Entry| own.hop.object.as_ref().map(|own| own.place);
        let own = own.filter(|own| entries.iter().all(|known| place(known) != place(own)));
        entries.extend(own);
    }
}

/// The port that is asked for: `80/TCP`.
fn port(ask: &Query) -> String {
    let port = ask.port.map(|own| own.to_string());
    let port = port.or_else(|| ask.port_name.clone()).unwrap_or_default();
    match ask.protocol {
        Some(protocol) if !port.is_empty() => format!("{port}/{}", protocol.as_str()),
        _ => port,
    }
}
