//! Which files are applied together: the manifests that a top-level kustomization takes in, or else
//! those of one directory, or a stream.

use super::edit_chains::EditChains;
use super::{AppliedPatch, AppliedText, File, Gap, Plan, Purpose, Reason, UnitFile, UnitKind};
use crate::kustomize::{Changes, Edits, Entry, Graph, Kustomization, PatchText, is_remote};
use crate::text::hash::HashMap;
use crate::text::source::{SourceId, Span, Spanned};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// What is applied together as files lie there. A file can be in several plans: a base in all its
/// overlays.
#[derive(Debug)]
pub(super) struct Natural {
    /// The streams.
    pub(super) streams: Vec<Plan>,
    /// What kustomizations take in that no other one brings in, with the index of each.
    pub(super) kustomizations: Vec<(usize, Plan)>,
    /// What no kustomization takes in, by directory.
    pub(super) directories: Vec<Plan>,
}

impl Natural {
    pub(super) fn of(files: &[File], kustomizations: &[Kustomization]) -> Self {
        let builds = Builds::new(files, kustomizations);
        let streams = files.iter().enumerate();
        let streams = streams.filter(|(_, file)| file.path.is_none());
        Self {
            streams: streams.map(|(at, file)| stream(at, file)).collect(),
            kustomizations: builds.kustomizations(),
            directories: builds.directories(),
        }
    }

    /// All of them that have files.
    pub(super) fn plans(self) -> impl Iterator<Item = Plan> {
        let kustomizations = self.kustomizations.into_iter().map(|(_, plan)| plan);
        let plans = self.streams.into_iter().chain(kustomizations);
        let plans = plans.chain(self.directories);
        plans.filter(|plan| !plan.files.is_empty())
    }
}

fn stream(at: usize, file: &File) -> Plan {
    Plan {
        files: vec![UnitFile::plain(SourceId(at as u32))],
        ..Plan::new(file.name.clone(), UnitKind::Stream)
    }
}

/// What a kustomization does to what it takes in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Effect {
    /// The kustomization whose namespace applies.
    namespace: Option<usize>,
    /// The kustomizations whose edits apply, the inner ones first.
    edits: Vec<usize>,
    changes: Changes,
}

impl Effect {
    /// This, and then another one: the last namespace wins. Edits set what they set, so that only
    /// the last time counts.
    fn then(mut self, next: &Self) -> Self {
        self.edits.retain(|edit| !next.edits.contains(edit));
        self.edits.extend(&next.edits);
        Self {
            namespace: next.namespace.or(self.namespace),
            edits: self.edits,
            changes: self.changes.and(next.changes),
        }
    }
}

/// A file that is taken in, the kustomization whose namespace applies to it, and the chain of edits
/// that do: one file may be taken in several times.
type Variant = (usize, Option<usize>, usize);

/// How many bytes of files may be taken in once more. Of what goes beyond nobody knows how it is
/// changed: kustomizations that take in each other twice at each step double it every time.
const MOST_REPEATED: usize = 8 << 20;

/// What taking in a file once more costs, however short it is, in bytes.
const VARIANT: usize = 8 << 10;

/// How many gaps of others are passed on: they say enough.
const MOST_GAPS: usize = 100;

/// A place in a kustomization: its index, and where.
type Place = (usize, u32, u32);

/// What comes of a kustomization.
#[derive(Clone, Debug, Default)]
struct Build {
    /// Files and what else is done to them.
    members: BTreeMap<Variant, Changes>,
    /// How many bytes have those that are not the first of their file.
    repeated: usize,
    /// What it does as a Component to the others that its user takes in.
    effect: Effect,
    /// Kustomizations, and which of their patches.
    patches: BTreeSet<(usize, usize)>,
    gaps: BTreeSet<(Reason, Place)>,
}

impl Build {
    fn add(&mut self, files: &[File], variant: Variant, changes: Changes) {
        if let Some(own) = self.members.get_mut(&variant) {
            *own = own.and(changes);
            return;
        }
        let mut of_file = self.members.range_mut((variant.0, None, 0)..);
        if let Some(((file, ..), own)) = of_file.next()
            && *file == variant.0
        {
            self.repeated += VARIANT + files[*file].text.len();
            if self.repeated > MOST_REPEATED {
                *own = Changes::ALL;
                return;
            }
        }
        self.members.insert(variant, changes);
    }

    fn absorb(&mut self, files: &[File], other: &Self) {
        for (variant, changes) in &other.members {
            self.add(files, *variant, *changes);
        }
        self.patches.extend(&other.patches);
        let room = MOST_GAPS.saturating_sub(self.gaps.len());
        self.gaps.extend(other.gaps.iter().take(room));
    }

    fn gap(&mut self, reason: Reason, kustomization: usize, range: &Range<u32>) {
        let place = (kustomization, range.start, range.end);
        self.gaps.insert((reason, place));
    }

    /// Does something to all that has been taken in so far.
    fn apply(&mut self, files: &[File], effect: &Effect, chains: &mut EditChains) {
        self.repeated = 0;
        for ((file, namespace, edits), changes) in std::mem::take(&mut self.members) {
            let variant = (
                file,
                effect.namespace.or(namespace),
                chains.then(edits, &effect.edits),
            );
            self.add(files, variant, changes.and(effect.changes));
        }
        self.effect = std::mem::take(&mut self.effect).then(effect);
    }
}

/// What comes of all kustomizations, in the order in which kustomize would go about it
/// (`api/internal/target/kusttarget.go:accumulateTarget`).
struct Builds<'i> {
    files: &'i [File],
    kustomizations: &'i [Kustomization],
    graph: Graph<'i>,
    by_path: HashMap<&'i OsStr, usize>,
    done: Vec<Build>,
    chains: EditChains,
    /// What each does.
    edits: Vec<Arc<Edits>>,
}

impl<'i> Builds<'i> {
    fn new(files: &'i [File], kustomizations: &'i [Kustomization]) -> Self {
        let paths = files.iter().enumerate();
        let paths =
            paths.filter_map(|(index, file)| Some((file.path.as_ref()?.as_os_str(), index)));
        let mut this = Self {
            files,
            kustomizations,
            graph: Graph::new(kustomizations),
            by_path: paths.collect(),
            done: Vec::new(),
            chains: EditChains::default(),
            edits: kustomizations.iter().map(edits).collect(),
        };
        let mut chains = EditChains::default();
        let mut builds = vec![None; kustomizations.len()];
        for index in this.graph.bottom_up() {
            builds[index] = Some(this.build(index, &builds, &mut chains));
        }
        this.chains = chains;
        this.done = builds.into_iter().flatten().collect();
        this
    }

    fn build(&self, index: usize, done: &[Option<Build>], chains: &mut EditChains) -> Build {
        let kustomization = &self.kustomizations[index];
        let mut build = Build::default();
        let mut take_in = |entry: &Entry, is_component| match self.target(entry) {
            Target::File(file) => {
                let variant = (file, None, EditChains::NONE);
                build.add(self.files, variant, Changes::default());
            }
            Target::Nothing(reason) => build.gap(reason, index, &entry.range),
            Target::Kustomization(child) => match &done[child] {
                Some(child) => {
                    if is_component {
                        build.apply(self.files, &child.effect, chains);
                    }
                    build.absorb(self.files, child);
                }
                None => build.gap(Reason::Cycle, index, &entry.range),
            },
        };
        for resource in &kustomization.resources {
            take_in(resource, false);
        }
        for component in &kustomization.components {
            take_in(component, true);
        }
        let has_edits = kustomization.edits != Edits::default();
        let own = Effect {
            namespace: kustomization.namespace.is_some().then_some(index),
            edits: has_edits.then_some(index).into_iter().collect(),
            changes: Changes {
                namespaces: self.names_namespaces(kustomization),
                values: kustomization.changes.values || self.lacks_patch(kustomization),
                ..kustomization.changes
            },
        };
        build.apply(self.files, &own, chains);
        let patches = 0..kustomization.patches.len();
        build.patches.extend(patches.map(|patch| (index, patch)));
        self.note_own_gaps(index, &mut build);
        build
    }

    /// Whether a configuration names fields that namespaces go to, or may do so.
    fn names_namespaces(&self, kustomization: &Kustomization) -> bool {
        let mut files = kustomization.configurations.iter();
        files.any(|entry| {
            let text = self.file(entry).map(|file| &self.files[file].text);
            text.is_none_or(|text| text.lines().any(|line| line.starts_with("namespace:")))
        })
    }

    /// Whether a patch is not here, so that nobody knows what it does.
    fn lacks_patch(&self, kustomization: &Kustomization) -> bool {
        let mut files = kustomization.patch_files();
        files.any(|entry| self.file(entry).is_none())
    }

    /// Adds the gaps that do not come from what a kustomization takes in.
    fn note_own_gaps(&self, index: usize, build: &mut Build) {
        let kustomization = &self.kustomizations[index];
        for entry in kustomization.patch_files() {
            if self.file(entry).is_none() {
                build.gap(Reason::MissingPatch, index, &entry.range);
            }
        }
        for generated in &kustomization.generated {
            build.gap(Reason::Generated, index, &generated.range);
        }
        if let Some(problem) = &kustomization.problem {
            build.gap(Reason::Unread, index, &problem.range);
        }
    }

    fn target(&self, entry: &Entry) -> Target {
        let child = entry.path.as_deref().and_then(|path| self.graph.at(path));
        if let Some(child) = child {
            Target::Kustomization(child)
        } else if let Some(file) = self.file(entry) {
            Target::File(file)
        } else if is_remote(&entry.text) {
            Target::Nothing(Reason::Remote)
        } else if entry.path.is_none() {
            Target::Nothing(Reason::Outside)
        } else {
            Target::Nothing(Reason::Missing)
        }
    }

    /// The file that an entry leads to.
    fn file(&self, entry: &Entry) -> Option<usize> {
        let path = entry.path.as_ref()?;
        self.by_path.get(path.as_os_str()).copied()
    }

    /// What top-level kustomizations take in.
    fn kustomizations(&self) -> Vec<(usize, Plan)> {
        let tops = self.graph.tops().into_iter();
        let units = tops.map(|top| {
            let build = &self.done[top];
            let file = self.kustomizations[top].file;
            let mut gaps = build.gaps.clone();
            if self.kustomizations[top].component {
                gaps.insert((Reason::LoneComponent, (top, 0, 0)));
            }
            let plan = Plan {
                files: self.members(build),
                patches: self.patches(build),
                gaps: self.gaps(&gaps),
                ..Plan::new(self.files[file].name.clone(), UnitKind::Kustomization)
            };
            (top, plan)
        });
        units.filter(|(_, plan)| !plan.files.is_empty()).collect()
    }

    fn members(&self, build: &Build) -> Vec<UnitFile> {
        // Two kustomizations may name the same namespace.
        let mut merged: Vec<UnitFile> = Vec::new();
        let mut known = HashMap::default();
        for ((file, namespace, edits), changes) in &build.members {
            let named = namespace.and_then(|index| {
                let kustomization = &self.kustomizations[index];
                let entry = kustomization.namespace.as_ref()?;
                let span = kustomization.span(&entry.range);
                Some(Spanned::new(entry.text.clone(), span))
            });
            let name = namespace.and_then(|index| self.kustomizations[index].namespace.as_ref());
            let name = name.map(|entry| &*entry.text);
            let at = *known.entry((file, name, edits)).or_insert(merged.len());
            if let Some(same) = merged.get_mut(at) {
                same.changes = same.changes.and(*changes);
                continue;
            }
            let edits = self.chains.edits(*edits).into_iter();
            merged.push(UnitFile {
                source: SourceId(*file as u32),
                namespace: named,
                edits: edits.map(|index| Arc::clone(&self.edits[index])).collect(),
                changes: *changes,
            });
        }
        merged
    }

    fn patches(&self, build: &Build) -> Vec<AppliedPatch> {
        let mut files = BTreeSet::new();
        let patches = build.patches.iter().filter_map(|(index, patch)| {
            let kustomization = &self.kustomizations[*index];
            let patch = &kustomization.patches[*patch];
            let text = match &patch.text {
                PatchText::File(entry) => {
                    let file = self.file(entry)?;
                    let is_new = files.insert((file, &patch.target));
                    is_new.then_some(AppliedText::File(SourceId(file as u32)))?
                }
                PatchText::Inline(entry) => {
                    let span = kustomization.span(&entry.range);
                    AppliedText::Inline(Spanned::new(entry.text.clone(), span))
                }
            };
            Some(AppliedPatch {
                text,
                target: patch.target.clone(),
            })
        });
        patches.collect()
    }

    fn gaps(&self, gaps: &BTreeSet<(Reason, Place)>) -> Vec<Gap> {
        let gaps = gaps.iter().map(|(reason, (index, start, end))| {
            let kustomization = &self.kustomizations[*index];
            let source = SourceId(kustomization.file as u32);
            let file = &self.files[kustomization.file];
            let (start, end) = (*start, *end);
            let what = file.text.get(start as usize..end as usize);
            let what = what.unwrap_or_default();
            let name = &file.name;
            let detail = match reason {
                Reason::Remote => format!("`{name}` takes in `{what}`, which is not fetched"),
                Reason::Outside => {
                    format!("`{name}` takes in `{what}`, which leads out of the repository")
                }
                Reason::Missing => format!("`{name}` takes in `{what}`, which was not found"),
                Reason::MissingPatch => format!("`{name}` applies `{what}`, which was not found"),
                Reason::Unread => {
                    let problem = kustomization.problem.as_ref();
                    let problem = problem.map_or("", |problem| &problem.text);
                    format!("`{name}` cannot be read in full: {problem}")
                }
                Reason::Generated => format!("`{what}` of `{name}` generates objects"),
                Reason::LoneComponent => {
                    format!("`{name}` is a Component that no kustomization here uses")
                }
                Reason::Cycle => format!("`{what}` leads `{name}` back to itself"),
            };
            Gap {
                reason: *reason,
                span: Span { source, start, end },
                detail,
            }
        });
        gaps.collect()
    }

    /// The manifests that no kustomization takes in, by directory.
    fn directories(&self) -> Vec<Plan> {
        let mut taken = vec![false; self.files.len()];
        for (file, ..) in self.done.iter().flat_map(|build| build.members.keys()) {
            taken[*file] = true;
        }
        let mut directories: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
        for (index, file) in self.files.iter().enumerate() {
            if let Some(directory) = file.path.as_deref().and_then(Path::parent)
                && !taken[index]
                && file.purpose == Purpose::Manifest
            {
                directories.entry(directory).or_default().push(index);
            }
        }
        let units = directories.into_iter().map(|(directory, files)| {
            let name = &self.files[files[0]].name;
            let name = name
                .rsplit_once('/')
                .map_or(".", |(directory, _)| directory);
            let files = files.into_iter().map(|at| SourceId(at as u32));
            Plan {
                files: files.map(UnitFile::plain).collect(),
                gaps: self.gaps_beside(directory),
                ..Plan::new(name.to_owned(), UnitKind::Directory)
            }
        });
        units.collect()
    }

    /// A kustomization that cannot be read may be meant to take in what lies beside it.
    fn gaps_beside(&self, directory: &Path) -> Vec<Gap> {
        let Some(index) = self.graph.at(directory) else {
            return Vec::new();
        };
        let gaps = &self.done[index].gaps;
        let own =
            |(reason, place): &&(Reason, Place)| *reason == Reason::Unread && place.0 == index;
        self.gaps(&gaps.iter().filter(own).copied().collect())
    }
}

/// What a kustomization does, in its text.
fn edits(kustomization: &Kustomization) -> Arc<Edits> {
    let source = SourceId(kustomization.file as u32);
    Arc::new(kustomization.edits.clone().in_text(source))
}

/// Where an entry of a kustomization leads.
enum Target {
    Kustomization(usize),
    File(usize),
    Nothing(Reason),
}
