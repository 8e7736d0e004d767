//! The paths as a graph: objects, and what links them. An object that many paths pass is in it
//! once, and so is what links it with another one.

use super::code;
use super::model::{Branch, Hop, HopKind, Located, Step, Verdict};
use super::paths::{Attached, Change, Entry, Path, PathState};
use crate::text::hash::HashMap;
use crate::text::source::Span;
use std::collections::BTreeSet;

/// Objects, and what links them.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The objects, in the order in which paths come to them.
    pub nodes: Vec<Node>,
    /// What links them, in the same order. No two have the same ends.
    pub edges: Vec<Edge>,
    /// The edges of each path, in the order of the traffic.
    pub paths: Vec<Vec<usize>>,
}

/// An object, or what stands for one that is not here.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is on the way of the traffic.
    pub role: NodeRole,
    /// Its kind; nothing if it is no object.
    pub kind: String,
    /// The namespace that it goes to.
    pub namespace: String,
    /// Its name, or what is said in place of one.
    pub name: String,
    /// What is said below the name.
    pub note: String,
    /// What becomes of the traffic in it.
    pub state: PathState,
    /// What is written in it.
    pub steps: Vec<Step>,
    /// Where its name stands, if it is an object.
    pub place: Option<Span>,
}

/// What something is on the way of the traffic. In this order they link to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeRole {
    /// What a route attaches to.
    Parent,
    /// What sends to a Service.
    Entry,
    /// A Service.
    Service,
    /// Pods, by their workload.
    Workload,
    /// The end of a way that leads to no pods, or to some that nobody knows.
    End,
}

impl NodeRole {
    /// All of them, in the order of the traffic.
    pub const ALL: [Self; 5] = [
        Self::Parent,
        Self::Entry,
        Self::Service,
        Self::Workload,
        Self::End,
    ];

    /// The word for it in every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Entry => "entry",
            Self::Service => "service",
            Self::Workload => "workload",
            Self::End => "end",
        }
    }
}

/// What links two objects.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The position of the one that sends.
    pub from: usize,
    /// The position of the other one.
    pub to: usize,
    /// What links them: one step for each port.
    pub steps: Vec<Step>,
    /// What becomes of the traffic there.
    pub state: PathState,
    /// What has become of the paths that end there, where they are shown because of that.
    pub changes: BTreeSet<Change>,
}

/// By what a node is the same one.
type Key = (NodeRole, String, Option<Span>);

impl Graph {
    /// The graph of some paths.
    pub fn of<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let mut builder = Builder::default();
        for path in paths {
            builder.path(path);
        }
        builder.graph
    }
}

/// Puts a graph together.
#[derive(Default)]
struct Builder {
    graph: Graph,
    nodes: HashMap<Key, usize>,
    edges: HashMap<(usize, usize), usize>,
    /// What has become of the path.
    change: Option<Change>,
}

impl Builder {
    fn path(&mut self, path: &Path) {
        self.graph.paths.push(Vec::new());
        self.change = path.change;
        let mut before = Vec::new();
        for entry in &path.entries {
            before.extend(self.entry(entry).map(|at| (at, &entry.hop.step)));
        }
        let mut service = None;
        let hops = path.way.hops.iter();
        for hop in hops.filter(|own| own.kind == HopKind::Service) {
            let way = PathState::from(path.way.verdict);
            let at = self.service(hop, &path.way.ask.to, way);
            let lost = if is_absent(hop) { way } else { PathState::Ok };
            // By the name of another Service, after the first one.
            let senders = service.take().into_iter().chain(before.drain(..));
            for (from, step) in senders {
                self.link(from, at, step, state_of(step).max(lost));
            }
            service = (!is_absent(hop)).then_some((at, &hop.step));
        }
        let Some((at, step)) = service else { return };
        for branch in &path.way.branches {
            self.branch(at, branch, path.way.verdict);
        }
        if path.way.branches.is_empty() {
            self.end(at, step, path.way.verdict);
        }
    }

    fn entry(&mut self, entry: &Entry) -> Option<usize> {
        let object = entry.hop.object.as_ref()?;
        let at = self.object(NodeRole::Entry, object, Some(object.place));
        for Attached {
            name, step, state, ..
        } in &entry.attachments
        {
            let key = (NodeRole::Parent, name.clone(), None);
            let (kind, name) = name.split_once(' ').unwrap_or(("", name));
            let (namespace, name) = name.split_once('/').unwrap_or(("", name));
            let parent = self.node(key, || Node {
                kind: kind.to_owned(),
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                ..Node::new(NodeRole::Parent)
            });
            // What it says is the name of the parent.
            let step = Step {
                value: String::new(),
                ..step.clone()
            };
            self.link(parent, at, &step, *state);
        }
        Some(at)
    }

    /// A Service; one that is not here is no object.
    fn service(&mut self, hop: &Hop, asked: &Located, way: PathState) -> usize {
        let object = hop.object.as_ref().unwrap_or(asked);
        let place = Some(object.place).filter(|_| !is_absent(hop));
        let at = self.object(NodeRole::Service, object, place);
        let node = &mut self.graph.nodes[at];
        if place.is_some() {
            node.add(&hop.step, state_of(&hop.step));
        } else {
            node.note.clone_from(&hop.step.value);
            node.add(&hop.step, way);
        }
        at
    }

    fn branch(&mut self, service: usize, branch: &Branch, way: Verdict) {
        let object = &branch.object;
        let at = self.object(NodeRole::Workload, object, Some(object.place));
        let is_lost = match branch.verdict {
            Verdict::Absent => way.is_bad(),
            verdict => verdict.is_bad(),
        };
        let state = match branch.verdict {
            _ if is_lost => PathState::Broken,
            Verdict::Unknown => PathState::Unknown,
            _ => PathState::Ok,
        };
        let node = &mut self.graph.nodes[at];
        node.note = pods(branch);
        for step in branch.pods.iter().chain([&branch.ready]) {
            node.add(step, state_of(step));
        }
        self.link(service, at, &branch.port, state);
    }

    /// Where a way ends that leads to no pods that are known.
    fn end(&mut self, service: usize, step: &Step, way: Verdict) {
        let (kind, name) = match step.code {
            code::EXTERNAL_NAME => ("host", step.value.as_str()),
            code::ENDPOINTS => ("addresses", step.value.as_str()),
            code::NO_PORT => ("", "no such port"),
            _ if way.is_bad() => ("", "no pods"),
            _ => ("", "pods that are not known"),
        };
        let state = way.into();
        let owner = &self.graph.nodes[service];
        let key = (NodeRole::End, format!("{kind} {name}"), owner.place);
        let namespace = owner.namespace.clone();
        let at = self.node(key, || Node {
            kind: kind.to_owned(),
            name: name.to_owned(),
            namespace,
            state,
            ..Node::new(NodeRole::End)
        });
        self.link(service, at, step, state);
    }

    fn object(&mut self, role: NodeRole, object: &Located, place: Option<Span>) -> usize {
        let key = (role, object.to_string(), place);
        self.node(key, || Node {
            kind: object.identity.kind.clone(),
            namespace: object.namespace.clone(),
            name: object.identity.name.clone(),
            place,
            ..Node::new(role)
        })
    }

    fn node(&mut self, key: Key, make: impl FnOnce() -> Node) -> usize {
        let nodes = &mut self.graph.nodes;
        *self.nodes.entry(key).or_insert_with(|| {
            nodes.push(make());
            nodes.len() - 1
        })
    }

    fn link(&mut self, from: usize, to: usize, step: &Step, state: PathState) {
        let edges = &mut self.graph.edges;
        let at = *self.edges.entry((from, to)).or_insert_with(|| {
            edges.push(Edge {
                from,
                to,
                steps: Vec::new(),
                state,
                changes: BTreeSet::new(),
            });
            edges.len() - 1
        });
        let edge = &mut edges[at];
        edge.state = edge.state.max(state);
        if self.graph.nodes[from].role == NodeRole::Service {
            edge.changes.extend(self.change);
        }
        add(&mut edge.steps, step);
        if let Some(own) = self.graph.paths.last_mut()
            && !own.contains(&at)
        {
            own.push(at);
        }
    }
}

impl Node {
    fn new(role: NodeRole) -> Self {
        Self {
            role,
            kind: String::new(),
            namespace: String::new(),
            name: String::new(),
            note: String::new(),
            state: PathState::Ok,
            steps: Vec::new(),
            place: None,
        }
    }

    fn add(&mut self, step: &Step, state: PathState) {
        self.state = self.state.max(state);
        add(&mut self.steps, step);
    }

    /// `Deployment shop/web`
    pub fn title(&self) -> String {
        let name = match self.namespace.as_str() {
            _ if self.role == NodeRole::End => self.name.clone(),
            "" => self.name.clone(),
            namespace => format!("{namespace}/{}", self.name),
        };
        match self.kind.as_str() {
            "" => name,
            kind => format!("{kind} {name}"),
        }
    }
}

impl Edge {
    /// What links the objects, in a few words.
    pub fn label(&self) -> String {
        let values = self.steps.iter().map(|own| own.value.as_str());
        let values: Vec<&str> = values.filter(|own| !own.is_empty()).collect();
        match values.as_slice() {
            [first, second, _, ..] => {
                format!("{first}, {second} and {} more", values.len() - 2)
            }
            values => values.join(", "),
        }
    }

    /// The codes of what is wrong there.
    pub fn faults(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|own| own.fault.is_some())
    }
}

/// Adds a step, if it is not known.
fn add(steps: &mut Vec<Step>, step: &Step) {
    let is_same =
        |own: &Step| own.code == step.code && own.value == step.value && own.place == step.place;
    if !steps.iter().any(is_same) {
        steps.push(step.clone());
    }
}

fn state_of(step: &Step) -> PathState {
    match step.fault {
        Some(_) => PathState::Broken,
        None => PathState::Ok,
    }
}

/// Whether the Service itself is not here, so that its place is where it is named.
fn is_absent(hop: &Hop) -> bool {
    let place = hop.object.as_ref().map(|own| own.place);
    hop.step.code != code::NO_PORT && hop.step.place == place
}

/// How many pods there are, in words.
fn pods(branch: &Branch) -> String {
    match (&branch.pods, branch.replicas) {
        (Some(pods), _) => pods.value.clone(),
        (None, Some(1)) => "1 pod".to_owned(),
        (None, Some(count)) => format!("{count} pods"),
        (None, None) => String::new(),
    }
}
