//! What is kept of a document and of the objects in it.

use super::SkipReason;
use super::filled_in::FilledIn;
use super::ignore::Ignore;
use super::problem::Problem;
use crate::diagnostic::Identity;
use crate::kinds::described::{Fault, ObjectRef, Selects};
use crate::kinds::table::kinds;
use crate::kinds::{Body, Kind, ParentRef, Routing, ServiceRef, Workload};
use crate::text::source::{Span, Spanned};
use std::sync::Arc;

/// One document of a text.
#[derive(Debug)]
pub struct Document {
    /// All of it, without the separator.
    pub span: Span,
    /// The objects in it: one, or those of a `List`; none if it was skipped or is broken.
    pub objects: Vec<Object>,
    /// What operators make for them, which nobody writes.
    pub provided: Vec<Object>,
    /// What is wrong with the document as a text.
    pub problems: Vec<Problem>,
    /// Whether it is a manifest, or was meant to be one.
    pub is_manifest: bool,
    /// Why it was not looked at.
    pub skipped: Option<SkipReason>,
    /// What the user switches off in it.
    pub ignores: Vec<Ignore>,
}

impl Document {
    /// Why it could not be read, if objects that others may need are missing because of that.
    pub fn hiding(&self) -> Option<&Problem> {
        let is_alone = self.objects.is_empty();
        let mut problems = self.problems.iter();
        problems.find(|problem| problem.hides_object(is_alone))
    }
}

/// One object.
#[derive(Clone, Debug)]
pub struct Object {
    /// `apiVersion`, `kind`, `metadata.namespace` and `metadata.name`, as they are written.
    pub identity: Arc<Identity>,
    /// What `apiVersion` and `kind` name.
    pub kind: Kind,
    /// The place of `metadata.name`, or else the first key.
    pub name: Span,
    /// `metadata.namespace`
    pub namespace: Option<Spanned<String>>,
    /// `metadata.ownerReferences[]` with `controller: true`, as in a dump of what a controller
    /// made: kind and name.
    pub controller: Option<(String, String)>,
    /// The object for which an operator makes it, of one that nobody writes.
    pub made_for: Option<Arc<Identity>>,
    /// The workload that it scales or takes over: kind and name.
    pub target: Option<(String, String)>,
    /// Whether a page or the configuration describes its kind.
    pub is_described: bool,
    /// What it points at by the name of a Service.
    pub references: Vec<ServiceRef>,
    /// The other objects that it points at, of a kind that is described by data.
    pub objects: Vec<ObjectRef>,
    /// What it selects by labels, by what describes its kind.
    pub selects: Vec<Selects>,
    /// What is wrong with single values by what describes its kind.
    pub faults: Vec<Fault>,
    /// Whether the annotation `helm.sh/hook` makes it a test, which runs on request only.
    pub is_test_hook: bool,
    /// What rules think in.
    pub body: Body,
    /// What is wrong with it on its own.
    pub problems: Vec<Problem>,
    /// What would be judged if it were known.
    pub filled_in: Vec<FilledIn>,
}

macro_rules! ask_for {
    ($($(#[$doc:meta])* $kind:ident: $file:ident $(keeps $Kept:ident as $get:ident)?,)*) => {
        impl Object {
            $($(
                #[doc = concat!(
                    "What is kept of a `", stringify!($kind), "`, if it is one or like one."
                )]
                pub fn $get(&self) -> Option<&crate::kinds::$Kept> {
                    match &self.body {
                        Body::$Kept(kept) => Some(kept),
                        _ => None,
                    }
                }
            )?)*
        }
    };
}

kinds!(ask_for);

impl Object {
    /// The workloads in it.
    pub fn workloads(&self) -> &[Workload] {
        self.body.workloads()
    }

    /// What it attaches to, if it is a route of the Gateway API.
    pub fn parents(&self) -> Option<&[ParentRef]> {
        self.gateway_route().map(|route| route.parents.as_slice())
    }

    /// The part of Istio's routing that it is.
    pub fn routing(&self) -> Option<Routing<'_>> {
        Routing::of(&self.body)
    }

    /// Where it says which namespace it is in: `metadata.namespace`, or else its name.
    pub fn namespace_place(&self) -> Span {
        let namespace = self.namespace.as_ref();
        namespace.map_or(self.name, |namespace| namespace.span)
    }

    /// Whether something is wrong with what stands at a place.
    pub fn has_problem_at(&self, span: Span) -> bool {
        self.problems.iter().any(|problem| problem.span == span)
    }

    /// What makes the API server refuse it, if something does on its own.
    pub fn refusal(&self) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.is_refusal())
    }

    /// The problems that a rule reports.
    pub fn problems_of(&self, rule: &str) -> impl Iterator<Item = &Problem> {
        self.problems
            .iter()
            .filter(move |problem| problem.rule == rule)
    }
}
