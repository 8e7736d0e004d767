//! The ports that patches bring in: what is not in the manifests may come with them.

use super::{AppliedPatch, AppliedText};
use crate::kinds::PortRef;
use crate::text::source::{SourceId, Sources, Span};
use crate::yaml::cursor::Cursor;
use crate::yaml::reader::Reader;
use crate::yaml::tree::Tree;
use crate::yaml::{documents, parse};

/// A container port in a patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchedPort {
    /// `name`
    pub name: Option<String>,
    /// `containerPort`
    pub number: i64,
    /// Where it is written.
    pub span: Span,
}

impl PatchedPort {
    /// Whether a target may mean it.
    pub(super) fn is_meant_by(&self, target: &PortRef) -> bool {
        match target {
            PortRef::Name(name) => self.name.as_ref() == Some(name),
            PortRef::Number(number) => self.number == *number,
            PortRef::Unknown => false,
        }
    }
}

impl AppliedPatch {
    /// The container ports that it brings in, whatever kind of patch it is.
    pub(super) fn container_ports(&self, sources: &Sources) -> Vec<PatchedPort> {
        match &self.text {
            AppliedText::File(file) => container_ports(sources.get(*file).text(), *file),
            AppliedText::Inline(text) => {
                let mut ports = container_ports(&text.value, text.span.source);
                for port in &mut ports {
                    // Where in the kustomization the text goes on is not known.
                    port.span = first_line(text.span, sources);
                }
                ports
            }
        }
    }

    /// The names and numbers of the ports of Services that it brings in, whatever kind of patch it
    /// is.
    pub(super) fn service_ports(&self, sources: &Sources) -> Vec<PortRef> {
        service_ports(self.words(sources))
    }

    /// What it does, in its own words.
    pub(super) fn words<'s>(&'s self, sources: &'s Sources) -> &'s str {
        match &self.text {
            AppliedText::File(file) => sources.get(*file).text(),
            AppliedText::Inline(text) => &text.value,
        }
    }
}

/// The first line of what stands at a place.
fn first_line(span: Span, sources: &Sources) -> Span {
    let text = sources.slice(span);
    let start = text.len() - text.trim_start().len();
    let line = text[start..].lines().next().unwrap_or_default();
    Span {
        start: span.start + start as u32,
        end: span.start + (start + line.len()) as u32,
        ..span
    }
}

fn container_ports(patch: &str, source: SourceId) -> Vec<PatchedPort> {
    let mut ports = Vec::new();
    let mut tree = Tree::new(patch);
    for document in documents(patch) {
        if parse(&mut tree, &document).is_err() {
            continue;
        }
        let reader = Reader::new(&tree, source);
        let nodes = tree.ids().map(|node| Cursor::at(&reader, node));
        ports.extend(nodes.filter(|node| node.is_map()).filter_map(|port| {
            let number = port.get("containerPort").and_then(Cursor::integer)?;
            let name = port.get("name").and_then(Cursor::string);
            Some(PatchedPort {
                span: name.as_ref().map_or(number.span, |name| name.span),
                name: name.map(|name| name.value),
                number: number.value,
            })
        }));
    }
    ports
}

fn service_ports(patch: &str) -> Vec<PortRef> {
    let mut ports = Vec::new();
    let mut tree = Tree::new(patch);
    for document in documents(patch) {
        if parse(&mut tree, &document).is_err() {
            continue;
        }
        let reader = Reader::new(&tree, SourceId(0));
        let nodes = tree.ids().map(|node| Cursor::at(&reader, node));
        for node in nodes.filter(|node| node.is_map()) {
            let port = node.get("port").and_then(Cursor::integer);
            let name = node.get("name").filter(|_| port.is_some());
            let field = node.get("path").map(Cursor::text);
            // An operation on one field: `{op: replace, path: /spec/ports/0/port, value: 80}`.
            let is_port = field.is_some_and(|field| field.ends_with("/port"));
            let value = node.get("value").filter(|_| is_port);
            let value = value.and_then(Cursor::integer);
            let numbers = port.into_iter().chain(value);
            ports.extend(numbers.map(|number| PortRef::Number(number.value)));
            let name = name.and_then(Cursor::string);
            ports.extend(name.map(|name| PortRef::Name(name.value)));
        }
    }
    ports
}
