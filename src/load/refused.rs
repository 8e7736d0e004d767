//! What kustomize refuses to take in: files outside of the kustomization's directory, absolute
//! paths, circles, and files in the place of directories.

use crate::kustomize::{self, Entry, Graph, Kustomization, Refusal, Refused};
use crate::text::paths::normalise;
use std::path::{Path, PathBuf};

/// Notes of each kustomization which of its entries are refused. Of paths that are not to be looked
/// at, only what the text says is known.
pub(super) fn mark(kustomizations: &mut [Kustomization]) {
    let graph = Graph::new(kustomizations);
    let circles = graph.circles();
    let judge = |(at, own): (usize, &Kustomization)| {
        let root = own.dir().canonicalize();
        let judge = Judge {
            all: kustomizations,
            own,
            root: root.unwrap_or_else(|_| own.dir().to_owned()),
            graph: &graph,
            circles: &circles,
            circle: circles[at],
        };
        judge.refused()
    };
    let refused: Vec<_> = kustomizations.iter().enumerate().map(judge).collect();
    for (own, refused) in kustomizations.iter_mut().zip(refused) {
        own.refused = refused;
    }
}

struct Judge<'k> {
    all: &'k [Kustomization],
    own: &'k Kustomization,
    /// Its directory, all links followed.
    root: PathBuf,
    graph: &'k Graph<'k>,
    circles: &'k [usize],
    /// The one that it is in.
    circle: usize,
}

impl Judge<'_> {
    fn refused(&self) -> Vec<Refused> {
        let roots = self
            .own
            .resources
            .iter()
            .map(|own| (own, self.resource(own)));
        let components = &self.own.components;
        let components = components.iter().map(|own| (own, self.component(own)));
        let files = self.own.patch_files().chain(&self.own.auxiliary);
        let files = files.map(|own| (own, self.file(own)));
        let all = roots.chain(components).chain(files);
        let all = all.filter(|(entry, _)| kustomize::is_path(&entry.text));
        all.filter_map(|(entry, why)| {
            Some(Refused {
                entry: entry.clone(),
                why: why?,
            })
        })
        .collect()
    }

    /// `resources`: files, or directories of kustomizations.
    fn resource(&self, entry: &Entry) -> Option<Refusal> {
        let path = entry.path.as_deref();
        let named = path.and_then(|path| self.graph.at(path));
        if named.is_some_and(|at| path == Some(&self.all[at].path)) {
            return Some(Refusal::File);
        }
        self.directory(entry).or_else(|| self.file(entry))
    }

    /// `components`: directories alone.
    fn component(&self, entry: &Entry) -> Option<Refusal> {
        if entry.path.as_deref().is_some_and(Path::is_file) {
            return Some(Refusal::File);
        }
        self.directory(entry).or_else(|| self.absolute(entry))
    }

    fn directory(&self, entry: &Entry) -> Option<Refusal> {
        let path = entry.path.as_deref().filter(|path| path.is_dir())?;
        let real = path.canonicalize().ok()?;
        let other = self.graph.at(path);
        let leads_back = other.is_some_and(|at| self.circles[at] == self.circle);
        (leads_back || self.root.starts_with(real)).then_some(Refusal::Circle)
    }

    fn file(&self, entry: &Entry) -> Option<Refusal> {
        let Some(path) = entry.path.as_deref() else {
            let unseen = || self.unseen(entry);
            return self.absolute(entry).or_else(unseen);
        };
        let is_outside = |path: &Path| {
            let real = path.canonicalize().ok();
            real.is_some_and(|real| !real.starts_with(&self.root))
        };
        (path.is_file() && is_outside(path)).then_some(Refusal::Outside)
    }

    /// A path that is not to be looked at, for it leads out of the repository: what ends as the
    /// name of a manifest does is one.
    fn unseen(&self, entry: &Entry) -> Option<Refusal> {
        let dir = self.own.dir();
        let ending = Path::new(&entry.text).extension()?.to_str()?;
        let is_file = matches!(ending, "yaml" | "yml" | "json");
        let is_outside = !normalise(&dir.join(&entry.text)).starts_with(normalise(dir));
        (is_file && is_outside).then_some(Refusal::Outside)
    }

    fn absolute(&self, entry: &Entry) -> Option<Refusal> {
        let path = Path::new(&entry.text);
        let is_inside = path.starts_with(self.own.dir()) || path.starts_with(&self.root);
        (path.is_absolute() && !is_inside).then_some(Refusal::Absolute)
    }
}
