//! From files to texts.

use super::configured::Configured;
use super::grouping::Natural;
use super::{File, Plan, Purpose, Role};
use crate::diagnostic::Severity;
use crate::kustomize::{Kustomization, Missing, Refusal, Refused};
use crate::object::{FileFacts, SkipReason, Text, TextProblem};
use crate::text::hash::{HashMap, HashSet};
use crate::text::source::{Source, Span};
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
    let mut natural = Natural::of(&files, kustomizations);
    let mut plans = Vec::new();
    if let Some(configured) = configured {
        plans = configured.take(&files, kustomizations, &mut natural);
    }
    plans.extend(natural.plans());
    let kustomized: HashSet<_> = kustomizations
        .iter()
        .map(|own| own.dir().to_owned())
        .collect();
    let is_kustomized = |path: &Path| {
        path.ancestors()
            .skip(1)
            .any(|directory| kustomized.contains(directory))
    };
    let mut problems: HashMap<usize, Vec<TextProblem>> = HashMap::default();
    for own in kustomizations {
        let text = &files[own.file].text;
        problems.insert(own.file, kustomization_problems(own, text));
    }
    let mut charts = charts(kustomizations);
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
            not_rendered: charts.remove(&at).unwrap_or_default(),
        };
        text(file, facts)
    });
    (texts.collect(), plans)
}

/// The fields that make objects from charts, by the file of the kustomization.
fn charts(kustomizations: &[Kustomization]) -> HashMap<usize, Vec<(Span, String)>> {
    let all = kustomizations.iter().map(|own| {
        let generated = own.generated.iter().filter(|it| it.is_chart());
        let fields = generated.map(|it| (own.span(&it.range), it.field.to_owned()));
        (own.file, fields.collect())
    });
    all.collect()
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
    // What nothing is called almost like may be made before the build: a secret, CRDs, a base.
    let (misspelt, unmade): (Vec<&Missing>, Vec<_>) = own
        .missing
        .iter()
        .partition(|missing| missing.meant.is_some());
    let others = unmade.len().saturating_sub(1);
    let missing = misspelt.into_iter().chain(unmade.into_iter().next());
    let missing = missing.map(|Missing { entry, meant }| {
        let path = &entry.text;
        let (severity, what, help) = match (meant, others) {
            (Some(meant), _) => (
                Severity::Error,
                format!("`{path}` does not exist"),
                format!("write `{meant}`"),
            ),
            (None, 0) => (
                Severity::Warning,
                format!("`{path}` does not exist"),
                "create it, or remove the entry".to_owned(),
            ),
            (None, _) => (
                Severity::Warning,
                format!("`{path}` and {others} more do not exist"),
                "create them, or remove the entries".to_owned(),
            ),
        };
        let message = format!("kustomize builds nothing: {what}");
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
    let refused = own.refused.iter().map(refused);
    let all = problem.into_iter().chain(missing).chain(rival);
    all.chain(refused).collect()
}

/// What kustomize does not take in. A build may be told to take files from anywhere.
fn refused(refused: &Refused) -> TextProblem {
    let Refused { entry, why } = refused;
    let path = &entry.text;
    let (severity, what, label, help) = match why {
        Refusal::Outside => (
            Severity::Warning,
            format!("`{path}` is a file outside of the directory of this kustomization"),
            "not in or below this directory",
            "give the directory of the file a kustomization and name the directory, or build with \
             `--load-restrictor LoadRestrictionsNone`"
                .to_owned(),
        ),
        Refusal::Absolute => (
            Severity::Warning,
            format!("`{path}` is an absolute path"),
            "on other machines this is something else",
            "write a path that begins at the directory of this file".to_owned(),
        ),
        Refusal::Circle => (
            Severity::Error,
            format!("`{path}` leads back to this kustomization"),
            "its build needs this one, or takes in its directory",
            "remove one of the entries that lead to each other, or move what both need to a base \
             of its own"
                .to_owned(),
        ),
        Refusal::File => (
            Severity::Error,
            format!("`{path}` is a file, not the directory of a kustomization"),
            "a directory has to be named here",
            match path.rsplit_once('/') {
                Some((directory, _)) => format!("write `{directory}`"),
                None => "remove the entry".to_owned(),
            },
        ),
    };
    TextProblem {
        range: entry.range.clone(),
        severity,
        message: format!("kustomize builds nothing: {what}"),
        label,
        help: Some(help),
    }
}

fn text(file: File, facts: FileFacts) -> Text {
    Text {
        facts,
        skip: match file.purpose {
            Purpose::Manifest => None,
            Purpose::Kustomization | Purpose::Auxiliary => Some(SkipReason::Kustomization),
            Purpose::Patch => Some(SkipReason::KustomizePatch),
            Purpose::HelmTemplate => Some(SkipReason::Template),
            Purpose::Assertion => Some(SkipReason::Assertion),
            Purpose::Chart => Some(SkipReason::NotRendered("chart".to_owned())),
            Purpose::ChartPart => Some(SkipReason::NotManifest),
        },
        is_named: file.is_named(),
        problems: file.problems,
        source: match file.path {
            Some(path) => Source::new(file.name, file.text).at(path),
            None => Source::stream(file.name, file.text).built_from(file.origin),
        }
        .written_in(file.encoding),
    }
}
