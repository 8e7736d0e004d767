//! What is applied together, with the objects in it.

use super::alternatives::Alternatives;
use super::touched::AllTouched;
use super::{DefaultNamespace, Doubt, Namespace, PatchedPort, Plan, UnitFile, UnitKind};
use crate::diagnostic::Identity;
use crate::kinds::PortRef;
use crate::kustomize::{Changes, Edits};
use crate::object::{Document, Object, SkipReason};
use crate::text::placeholder::is_placeholder;
use crate::text::source::{SourceId, Sources};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Objects that are applied together: within a unit, things can be missing.
#[derive(Debug)]
pub struct Unit {
    /// Its position among the units of a run.
    pub(crate) at: usize,
    /// See [`Plan::name`].
    pub name: String,
    /// See [`Plan::kind`].
    pub kind: UnitKind,
    /// Its texts.
    pub(crate) sources: BTreeSet<SourceId>,
    /// All objects, in the order of the texts. A base that is taken in twice is there twice.
    pub objects: Vec<Member>,
    /// What operators make for them.
    pub(crate) provided: Vec<Member>,
    /// Whether a kustomization or the configuration decides the namespace.
    pub sets_namespace: bool,
    /// Ports that patches declare in containers.
    pub patched_ports: Vec<PatchedPort>,
    /// Names and numbers of the Service ports that patches bring in.
    patched_service_ports: Vec<PortRef>,
    /// The fields that patches change.
    touched: AllTouched,
    /// Why there may be more in it than can be seen.
    doubts: Vec<Doubt>,
    /// The texts with documents that could not be read.
    unread: BTreeSet<SourceId>,
    /// What is changed on the way to the cluster.
    changes: Changes,
    /// Which of its texts are not applied together after all.
    alternatives: Alternatives,
}

/// An object in a unit.
#[derive(Clone, Debug)]
pub struct Member {
    /// The object.
    pub id: ObjectId,
    /// The text that it is in.
    pub source: SourceId,
    /// Where it goes.
    pub namespace: Namespace,
}

/// Names an object: its document among all of a run, and its place in that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    document: u32,
    object: u32,
}

impl ObjectId {
    /// The position of its document.
    pub(crate) fn document(self) -> usize {
        self.document as usize
    }

    /// The object, in its document; last those that nobody writes.
    pub(crate) fn of(self, document: &Document) -> &Object {
        let at = self.object as usize;
        match document.objects.get(at) {
            Some(object) => object,
            None => &document.provided[at - document.objects.len()],
        }
    }
}

/// Fills the plans with what was read. Of objects that kustomizations edit, units have copies,
/// in documents that follow after those that were read.
pub fn units(
    plans: Vec<Plan>,
    documents: &[Document],
    sources: &Sources,
    namespace: &DefaultNamespace,
) -> (Vec<Unit>, Vec<Document>) {
    let mut by_source: BTreeMap<SourceId, Vec<usize>> = BTreeMap::new();
    for (at, document) in documents.iter().enumerate() {
        by_source.entry(document.span.source).or_default().push(at);
    }
    let mut read = Read {
        documents,
        edited: Vec::new(),
        sources,
        by_source,
        namespace,
    };
    let plans = plans.into_iter().enumerate();
    let units = plans.map(|(at, plan)| read.unit(at, plan)).collect();
    (units, read.edited)
}

/// What was read of all texts.
struct Read<'r> {
    documents: &'r [Document],
    /// Copies of them, edited.
    edited: Vec<Document>,
    sources: &'r Sources,
    /// Positions in `documents`.
    by_source: BTreeMap<SourceId, Vec<usize>>,
    namespace: &'r DefaultNamespace,
}

impl Read<'_> {
    fn unit(&mut self, at: usize, plan: Plan) -> Unit {
        let (objects, provided) = self.members(&plan);
        let unread = plan.files.iter().flat_map(|file| {
            let source = file.source;
            self.unread(source).map(move |doubt| (source, doubt))
        });
        let (unread, unread_doubts): (BTreeSet<_>, Vec<_>) = unread.unzip();
        let gaps = plan.gaps.into_iter();
        let gaps = gaps.map(|gap| Doubt::Kustomize(gap.detail));
        let doubts = gaps.chain(unread_doubts).collect();
        let changes = plan.files.iter().map(|file| file.changes);
        let changes = changes.fold(Changes::default(), Changes::and);
        let patches = || plan.patches.iter();
        let sets_namespace =
            plan.namespace.is_some() || plan.files.iter().any(|file| file.namespace.is_some());
        Unit {
            at,
            alternatives: match plan.kind {
                UnitKind::Directory => self.alternatives(&objects),
                UnitKind::Stream | UnitKind::Kustomization | UnitKind::Configured => {
                    Alternatives::default()
                }
            },
            name: plan.name,
            kind: plan.kind,
            sources: plan.files.iter().map(|file| file.source).collect(),
            objects,
            provided,
            sets_namespace,
            patched_ports: patches()
                .flat_map(|patch| patch.container_ports(self.sources))
                .collect(),
            patched_service_ports: patches()
                .flat_map(|patch| patch.service_ports(self.sources))
                .collect(),
            doubts,
            unread,
            touched: AllTouched::of(patches(), self.sources, changes.names),
            changes,
        }
    }

    /// The positions of the documents of a text.
    fn documents_of(&self, source: SourceId) -> impl Iterator<Item = usize> {
        let of_text = self.by_source.get(&source);
        of_text.into_iter().flatten().copied()
    }

    /// The objects of a plan, in the order of the texts, and what operators make for them.
    fn members(&mut self, plan: &Plan) -> (Vec<Member>, Vec<Member>) {
        let knows_custom = plan.files.iter().any(|file| file.changes.custom);
        let (mut objects, mut provided) = (Vec::new(), Vec::new());
        for file in &plan.files {
            let assumed = {
                let known = plan.namespace.as_deref();
                let known = known.or_else(|| self.released(file.source));
                self.namespace.or(known).to_owned()
            };
            for written in self.documents_of(file.source).collect::<Vec<_>>() {
                let document = self.edited(written, &file.edits, knows_custom);
                let mut all = self.members_of((written, document), file, &assumed);
                let count = self.documents[written].objects.len();
                objects.extend(all.by_ref().take(count));
                provided.extend(all);
            }
        }
        (objects, provided)
    }

    /// The position of a document, or of its copy as kustomizations edit it.
    fn edited(&mut self, at: usize, edits: &[Arc<Edits>], knows_custom: bool) -> usize {
        let written = &self.documents[at];
        if edits.is_empty() || written.objects.is_empty() {
            return at;
        }
        let mut objects = written.objects.clone();
        for object in &mut objects {
            for edit in edits {
                edit.apply(object, knows_custom);
            }
        }
        self.edited.push(Document {
            span: written.span,
            objects,
            provided: written.provided.clone(),
            problems: Vec::new(),
            is_manifest: written.is_manifest,
            skipped: None,
            ignores: Vec::new(),
        });
        self.documents.len() + self.edited.len() - 1
    }

    /// The namespace of the release that a rendered chart belongs to: what most of its objects name
    /// that name one. Helm puts what names none there; charts write `.Release.Namespace` in some
    /// templates only.
    fn released(&self, source: SourceId) -> Option<&str> {
        if !self.sources.get(source).is_chart() {
            return None;
        }
        let documents = self.documents_of(source);
        let objects = documents.flat_map(|at| &self.documents[at].objects);
        let mut counts = BTreeMap::<&str, usize>::new();
        for own in objects.filter_map(|object| object.namespace.as_ref()) {
            *counts.entry(&own.value).or_default() += 1;
        }
        // What a chart puts into these belongs to the cluster.
        counts.retain(|name, _| !name.starts_with("kube-") && !is_placeholder(name));
        let most = counts
            .into_iter()
            .max_by_key(|(name, count)| (*count, Reverse(*name)));
        most.map(|(name, _)| name)
    }

    fn members_of<'r>(
        &'r self,
        (written, document): (usize, usize),
        file: &'r UnitFile,
        assumed: &'r str,
    ) -> impl Iterator<Item = Member> {
        let written = &self.documents[written];
        let all = written.objects.iter().chain(&written.provided);
        all.enumerate().map(move |(object, own)| Member {
            id: ObjectId {
                document: document as u32,
                object: object as u32,
            },
            source: file.source,
            namespace: Namespace::of(own, file.namespace(), assumed),
        })
    }

    fn alternatives(&self, objects: &[Member]) -> Alternatives {
        let objects = objects.iter().map(|member| {
            let identity = &*member.id.of(&self.documents[member.id.document()]).identity;
            (identity, &member.namespace, member.source)
        });
        Alternatives::among(objects)
    }

    /// The documents of a text that could not be read, and may hold what others miss.
    fn unread(&self, source: SourceId) -> impl Iterator<Item = Doubt> {
        let documents = self.documents_of(source).map(|at| &self.documents[at]);
        let unread = documents.filter(|document| {
            document.hiding().is_some() || document.skipped == Some(SkipReason::Template)
        });
        unread.map(move |document| {
            let source = self.sources.get(source);
            let line = source.position(document.span.start).line;
            Doubt::UnreadDocument(format!("`{}:{line}`", source.name))
        })
    }
}

impl Unit {
    /// A member by its position, where those that nobody writes come last.
    pub(crate) fn member(&self, at: usize) -> &Member {
        let written = self.objects.len();
        match self.objects.get(at) {
            Some(member) => member,
            None => &self.provided[at - written],
        }
    }

    /// Whether a kustomization changes names on the way to the cluster.
    pub fn is_renamed(&self) -> bool {
        self.changes.names
    }

    /// Whether kustomize changes the namespace of references along with those of objects, wherever
    /// they lead: a configuration names such fields.
    pub(crate) fn moves_references(&self) -> bool {
        self.sets_namespace && self.changes.namespaces
    }

    /// Whether a kustomization may change anything on the way to the cluster: what it does lies in
    /// what only a build shows.
    fn is_changed_unseen(&self) -> bool {
        self.changes.values || self.changes.labels
    }

    /// Whether names, namespaces or labels may be changed on the way to the cluster, by which
    /// objects are found.
    pub(crate) fn may_be_relabelled(&self) -> bool {
        self.is_changed_unseen() || self.touched.have_identities()
    }

    /// Whether a patch may change what a finding about an object rests on. Some findings are about
    /// how many pods there are and how they end, which others do not look at.
    pub(crate) fn may_patch(&self, object: &Identity, is_about_pods_alone: bool) -> bool {
        self.is_changed_unseen() || self.touched.matter_to(object, is_about_pods_alone)
    }

    /// Whether something that belongs to the unit could not be read or is not in the input.
    pub fn is_incomplete(&self) -> bool {
        !self.doubts.is_empty()
    }

    /// The first reason why it may hold more than can be seen.
    pub(crate) fn doubt(&self) -> Option<Doubt> {
        self.doubts.first().cloned()
    }

    /// Whether a document of a text could not be read.
    pub(crate) fn has_unread_in(&self, source: SourceId) -> bool {
        self.unread.contains(&source)
    }

    /// Whether a patch declares a port of this name or number, in any container.
    pub(crate) fn has_patched_port(&self, target: &PortRef) -> bool {
        let mut ports = self.patched_ports.iter();
        ports.any(|port| port.is_meant_by(target))
    }

    /// Whether a patch brings a port of this name or number in, in any Service; the listeners of
    /// Gateways have names and ports too.
    pub(crate) fn has_patched_service_port(&self, port: &PortRef) -> bool {
        self.patched_service_ports.contains(port)
    }

    /// Whether two texts are applied together.
    pub fn is_together(&self, left: SourceId, right: SourceId) -> bool {
        self.alternatives.are_together(left, right)
    }

    /// Whether there are texts that one is not applied together with.
    pub(crate) fn is_alternative(&self, source: SourceId) -> bool {
        self.alternatives.contain(source)
    }

    /// Whether its files are cases of their own, of which none is applied with another one.
    pub(crate) fn is_collection(&self) -> bool {
        self.alternatives.is_collection()
    }

    /// The texts that are not applied together with one.
    pub(crate) fn apart_from(&self, source: SourceId) -> Vec<SourceId> {
        self.alternatives.apart_from(source)
    }
}
