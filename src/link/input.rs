//! What links are found in.

use super::Options;
use super::base::{OldObject, ServiceKey};
use crate::object::{Document, FileFacts, Object};
use crate::text::source::{SourceId, Sources};
use crate::unit::{Member, ObjectId, Plan, Unit, UnitKind, units};
use std::collections::{BTreeMap, BTreeSet};

/// What was read, what of it is applied together, and how to judge it.
#[derive(Debug)]
pub struct Input {
    /// The texts.
    pub sources: Sources,
    /// Their documents, in the order of the texts.
    pub documents: Vec<Document>,
    /// Copies of them as kustomizations edit them.
    edited: Vec<Document>,
    /// What is known of each text besides its words, by [`SourceId`].
    pub files: Vec<FileFacts>,
    /// What is applied together.
    pub units: Vec<Unit>,
    /// How to judge.
    pub options: Options,
    /// How many units each text is in, by [`SourceId`].
    units_by_source: Vec<usize>,
    /// What units were called in the base revision that have another name since.
    renamed: BTreeMap<String, String>,
}

impl Input {
    /// Puts what was read into its units.
    pub fn new(
        sources: Sources,
        documents: Vec<Document>,
        plans: Vec<Plan>,
        files: Vec<FileFacts>,
        options: Options,
    ) -> Self {
        let (units, edited) = units(plans, &documents, &sources, &options.namespace);
        let mut units_by_source = vec![0; files.len()];
        for source in units.iter().flat_map(|unit| &unit.sources) {
            units_by_source[source.0 as usize] += 1;
        }
        let mut input = Self {
            sources,
            documents,
            edited,
            files,
            units,
            options,
            units_by_source,
            renamed: BTreeMap::new(),
        };
        if let Some(base) = &input.options.base {
            let units = input.units.iter();
            let today = units.map(|unit| (unit.name.clone(), input.objects_of(unit)));
            input.renamed = base.renamed(&today.collect());
        }
        input
    }

    /// The objects of a unit, as they are known in another revision.
    pub(super) fn objects_of(&self, unit: &Unit) -> BTreeSet<OldObject> {
        let members = unit.objects.iter();
        members.map(|member| self.as_old(member)).collect()
    }

    fn as_old(&self, member: &Member) -> OldObject {
        let identity = &self.object(member.id).identity;
        let namespace = member.namespace.name.clone();
        (namespace, identity.kind.clone(), identity.name.clone())
    }

    /// An object.
    pub fn object(&self, id: ObjectId) -> &Object {
        id.of(self.document(id))
    }

    /// The document that an object is in.
    fn document(&self, id: ObjectId) -> &Document {
        let after = id.document().checked_sub(self.documents.len());
        after.map_or_else(
            || &self.documents[id.document()],
            |after| &self.edited[after],
        )
    }

    /// The text that an object is in.
    pub fn source_of(&self, id: ObjectId) -> SourceId {
        self.document(id).span.source
    }

    /// Whether whatever is not in a unit does not exist: the user says so, or it is a whole
    /// rendered chart.
    pub fn is_closed(&self, unit: &Unit) -> bool {
        let is_rendered = |member: &Member| self.sources.get(member.source).is_rendered();
        self.options.closed_world
            || unit.kind == UnitKind::Stream && unit.objects.first().is_some_and(is_rendered)
    }

    /// Whether what is absent from a unit, and missed by a text of it, may well exist: below
    /// `testdata` and the like, and where patches change names or labels.
    pub fn doubts_absence(&self, unit: &Unit, source: SourceId) -> bool {
        let is_fixture = self.files[source.0 as usize].is_fixture;
        let is_patched = unit.kind != UnitKind::Directory && unit.may_be_relabelled();
        is_fixture || is_patched
    }

    /// Whether findings in a text are reported.
    pub fn is_reported(&self, source: SourceId) -> bool {
        self.files[source.0 as usize].is_reported
    }

    /// Whether kustomize completes an object before it is applied.
    pub fn is_kustomized(&self, id: ObjectId) -> bool {
        self.is_kustomized_text(self.source_of(id))
    }

    /// Whether kustomize completes the objects of a text before they are applied.
    pub fn is_kustomized_text(&self, source: SourceId) -> bool {
        self.files[source.0 as usize].is_kustomized
    }

    /// How many units a text is in.
    pub fn units_with(&self, source: SourceId) -> usize {
        self.units_by_source[source.0 as usize]
    }

    /// Whether the base revision had a Service that is applied together with a text.
    pub(super) fn had_service(&self, key: impl FnOnce() -> ServiceKey, source: SourceId) -> bool {
        let base = self.options.base.as_ref();
        let name = &self.sources.get(source).name;
        base.is_some_and(|base| base.had_service(&self.then(key()), name))
    }

    /// Whether a Service of today selected pods in the base revision.
    pub(super) fn had_pods(&self, key: impl FnOnce() -> ServiceKey) -> bool {
        let base = self.options.base.as_ref();
        base.is_some_and(|base| base.had_pods(&self.then(key())))
    }

    /// Whether an object of a unit was in it in the base revision, too.
    pub(super) fn was_there(&self, unit: &Unit, member: &Member) -> bool {
        let then = self.renamed.get(&unit.name).unwrap_or(&unit.name);
        let base = self.options.base.as_ref();
        base.is_some_and(|base| base.had(then, &self.as_old(member)))
    }

    /// How something is known in the base revision.
    fn then(&self, mut key: ServiceKey) -> ServiceKey {
        if let Some(then) = self.renamed.get(&key.unit) {
            key.unit.clone_from(then);
        }
        key
    }
}
