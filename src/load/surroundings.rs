//! What belongs to the input though nobody named it: the kustomizations above it that take it in,
//! and what kustomizations bring in from elsewhere.

use super::read::{context, read_all};
use super::text;
use super::walk::{Found, Search};
use crate::kustomize::{self, Entry, Graph, Kustomization, Missing};
use crate::text::Failure;
use crate::text::hash::{HashMap, HashSet};
use crate::text::paths::follow;
use crate::text::similar::nearest;
use crate::unit::{File, Role};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// Finds the kustomizations that have to do with the files, and adds the files that belong to
/// those, unless the input is to be looked at alone.
pub(super) fn complete(
    search: &mut Search,
    files: &mut Vec<File>,
    isolated: bool,
) -> Vec<Kustomization> {
    let mut surroundings = Surroundings::new(search, files, isolated);
    if !isolated {
        surroundings.look_above();
    }
    surroundings.follow_references();
    surroundings.look_for_needed();
    if !isolated {
        surroundings.keep_relevant(files);
        let missing = surroundings.missing();
        let (more, failures) = read_all(missing);
        files.append(&mut surroundings.files);
        files.extend(more);
        surroundings.search.failures.extend(failures);
    }
    surroundings.kustomizations
}

struct Surroundings<'s> {
    search: &'s mut Search,
    /// Whether nothing more may be read.
    isolated: bool,
    kustomizations: Vec<Kustomization>,
    /// How many of them lie in the input.
    given: usize,
    /// Their directories.
    directories: HashSet<OsString>,
    /// All files that have been read.
    known: HashSet<OsString>,
    /// Those of them that are kustomizations outside the input.
    files: Vec<File>,
}

impl<'s> Surroundings<'s> {
    fn new(search: &'s mut Search, files: &[File], isolated: bool) -> Self {
        let read = |file: &File| {
            let path = file
                .path
                .as_deref()
                .filter(|path| kustomize::is_file_name(path))?;
            Kustomization::read(path, &file.text)
        };
        let kustomizations: Vec<_> = files.par_iter().filter_map(read).collect();
        Self {
            search,
            isolated,
            given: kustomizations.len(),
            directories: kustomizations.iter().map(|it| it.dir().into()).collect(),
            known: files
                .iter()
                .filter_map(|file| Some(file.path.as_ref()?.into()))
                .collect(),
            kustomizations,
            files: Vec::new(),
        }
    }

    /// Looks for kustomizations from the arguments up to the root of the repository. Without a
    /// repository, nothing says how far up things belong together.
    fn look_above(&mut self) {
        let mut seen = HashSet::default();
        let directories: Vec<_> = self.search.reported_directories().cloned().collect();
        for start in &directories {
            let root = self.search.ignored.repositories.root(start);
            for directory in start
                .ancestors()
                .take_while(|it| seen.insert(it.to_path_buf()))
            {
                self.look_into(directory);
                if root.as_deref().is_none_or(|root| root == directory) {
                    break;
                }
            }
        }
    }

    /// Reads the kustomization of a directory.
    fn look_into(&mut self, directory: &Path) {
        if !self.directories.contains(directory.as_os_str()) {
            for name in kustomize::FILE_NAMES {
                self.open(directory.join(name));
            }
        }
    }

    /// Reads the kustomization at a path, if there is one.
    fn open(&mut self, path: PathBuf) {
        let directory = path.parent().unwrap_or(&path);
        if self.known.contains(path.as_os_str())
            || !self.search.may_lead(directory, &path)
            || !path.is_file()
        {
            return;
        }
        let name = self.search.here.name_of_found(&path);
        match text::read(&path) {
            Ok(decoded) => {
                if let Some(kustomization) = Kustomization::read(&path, &decoded.text) {
                    self.directories.insert(kustomization.dir().into());
                    self.kustomizations.push(kustomization);
                    self.files.push(context(name, path.clone(), decoded));
                    self.known.insert(path.into());
                }
            }
            Err(message) => self.search.failures.push(Failure {
                path: name,
                message,
            }),
        }
    }

    /// Reads the kustomizations that others bring in, however far away.
    fn follow_references(&mut self) {
        let mut index = 0;
        while index < self.kustomizations.len() {
            self.confine(index);
            let mut resources = std::mem::take(&mut self.kustomizations[index].resources);
            let mut components = std::mem::take(&mut self.kustomizations[index].components);
            for entry in resources.iter_mut().chain(&mut components) {
                self.follow(entry);
            }
            self.kustomizations[index].resources = resources;
            self.kustomizations[index].components = components;
            index += 1;
        }
    }

    /// Takes the paths from entries that lead out of the repository, unless they were named on the
    /// command line: nobody is to learn from a kustomization even what is there.
    fn confine(&mut self, index: usize) {
        let mut kustomization = std::mem::take(&mut self.kustomizations[index]);
        let directory = kustomization.dir().to_owned();
        for entry in kustomization.entries_mut() {
            let path = entry.path.take();
            entry.path = path.filter(|path| {
                self.known.contains(path.as_os_str()) || self.search.may_lead(&directory, path)
            });
        }
        self.kustomizations[index] = kustomization;
    }

    fn follow(&mut self, entry: &mut Entry) {
        let Some(path) = &entry.path else {
            return;
        };
        if self.known.contains(path.as_os_str()) || self.directories.contains(path.as_os_str()) {
            return;
        }
        if path.is_dir() {
            // To kustomize, what stands in there is relative to the real directory.
            let real = follow(path.clone());
            if !self.isolated {
                self.look_into(&real);
            }
            entry.path = Some(real);
        } else if kustomize::is_file_name(path) && !self.isolated {
            self.open(path.clone());
        }
    }

    /// Notes what kustomizations need and is not there. What git is told to ignore may be made
    /// before the build, and an empty directory may be a submodule that was not fetched.
    fn look_for_needed(&mut self) {
        for index in 0..self.kustomizations.len() {
            let needed: Vec<Entry> = self.kustomizations[index].needed().cloned().collect();
            let missing = needed.into_iter().filter(|entry| {
                entry.path.as_deref().is_some_and(|path| {
                    kustomize::is_path(&entry.text)
                        && !path.exists()
                        && !is_empty_above(path)
                        && !self.search.is_ignored(path)
                })
            });
            let missing = missing.map(|entry| Missing {
                meant: meant(&entry),
                entry,
            });
            let missing = missing.collect();
            self.kustomizations[index].missing = missing;
        }
    }

    /// Forgets kustomizations outside the input that take nothing of it in.
    fn keep_relevant(&mut self, files: &[File]) {
        let reported = files.iter().filter(|file| file.role == Role::Reported);
        let reported: HashSet<_> = reported
            .filter_map(|file| Some(file.path.as_ref()?.as_os_str()))
            .collect();
        let takes_in_reported = |index: usize| {
            let kustomization = &self.kustomizations[index];
            let resources = kustomization.resources.iter();
            let mut entries = resources.chain(kustomization.patch_files());
            index < self.given
                || entries.any(|entry| {
                    let path = entry.path.as_ref();
                    path.is_some_and(|path| reported.contains(path.as_os_str()))
                })
        };
        let graph = Graph::new(&self.kustomizations);
        let mut relevant = HashSet::default();
        for top in graph.tops() {
            let reach = graph.reach(top);
            if reach.iter().any(|index| takes_in_reported(*index)) {
                let paths = reach.iter().map(|index| &self.kustomizations[*index].path);
                relevant.extend(paths.cloned());
            }
        }
        self.kustomizations.retain(|it| relevant.contains(&it.path));
        self.files.retain(|file| {
            let path = file.path.as_ref();
            path.is_some_and(|path| relevant.contains(path))
        });
    }

    /// The manifests and patches that have not been read.
    fn missing(&self) -> BTreeMap<OsString, Found> {
        let mut missing = BTreeMap::new();
        for kustomization in &self.kustomizations {
            let resources = kustomization.resources.iter();
            for entry in resources.chain(kustomization.patch_files()) {
                let Some(path) = &entry.path else {
                    continue;
                };
                let is_file = || fs::metadata(path).is_ok_and(|metadata| !metadata.is_dir());
                if !self.known.contains(path.as_os_str()) && is_file() {
                    let found = Found {
                        name: self.search.here.name_of_found(path),
                        role: Role::Context,
                        depth: 0,
                    };
                    missing.insert(path.into(), found);
                }
            }
        }
        missing
    }
}

/// The path with the name in its directory that its last part was probably meant to be.
fn meant(entry: &Entry) -> Option<String> {
    let path = entry.path.as_ref()?;
    let wrong = path.file_name()?.to_str()?;
    let beside = fs::read_dir(path.parent()?).ok()?;
    let names = beside.filter_map(|found| found.ok()?.file_name().into_string().ok());
    let names: Vec<String> = names.collect();
    let right = nearest(wrong, names.iter().map(String::as_str))?;
    let above = entry.text.trim_end_matches('/').strip_suffix(wrong)?;
    Some(format!("{above}{right}"))
}

/// Whether the nearest directory above a path holds nothing.
fn is_empty_above(path: &Path) -> bool {
    let mut above = path.ancestors().skip(1);
    let nearest = above.find_map(|directory| fs::read_dir(directory).ok());
    nearest.is_some_and(|mut entries| entries.next().is_none())
}

/// Marks kustomizations that share a directory: kustomize then reads none of them
/// (`kusttarget.go`, `loadKustFile`: `Found multiple kustomization files`).
pub(super) fn mark_rivals(kustomizations: &mut [Kustomization]) {
    let mut names: HashMap<PathBuf, Vec<String>> = HashMap::default();
    for own in &*kustomizations {
        let names = names.entry(own.dir().to_owned()).or_default();
        names.push(file_name(own));
    }
    for own in kustomizations {
        let names = &names[own.dir()];
        if names.len() > 1 {
            own.problem.get_or_insert_with(|| Entry {
                text: "its directory holds another kustomization".to_owned(),
                ..Entry::default()
            });
        }
        let before = names.iter().take_while(|name| **name != file_name(own));
        own.rival = before.last().cloned();
    }
}

fn file_name(kustomization: &Kustomization) -> String {
    let name = kustomization.path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The directories of the kustomizations to report on that no other one takes in.
pub(super) fn overlays(kustomizations: &[Kustomization], files: &[File]) -> Vec<String> {
    let tops = Graph::new(kustomizations).tops();
    let tops = tops.into_iter().map(|top| &kustomizations[top]);
    let overlays: BTreeSet<_> = tops
        .filter(|top| !top.component && files[top.file].role == Role::Reported)
        .map(|top| match files[top.file].name.rsplit_once('/') {
            Some((directory, _)) => directory.to_owned(),
            None => ".".to_owned(),
        })
        .collect();
    overlays.into_iter().collect()
}
