//! What the page shows, as data for its script. Whatever is written more than once stands in it
//! once, and others name it by its position.

use super::layout::{Layout, Layouts};
use crate::report::excerpt::shown_line;
use crate::run::Report;
use crate::text::hash::HashMap;
use crate::text::printable::printable;
use crate::text::source::{Source, SourceId, Span};
use crate::trace::{Change, Edge, Graph, Node, NodeRole, Path, Step};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A picture shows no more than this of what is around its path.
const MOST_AROUND: usize = 24;

/// So many lines before and behind a marked one are shown.
const AROUND: usize = 2;

#[derive(Serialize)]
pub(super) struct PageJson {
    version: &'static str,
    paths: Vec<PathJson>,
    nodes: Vec<NodeJson>,
    edges: Vec<EdgeJson>,
    pictures: Vec<PictureJson>,
    layouts: Vec<Layout>,
    sources: Vec<SourceJson>,
}

#[derive(Serialize)]
struct PathJson {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    namespace: String,
    entry: String,
    service: String,
    port: String,
    pods: Vec<String>,
    codes: Vec<&'static str>,
    unit: String,
    doubts: Vec<String>,
    edges: Vec<usize>,
    picture: usize,
}

#[derive(Serialize)]
struct NodeJson {
    role: &'static str,
    kind: String,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<MarkJson>,
}

#[derive(Serialize)]
struct EdgeJson {
    from: usize,
    to: usize,
    state: &'static str,
    steps: Vec<StepJson>,
}

#[derive(Serialize)]
struct StepJson {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<MarkJson>,
}

/// A marked place: the source, the line from 1, the first and the last column from 0 (in UTF-16, as
/// the script counts), and whether something is wrong there.
#[derive(Clone, Copy, Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct MarkJson(usize, usize, usize, usize, u8);

/// The objects and edges of a picture, and how many more edges there would be.
#[derive(Serialize)]
struct PictureJson {
    layout: usize,
    nodes: Vec<usize>,
    edges: Vec<usize>,
    more: usize,
}

#[derive(Serialize)]
struct SourceJson {
    name: String,
    /// The lines that are shown, by their numbers.
    lines: BTreeMap<usize, String>,
}

impl PageJson {
    pub(super) fn of(report: &Report, paths: &[Path]) -> Self {
        let graph = Graph::of(paths);
        let mut lines = Lines::of(report);
        let mut pictures = Pictures::of(&graph);
        let written = written_in(&graph);
        let nodes = graph.nodes.iter().zip(&written);
        let nodes = nodes.map(|(node, steps)| lines.node(node, steps));
        let nodes = nodes.collect();
        let edges = graph.edges.iter().map(|edge| lines.edge(edge)).collect();
        let paths = paths.iter().enumerate();
        let paths = paths.map(|(at, path)| PathJson {
            edges: graph.paths[at].clone(),
            picture: pictures.around(at),
            ..PathJson::from(path)
        });
        let paths = paths.collect();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            paths,
            nodes,
            edges,
            pictures: pictures.all,
            layouts: pictures.layouts.all,
            sources: lines.all,
        }
    }
}

impl From<&Path> for PathJson {
    fn from(path: &Path) -> Self {
        let text = |text: &str| printable(text).into_owned();
        let reached = path.reached().into_iter().map(|own| match own.pod_port {
            Some(port) => text(&format!("{}:{port}", own.workload)),
            None => text(&own.workload),
        });
        let mut doubts: Vec<String> = path.doubts().map(|own| text(&own.detail)).collect();
        doubts.dedup();
        Self {
            state: path.state.as_str(),
            change: path.change.map(Change::as_str),
            namespace: text(&path.service().namespace),
            entry: text(&path.id.entry),
            service: text(&path.service().identity.name),
            port: text(&path.id.port),
            pods: reached.collect(),
            codes: path.codes.iter().copied().collect(),
            unit: text(&path.unit),
            doubts,
            edges: Vec::new(),
            picture: 0,
        }
    }
}

/// The steps that are written in each object: its own, and those to what it names.
fn written_in(graph: &Graph) -> Vec<Vec<&Step>> {
    let nodes = graph.nodes.iter();
    let mut written: Vec<Vec<&Step>> = nodes.map(|node| node.steps.iter().collect()).collect();
    for edge in &graph.edges {
        // A route names its parents; everything else is named by what sends to it.
        let holder = match graph.nodes[edge.from].role {
            NodeRole::Parent => edge.to,
            _ => edge.from,
        };
        written[holder].extend(&edge.steps);
    }
    written
}

/// The pictures of paths.
struct Pictures<'g> {
    graph: &'g Graph,
    /// The edges at each object.
    at_node: Vec<Vec<usize>>,
    all: Vec<PictureJson>,
    layouts: Layouts,
    known: HashMap<Vec<usize>, usize>,
}

impl<'g> Pictures<'g> {
    fn of(graph: &'g Graph) -> Self {
        let mut at_node = vec![Vec::new(); graph.nodes.len()];
        for (at, edge) in graph.edges.iter().enumerate() {
            at_node[edge.from].push(at);
            at_node[edge.to].push(at);
        }
        Self {
            graph,
            at_node,
            all: Vec::new(),
            layouts: Layouts::default(),
            known: HashMap::default(),
        }
    }

    /// The position of the picture of a path, with what is around it.
    fn around(&mut self, path: usize) -> usize {
        let own = &self.graph.paths[path];
        let mut edges: BTreeSet<usize> = own.iter().copied().collect();
        let around: BTreeSet<usize> = own.iter().flat_map(|at| self.beside(*at)).collect();
        let around: Vec<usize> = around.difference(&edges).copied().collect();
        edges.extend(around.iter().take(MOST_AROUND));
        let edges: Vec<usize> = edges.into_iter().collect();
        if let Some(at) = self.known.get(&edges) {
            return *at;
        }
        let more = around.len().saturating_sub(MOST_AROUND);
        let picture = self.picture(edges.clone(), more);
        self.all.push(picture);
        self.known.insert(edges, self.all.len() - 1);
        self.all.len() - 1
    }

    /// The edges at the Services and the workloads of an edge. What else an Ingress sends to has
    /// nothing to do with the path.
    fn beside(&self, edge: usize) -> impl Iterator<Item = usize> {
        let Edge { from, to, .. } = self.graph.edges[edge];
        let ends = [from, to].into_iter();
        let ends = ends.filter(|at| {
            let role = self.graph.nodes[*at].role;
            matches!(role, NodeRole::Service | NodeRole::Workload)
        });
        ends.flat_map(|at| self.at_node[at].iter().copied())
    }

    fn picture(&mut self, edges: Vec<usize>, more: usize) -> PictureJson {
        let ends = |at: &usize| {
            let edge = &self.graph.edges[*at];
            (edge.from, edge.to)
        };
        let nodes: BTreeSet<usize> = edges
            .iter()
            .flat_map(|at| [ends(at).0, ends(at).1])
            .collect();
        let nodes: Vec<usize> = nodes.into_iter().collect();
        let position = |node| nodes.binary_search(&node).unwrap_or_default() as u32;
        let drawn = edges.iter().map(ends);
        let drawn = drawn.map(|(from, to)| (position(from), position(to)));
        let drawn: Vec<(u32, u32)> = drawn.collect();
        PictureJson {
            layout: self.layouts.of(nodes.len(), drawn),
            nodes,
            edges,
            more,
        }
    }
}

/// The lines of the texts that are shown.
struct Lines<'r> {
    report: &'r Report,
    all: Vec<SourceJson>,
    known: HashMap<(SourceId, String), usize>,
}

impl<'r> Lines<'r> {
    fn of(report: &'r Report) -> Self {
        Self {
            report,
            all: Vec::new(),
            known: HashMap::default(),
        }
    }

    fn node(&mut self, node: &Node, written: &[&Step]) -> NodeJson {
        let mut marks: Vec<MarkJson> = Vec::new();
        marks.extend(node.place.map(|place| self.mark(place, false)));
        for step in written {
            marks.extend(
                step.place
                    .map(|place| self.mark(place, step.fault.is_some())),
            );
        }
        marks.sort_unstable();
        marks.dedup_by(|own, before| own.0 == before.0 && own.1 == before.1 && own.2 == before.2);
        let name = match node.namespace.as_str() {
            "" => node.name.clone(),
            _ if node.role == NodeRole::End => node.name.clone(),
            namespace => format!("{namespace}/{}", node.name),
        };
        NodeJson {
            role: node.role.as_str(),
            kind: printable(&node.kind).into_owned(),
            name: printable(&name).into_owned(),
            note: printable(&node.note).into_owned(),
            state: node.state.as_str(),
            steps: node.steps.iter().map(|own| self.step(own)).collect(),
            marks,
        }
    }

    fn edge(&mut self, edge: &Edge) -> EdgeJson {
        EdgeJson {
            from: edge.from,
            to: edge.to,
            state: edge.state.as_str(),
            steps: edge.steps.iter().map(|own| self.step(own)).collect(),
        }
    }

    fn step(&mut self, step: &Step) -> StepJson {
        let fault = step.fault.as_deref();
        StepJson {
            text: printable(&step.value).replace("->", "\u{2192}"),
            code: fault.is_some().then_some(step.code),
            fault: fault.map(|own| printable(own).into_owned()),
            mark: step.place.map(|place| self.mark(place, fault.is_some())),
        }
    }

    /// A place, with the lines around it.
    fn mark(&mut self, place: Span, is_wrong: bool) -> MarkJson {
        let source = self.report.sources.get(place.source);
        let name = printable(source.name_at(place.start)).into_owned();
        let all = &mut self.all;
        let key = (place.source, name);
        let at = *self.known.entry(key).or_insert_with_key(|(_, name)| {
            all.push(SourceJson {
                name: name.clone(),
                lines: BTreeMap::new(),
            });
            all.len() - 1
        });
        let line = source.line_index(place.start);
        let whole = source.line_range(line);
        let within = |offset: usize| offset.clamp(whole.start, whole.end) - whole.start;
        let range = place.range();
        let range = within(range.start)..within(range.end);
        let (text, range) = shown_line(source, line, &range);
        let column = |offset: usize| text[..offset].encode_utf16().count();
        let mark = MarkJson(
            at,
            line + 1,
            column(range.start),
            column(range.end),
            u8::from(is_wrong),
        );
        let lines = &mut all[at].lines;
        lines.insert(line + 1, text);
        for near in near(source, line) {
            lines
                .entry(near + 1)
                .or_insert_with(|| shown_line(source, near, &(0..0)).0);
        }
        mark
    }
}

/// The lines around a line that are of the same document.
fn near(source: &Source, line: usize) -> impl Iterator<Item = usize> {
    let is_inside = |at: &usize| {
        let text = &source.text()[source.line_range(*at)];
        !text.starts_with("---") && !text.starts_with("...")
    };
    let before = (line.saturating_sub(AROUND)..line).rev();
    let last = (line + AROUND).min(source.line_count().saturating_sub(1));
    let behind = line + 1..=last;
    before
        .take_while(is_inside)
        .chain(behind.take_while(is_inside))
}
