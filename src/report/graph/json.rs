//! The graph for programs. The shape is version 1; within a version fields and words are only
//! added.

use crate::report::json::Location;
use crate::report::json_text;
use crate::report::trace_json::{Places, ReasonJson, StepJson, Tool};
use crate::run::Report;
use crate::text::printable::masked;
use crate::trace::{Change, Edge, Graph, Node, Path};
use serde::Serialize;
use std::borrow::Cow;
use std::io;

/// The version of the shape.
const VERSION: u32 = 1;

/// Writes paths, and the graph that they make, as one JSON object. `is_closed` says whether nothing
/// exists but the input.
///
/// # Errors
/// When the writer fails.
pub fn graph_json(
    report: &Report,
    paths: &[Path],
    is_closed: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let graph = Graph::of(paths);
    let mut places = Places::default();
    let with_edges = paths.iter().zip(&graph.paths);
    let paths = with_edges.map(|(path, edges)| PathJson::of(path, edges));
    let nodes = graph.nodes.iter().map(|own| NodeJson::of(&mut places, own));
    let nodes = nodes.collect();
    let edges = graph.edges.iter().map(|own| EdgeJson::of(&mut places, own));
    let edges = edges.collect();
    let locations = places.all.iter();
    let document = DocumentJson {
        version: VERSION,
        tool: Tool::default(),
        world: if is_closed { "closed" } else { "open" },
        paths: paths.collect(),
        nodes,
        edges,
        locations: locations
            .map(|place| Location::of(report, *place))
            .collect(),
    };
    json_text::write(&document, out)
}

#[derive(Serialize)]
struct DocumentJson<'a> {
    version: u32,
    tool: Tool,
    world: &'static str,
    paths: Vec<PathJson<'a>>,
    nodes: Vec<NodeJson<'a>>,
    edges: Vec<EdgeJson<'a>>,
    /// The places, each once: others name them by their position here.
    locations: Vec<Location<'a>>,
}

#[derive(Serialize)]
struct PathJson<'a> {
    unit: &'a str,
    entry: &'a str,
    service: &'a str,
    port: &'a str,
    state: &'static str,
    /// Only with `--base`.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    codes: Vec<&'static str>,
    doubts: Vec<ReasonJson<'a>>,
    reached: Vec<ReachedJson>,
    edges: &'a [usize],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReachedJson {
    workload: String,
    pod_port: Option<i64>,
}

#[derive(Serialize)]
struct NodeJson<'a> {
    role: &'static str,
    kind: &'a str,
    namespace: &'a str,
    name: Cow<'a, str>,
    note: Cow<'a, str>,
    state: &'static str,
    steps: Vec<StepJson<'a>>,
    location: Option<usize>,
}

#[derive(Serialize)]
struct EdgeJson<'a> {
    from: usize,
    to: usize,
    state: &'static str,
    steps: Vec<StepJson<'a>>,
}

impl<'a> PathJson<'a> {
    fn of(path: &'a Path, edges: &'a [usize]) -> Self {
        let reached = path.reached().into_iter().map(|own| ReachedJson {
            workload: own.workload,
            pod_port: own.pod_port,
        });
        Self {
            unit: &path.unit,
            entry: &path.id.entry,
            service: &path.id.service,
            port: &path.id.port,
            state: path.state.as_str(),
            change: path.change.map(Change::as_str),
            codes: path.codes.iter().copied().collect(),
            doubts: path.doubts().map(ReasonJson::of).collect(),
            reached: reached.collect(),
            edges,
        }
    }
}

impl<'a> NodeJson<'a> {
    fn of(places: &mut Places, node: &'a Node) -> Self {
        let steps = node.steps.iter();
        Self {
            role: node.role.as_str(),
            kind: &node.kind,
            namespace: &node.namespace,
            name: masked(&node.name),
            note: masked(&node.note),
            state: node.state.as_str(),
            steps: steps.map(|own| StepJson::of(places, own)).collect(),
            location: node.place.map(|own| places.at(own)),
        }
    }
}

impl<'a> EdgeJson<'a> {
    fn of(places: &mut Places, edge: &'a Edge) -> Self {
        let steps = edge.steps.iter();
        Self {
            from: edge.from,
            to: edge.to,
            state: edge.state.as_str(),
            steps: steps.map(|own| StepJson::of(places, own)).collect(),
        }
    }
}
