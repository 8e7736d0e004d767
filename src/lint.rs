//! The whole run: texts in, report out.

use crate::diagnostic::{Diagnostic, Identity, Severity};
use crate::source::{Sources, Span};
use crate::validation::KubeVersion;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What decides how a run judges; the default is what the program does without any flag.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The namespace of objects that name none (`--namespace`).
    pub namespace: Option<String>,
    /// The version of Kubernetes that decides (`--kube-version`).
    pub kube_version: KubeVersion,
    /// Whether everything that exists is in the input (`--closed-world`).
    pub closed_world: bool,
    /// Which rules run.
    pub selection: Selection,
}

/// Which rules run: the defaults, changed by the user. Ids have been checked and groups resolved.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these run (`--only`).
    pub only: Option<BTreeSet<&'static str>>,
    /// These run too (`--select`).
    pub select: BTreeSet<&'static str>,
    /// These do not (`--ignore`).
    pub ignore: BTreeSet<&'static str>,
    /// Opt-in rules run, and findings of severity info are shown (`--pedantic`).
    pub pedantic: bool,
}

impl Selection {
    /// Whether a rule runs.
    pub fn runs(&self, rule: &str, on_by_default: bool) -> bool {
        let wanted = match &self.only {
            Some(only) => only.contains(rule),
            None => on_by_default || self.pedantic || self.select.contains(rule),
        };
        wanted && !self.ignore.contains(rule)
    }

    /// Whether a finding is shown: info ones only when they were asked for.
    pub fn shows(&self, rule: &str, severity: Severity) -> bool {
        let named = self.select.contains(rule)
            || self.only.as_ref().is_some_and(|only| only.contains(rule));
        severity > Severity::Info || self.pedantic || named
    }
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// The texts that the places refer to.
    pub sources: Sources,
    /// The findings, by path, place and rule.
    pub diagnostics: Vec<Diagnostic>,
    /// Services that could not be judged, and why.
    pub unverified: Vec<Unverified>,
    /// Input that was not looked at, and why.
    pub skipped: Vec<Skipped>,
    /// Input that should have been looked at and could not be read. The run did not do its job.
    pub failures: Vec<Failure>,
    /// What was looked at.
    pub counts: Counts,
}

/// A Service that could not be judged. Silence about it must not look like a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified {
    /// The Service.
    pub object: Arc<Identity>,
    /// Its name.
    pub span: Span,
    /// Why, as one of a few fixed kebab-case words: `no-workload`, `operator`, `unread-document`.
    pub reason: &'static str,
    /// Why, in a sentence without a full stop.
    pub detail: String,
}

/// Input that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The text it is in, and where. The whole text is one span.
    pub span: Span,
    /// Why.
    pub reason: SkipReason,
}

/// Why input was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SkipReason {
    /// A Helm template (or another one with `{{`) that has not been rendered.
    Template,
    /// A kustomize patch, or a part of an object that is only complete after a patch.
    KustomizePatch,
    /// A kustomization or another file of a tool, which is followed but not judged.
    Kustomization,
    /// YAML that is no manifest: no `apiVersion` and `kind`.
    NotManifest,
    /// A kind that no rule reads: `v1 Secret`.
    UnreadKind(String),
}

/// Input that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was asked for.
    pub path: String,
    /// Why it could not be read, in a sentence without a full stop.
    pub message: String,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Texts that were read, without those that only serve as context.
    pub files: usize,
    /// Documents in them.
    pub documents: usize,
    /// Objects that some rule reads.
    pub objects: usize,
    /// Services among them.
    pub services: usize,
    /// Workloads among them.
    pub workloads: usize,
}
