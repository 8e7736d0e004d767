//! From files to texts, and to what is applied together.

mod alternatives;
mod configured;
mod doubt;
mod draft;
mod file;
mod members;
mod namespace;
mod plan;

pub use configured::{Configured, ScopeEntry};
pub use doubt::Doubt;
pub use draft::{Draft, DraftKind, DraftPatch, Gap, Reason, drafts};
pub use file::{File, Purpose, Role};
pub use members::{Member, ObjectId, Unit, units};
pub use namespace::{DefaultNamespace, Namespace};
pub use plan::{PatchedPort, Plan, UnitFile, UnitKind};

use crate::diagnostic::Severity;
use crate::kinds::PortRef;
use crate::kustomize::{Changes, Kustomization, Missing};
use crate::object::FileFacts;
use crate::object::{SkipReason, Text, TextProblem};
use crate::text::source::{Source, SourceId, Span};
use crate::yaml::cursor::Cursor;
use crate::yaml::reader::Reader;
use crate::yaml::tree::Tree;
use crate::yaml::{documents, parse};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

/// Directories whose manifests are made to be looked at rather than applied.
const FIXTURES: &[&str] = &["testdata", "fixtures", "__snapshots__"];

/// Turns files into texts, and says which of them are applied together. Places in kustomizations
/// take the index of a file for their source.
pub fn plans(
    files: Vec<File>,
    kustomizations: &[Kustomization],
    configured: Option<Configured<'_>>,
) -> (Vec<Text>, Vec<Plan>) {
    let mut drafts = drafts(&files, kustomizations);
    let mut plans = Vec::new();
    if let Some(configured) = configured {
        plans = configured::plans(configured, &files, kustomizations, &mut drafts);
    }
    plans.extend(drafts.into_iter().map(|draft| plan(draft, &files)));
    let kustomized: HashSet<_> = kustomizations
        .iter()
        .map(|own| own.dir().to_owned())
        .collect();
    let is_kustomized = |path: &Path| {
        path.ancestors()
            .skip(1)
            .any(|directory| kustomized.contains(directory))
    };
    let mut problems: HashMap<usize, Vec<TextProblem>> = HashMap::new();
    for own in kustomizations {
        let text = &files[own.file].text;
        problems.insert(own.file, kustomization_problems(own, text));
    }
    let files = files.into_iter().enumerate();
    let texts = files.map(|(at, mut file)| {
        file.problems
            .extend(problems.remove(&at).unwrap_or_default());
        let facts = FileFacts {
            is_reported: file.role == Role::Reported,
            is_fixture: file
                .below_argument()
                .iter()
                .any(|name| FIXTURES.contains(name)),
            is_kustomized: file.path.as_deref().is_some_and(is_kustomized),
        };
        text(file, facts)
    });
    (texts.collect(), plans)
}

fn plan(unit: Draft, files: &[File]) -> Plan {
    let kind = match unit.kind {
        DraftKind::Stream => UnitKind::Stream,
        DraftKind::Kustomization(_) => UnitKind::Kustomization,
        DraftKind::Directory => UnitKind::Directory,
    };
    let patched_ports = unit.patches.iter().flat_map(|patch| match patch {
        DraftPatch::File(file) => declared_ports(&files[*file].text, SourceId(*file as u32)),
        DraftPatch::Inline(text) => {
            let mut ports = declared_ports(&text.value, text.span.source);
            for port in &mut ports {
                // Where in the kustomization the text goes on is not known.
                port.span = first_line(text.span, files);
            }
            ports
        }
    });
    let patched_service_ports = unit.patches.iter().flat_map(|patch| match patch {
        DraftPatch::File(file) => service_ports(&files[*file].text),
        DraftPatch::Inline(text) => service_ports(&text.value),
    });
    Plan {
        patched_service_ports: patched_service_ports.collect(),
        name: unit.name,
        kind,
        changes: unit
            .members
            .iter()
            .fold(Changes::default(), |all, member| all.and(member.changes)),
        patched_ports: patched_ports.collect(),
        doubts: unit
            .gaps
            .into_iter()
            .map(|gap| Doubt::Kustomize(gap.detail))
            .collect(),
        files: unit
            .members
            .into_iter()
            .map(|member| UnitFile {
                source: SourceId(member.file as u32),
                namespace: member.namespace.map(|namespace| namespace.value),
            })
            .collect(),
        namespace: None,
    }
}

/// The first line of what stands at a place.
fn first_line(span: Span, files: &[File]) -> Span {
    let text = &files[span.source.0 as usize].text[span.range()];
    let start = text.len() - text.trim_start().len();
    let line = text[start..].lines().next().unwrap_or_default();
    Span {
        start: span.start + start as u32,
        end: span.start + (start + line.len()) as u32,
        ..span
    }
}

/// The container ports that a patch brings in, whatever kind of patch it is.
fn declared_ports(patch: &str, source: SourceId) -> Vec<PatchedPort> {
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

/// The ports of Services that a patch brings in, whatever kind of patch it is.
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

/// Why kustomize cannot build.
fn kustomization_problems(own: &Kustomization, text: &str) -> Vec<TextProblem> {
    let new = |range: &Range<u32>, severity, message, label, help| TextProblem {
        range: range.clone(),
        severity,
        message,
        label,
        help,
    };
    let problem = own.problem.as_ref();
    // What is filled in before the build may make it whole.
    let is_template = ["{{", "${"].iter().any(|open| text.contains(open));
    let problem = problem.filter(|problem| !problem.range.is_empty() && !is_template);
    let problem = problem.map(|problem| {
        let message = format!("kustomize cannot read this file: {}", problem.text);
        new(&problem.range, Severity::Error, message, "here", None)
    });
    let missing = own.missing.iter().map(|Missing { entry, meant }| {
        let message = format!("kustomize builds nothing: `{}` does not exist", entry.text);
        // What nothing is called almost like may be made before the build: a secret, CRDs.
        let (severity, help) = match meant {
            Some(path) => (Severity::Error, format!("write `{path}`")),
            None => (
                Severity::Warning,
                "create it, or remove the entry".to_owned(),
            ),
        };
        let label = "no such file or directory";
        new(&entry.range, severity, message, label, Some(help))
    });
    let rival = own.rival.as_ref().map(|rival| {
        let message =
            format!("kustomize builds nothing: `{rival}` is a kustomization of this directory too");
        let help = format!("move what is needed to `{rival}`, and remove this file");
        new(
            &own.start,
            Severity::Error,
            message,
            "a second kustomization",
            Some(help),
        )
    });
    problem.into_iter().chain(missing).chain(rival).collect()
}

fn text(file: File, facts: FileFacts) -> Text {
    Text {
        facts,
        skip: match file.purpose {
            Purpose::Manifest => None,
            Purpose::Kustomization | Purpose::Auxiliary => Some(SkipReason::Kustomization),
            Purpose::Patch => Some(SkipReason::KustomizePatch),
            Purpose::HelmTemplate => Some(SkipReason::Template),
        },
        is_named: file.is_named(),
        problems: file.problems,
        source: match file.path {
            Some(path) => Source::new(file.name, file.text).at(path),
            None => Source::stream(file.name, file.text),
        },
    }
}
