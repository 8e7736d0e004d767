//! From path arguments to the files that they stand for.

use super::exclude::Exclude;
use super::ignored::Ignored;
use super::request::Request;
use super::text;
use crate::config::Config;
use crate::run::{Count, LeftOut};
use crate::text::Failure;
use crate::text::boundary::{Boundary, LINK_OUT, leads_out};
use crate::text::hash::HashMap;
use crate::text::paths::{CurrentDirectory, slashed};
use crate::unit::Role;
use crate::unit::ScopeEntry;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use walkdir::{DirEntry, WalkDir};

/// A file that is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) role: Role,
    /// The number of path components below the path argument.
    pub(super) depth: usize,
}

/// What the path arguments stand for.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) here: CurrentDirectory,
    exclude: Exclude,
    /// The files that are settings of the run.
    settings: Vec<PathBuf>,
    /// What the configuration leaves out.
    config: Option<ByConfig>,
    /// Whether named paths can be left out too.
    force: bool,
    pub(super) ignored: Ignored,
    /// The files, by their absolute paths.
    pub(super) found: BTreeMap<OsString, Found>,
    /// The directories of the files that were named, each with one of these names.
    homes: BTreeMap<PathBuf, PathBuf>,
    /// The directories that were named.
    tops: Vec<PathBuf>,
    /// All directories that were named, also for context: what they hold may be read.
    named: Vec<Boundary>,
    /// The repositories that directories lie in.
    boundaries: HashMap<PathBuf, Rc<Boundary>>,
    pub(super) failures: Vec<Failure>,
    /// Named paths that were left out.
    pub(super) excluded: Vec<String>,
    /// Directories that were named for context and hold nothing to read.
    pub(super) empty: Vec<String>,
    /// The directories that were named to be reported on, and what to call them.
    pub(super) asked_for: Vec<(PathBuf, String)>,
    /// Links that walks came by and that lead nowhere.
    pub(super) dangling: Vec<String>,
    /// What walks through reported directories came by and left out.
    pub(super) left_out: BTreeMap<LeftOut, Count>,
}

impl Search {
    pub(super) fn new(request: &Request, exclude: Exclude) -> Self {
        Self {
            here: CurrentDirectory::new(&request.current_dir),
            exclude,
            settings: request.settings(),
            config: request.config.as_deref().and_then(ByConfig::new),
            force: request.force_exclude,
            ignored: Ignored::new(request.is_revision),
            found: BTreeMap::new(),
            homes: BTreeMap::new(),
            tops: Vec::new(),
            named: Vec::new(),
            boundaries: HashMap::default(),
            failures: Vec::new(),
            excluded: Vec::new(),
            empty: Vec::new(),
            asked_for: Vec::new(),
            dangling: Vec::new(),
            left_out: BTreeMap::new(),
        }
    }

    /// Finds what one path argument stands for.
    pub(super) fn argument(&mut self, given: &Path, role: Role) {
        let path = self.here.absolute(given);
        let name = self.here.name_as_given(&path, given);
        let leads_out = leads_out(&path, &self.here.0);
        if leads_out && self.force {
            return self.excluded.push(name);
        }
        if leads_out {
            return self.fail(name, LINK_OUT.to_owned());
        }
        let is_dir = match fs::metadata(&path) {
            Ok(metadata) => metadata.is_dir(),
            Err(error) => return self.fail(name, text::reason(&error)),
        };
        if self.force && self.leaves_out_named(&path, is_dir) {
            self.excluded.push(name);
        } else if is_dir {
            self.named.push(Boundary::of(&path));
            let any = self.directory(&path, given, role, usize::MAX);
            // `.` is what is meant where nothing is named.
            if role == Role::Reported && given != Path::new(".") {
                self.asked_for.push((path.clone(), name));
            } else if !any {
                self.empty.push(name);
            }
            if role == Role::Reported {
                self.tops.push(path);
            }
        } else {
            if role == Role::Reported
                && let Some(home) = path.parent()
            {
                self.homes.insert(home.to_owned(), given.to_owned());
            }
            let depth = 0;
            self.add(path, Found { name, role, depth });
        }
    }

    /// Finds the files beside those that were named.
    pub(super) fn siblings(&mut self) {
        for (home, given) in self.homes.clone() {
            self.directory(&home, &given, Role::Context, 1);
        }
    }

    /// Finds what the configuration says is applied together with what was named.
    pub(super) fn scope_mates(&mut self, config: &Config) {
        let Some(directory) = config.directory() else {
            return;
        };
        let below = |path: &OsString| config.name_below(Path::new(path));
        let is_in = |scope: &ScopeEntry, path: &OsString| {
            below(path).is_some_and(|name| scope.fitting(&name).next().is_some())
        };
        let reported = self.found.iter();
        let reported = reported.filter(|(_, found)| found.role == Role::Reported);
        let reported: Vec<_> = reported.map(|(path, _)| path.clone()).collect();
        let scopes: Vec<_> = config
            .scopes
            .iter()
            .filter(|scope| reported.iter().any(|path| is_in(scope, path)))
            .collect();
        if scopes.is_empty() {
            return;
        }
        let mut others = std::mem::take(&mut self.found);
        self.directory(directory, Path::new("."), Role::Context, usize::MAX);
        self.found
            .retain(|path, _| scopes.iter().any(|scope| is_in(scope, path)));
        std::mem::swap(&mut self.found, &mut others);
        for (path, found) in others {
            self.add(path.into(), found);
        }
    }

    /// Whether a file of this directory may have another path read, by naming it or as a link.
    pub(super) fn may_lead(&mut self, directory: &Path, path: &Path) -> bool {
        let known = self.boundaries.get(directory).cloned();
        let boundary = known.unwrap_or_else(|| {
            let new = Rc::new(Boundary::around(directory, &self.here.0));
            let directory = directory.to_owned();
            self.boundaries.insert(directory, Rc::clone(&new));
            new
        });
        boundary.holds(path) || self.named.iter().any(|named| named.holds(path))
    }

    /// The directories that were named, and those of files that were.
    pub(super) fn reported_directories(&self) -> impl Iterator<Item = &PathBuf> {
        self.tops.iter().chain(self.homes.keys())
    }

    /// Walks a directory and says whether there is anything to read. Links to files are files if
    /// they stay in the repository; links to directories are not entered, so that no walk goes in
    /// circles (kubectl and git do the same).
    fn directory(&mut self, top: &Path, given: &Path, role: Role, levels: usize) -> bool {
        // Outside any repository, ignore files count from here on, or else in the argument.
        let from_here = top.starts_with(&self.here.0);
        let root = if from_here { &self.here.0 } else { top }.to_owned();
        let mut any = false;
        let mut entries = WalkDir::new(top)
            .min_depth(1)
            .max_depth(levels)
            .sort_by_file_name()
            .into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Ok(entry) if entry.path_is_symlink() && entry.path().is_dir() => {
                    let why = self.leaves_out(&entry, (top, given), &root);
                    if role == Role::Reported {
                        self.count(why.unwrap_or(LeftOut::Linked), &entry);
                    }
                }
                Ok(entry) if !entry.file_type().is_dir() && !self.is_manifest(&entry) => {}
                Ok(entry) if let Some(why) = self.leaves_out(&entry, (top, given), &root) => {
                    if entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                    if role == Role::Reported {
                        self.count(why, &entry);
                    }
                }
                Ok(entry) if is_dangling(&entry) => {
                    if role == Role::Reported {
                        self.count(LeftOut::Dangling, &entry);
                        let name = self.here.name_as_given(entry.path(), given);
                        self.dangling.push(name);
                    }
                }
                Ok(entry) if !entry.file_type().is_dir() => {
                    any = true;
                    let name = self.here.name_as_given(entry.path(), given);
                    let depth = entry.depth();
                    self.add(entry.into_path(), Found { name, role, depth });
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(top);
                    let name = self.here.name_as_given(path, given);
                    let reason = error.io_error().map(text::reason);
                    self.fail(name, reason.unwrap_or_else(|| error.to_string()));
                }
            }
        }
        any
    }

    /// Whether a file could be a manifest, by its name.
    fn is_manifest(&self, entry: &DirEntry) -> bool {
        is_wanted(entry) && self.settings.iter().all(|path| path != entry.path())
    }

    /// Whether ignore files name a path.
    pub(super) fn is_ignored(&mut self, path: &Path) -> bool {
        let root = self.ignored.repositories.root(path);
        let top = root.unwrap_or_else(|| self.here.0.as_path().into());
        self.ignored.would_leave_out(path, &top)
    }

    fn leaves_out(
        &mut self,
        entry: &DirEntry,
        (top, given): (&Path, &Path),
        root: &Path,
    ) -> Option<LeftOut> {
        let is_dir = entry.file_type().is_dir();
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            return Some(LeftOut::Hidden);
        }
        if self.ignored.leaves_out(path, is_dir, root) {
            return Some(LeftOut::Ignored);
        }
        let name = self.here.name_as_given(path, given);
        if self.exclude.leaves_out(&name, is_dir) {
            return Some(LeftOut::Excluded);
        }
        if self.is_excluded(path, is_dir) {
            return Some(LeftOut::Configured);
        }
        let leads_out = entry.path_is_symlink() && !self.may_lead(top, path);
        leads_out.then_some(LeftOut::Outside)
    }

    fn count(&mut self, why: LeftOut, entry: &DirEntry) {
        // Nobody takes a repository's own files for manifests.
        if entry.file_name() == ".git" {
            return;
        }
        let count = self.left_out.entry(why).or_default();
        if entry.path().is_dir() {
            count.directories += 1;
        } else {
            count.files += 1;
        }
    }

    /// Whether the configuration leaves a path out.
    fn is_excluded(&mut self, path: &Path, is_dir: bool) -> bool {
        let config = self.config.as_mut();
        config.is_some_and(|config| config.leaves_out(path, is_dir))
    }

    /// The globs of the configuration that have left nothing out.
    pub(super) fn unused_globs(&self) -> Vec<usize> {
        let used = self.config.iter().flat_map(|config| &config.used);
        let unused = used.enumerate().filter(|(_, used)| !**used);
        unused.map(|(at, _)| at).collect()
    }

    /// Whether a directory, with all that is in it, was asked for.
    pub(super) fn covers(&self, directory: &Path) -> bool {
        self.tops.iter().any(|top| directory.starts_with(top))
    }

    /// Whether a walk from the current directory, or else from the root of the repository, would
    /// leave a path out or not even come by it.
    fn leaves_out_named(&mut self, path: &Path, is_dir: bool) -> bool {
        let top = if path.starts_with(&self.here.0) {
            Some(self.here.0.as_path().into())
        } else {
            self.ignored.repositories.root(path)
        };
        let Some(top) = top.or_else(|| path.parent().map(Into::into)) else {
            return false;
        };
        let upwards = path.ancestors().take_while(|ancestor| **ancestor != *top);
        let upwards: Vec<_> = upwards.collect();
        upwards.into_iter().rev().any(|ancestor| {
            let is_dir = is_dir || ancestor != path;
            let name = self.here.name_of_found(ancestor);
            self.exclude.leaves_out(&name, is_dir)
                || self.is_excluded(ancestor, is_dir)
                || self.ignored.leaves_out(ancestor, is_dir, &top)
        })
    }

    fn add(&mut self, path: PathBuf, new: Found) {
        let known = self.found.entry(path.into()).or_insert_with(|| new.clone());
        if new.role > known.role {
            *known = new;
        } else if new.role == known.role {
            known.depth = known.depth.min(new.depth);
        }
    }

    pub(super) fn fail(&mut self, path: String, message: String) {
        self.failures.push(Failure { path, message });
    }
}

/// What the globs of the configuration leave out.
#[derive(Debug)]
struct ByConfig {
    directory: PathBuf,
    exclude: Exclude,
    /// For each glob, whether it has left anything out.
    used: Vec<bool>,
}

impl ByConfig {
    fn new(config: &Config) -> Option<Self> {
        let globs: Vec<String> = config.exclude.iter().map(|it| it.value.clone()).collect();
        Some(Self {
            directory: config.directory()?.to_owned(),
            used: vec![false; globs.len()],
            // Globs that are none have been refused with the configuration.
            exclude: Exclude::new(&globs).ok()?,
        })
    }

    fn leaves_out(&mut self, path: &Path, is_dir: bool) -> bool {
        let Ok(below) = path.strip_prefix(&self.directory) else {
            return false;
        };
        let mut any = false;
        for at in self.exclude.fitting(&slashed(below), is_dir) {
            self.used[at] = true;
            any = true;
        }
        any
    }
}

/// Whether an entry of a directory is read: a manifest by its extension (kubectl reads the same
/// three), or a kustomization by its name.
fn is_wanted(entry: &DirEntry) -> bool {
    let name = Path::new(entry.file_name());
    let wanted = match name.extension() {
        Some(extension) => extension == "yaml" || extension == "yml" || extension == "json",
        None => name == Path::new("Kustomization"),
    };
    wanted && !entry.file_type().is_dir()
}

/// Whether an entry is a link that leads nowhere: git keeps such links, and nothing applies them.
fn is_dangling(entry: &DirEntry) -> bool {
    entry.file_type().is_symlink() && !entry.path().exists()
}
