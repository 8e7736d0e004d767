//! From the paths of the command line to texts: what they stand for, what belongs to it, and what
//! could not be read.

mod account;
mod assertions;
pub mod base;
mod before_build;
mod build;
mod cleanup;
mod exclude;
mod ignored;
mod program;
mod purpose;
mod read;
mod refused;
mod repository;
mod request;
pub mod settings;
mod surroundings;
mod text;
mod tracked;
mod walk;

pub use account::{Account, Named};
pub use build::{Builds, Release};
pub use cleanup::{clean_up, not_while_cleaning_up};
pub use exclude::InvalidGlob;
pub use request::Request;

use crate::config::Config;
use crate::kustomize::Kustomization;
use crate::object::Text;
use crate::text::Failure;
use crate::text::hash::HashMap;
use crate::text::source::SourceId;
use crate::unit::{self, Configured, File, Plan, Role};
use exclude::Exclude;
use read::{file, read_all};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walk::{Found, Search};

/// What there is to look at.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The texts, by name. Places in kustomizations take the index of a text for its source.
    pub files: Vec<File>,
    /// The kustomizations among them, by path.
    pub kustomizations: Vec<Kustomization>,
    /// What the report of the run has to say of the loading.
    pub account: Account,
    /// Named paths that `--force-exclude` left out.
    pub excluded: Vec<String>,
    /// Directories that are only looked at and hold nothing to read.
    pub empty: Vec<String>,
    /// Links that lead nowhere.
    pub dangling: Vec<String>,
    /// The directories of charts of which only templates are there.
    pub charts: Vec<String>,
    /// The configuration.
    pub config: Option<Arc<Config>>,
    /// The globs of the configuration that leave nothing out, by their position; none unless
    /// everything was looked at that the configuration is about.
    pub unused_globs: Option<Vec<usize>>,
    /// The directories of kustomizations to report on that no other one takes in.
    pub overlays: Vec<String>,
    /// Whether everything was looked at that lies with the baseline.
    pub covers_baseline: bool,
}

impl Loaded {
    /// The texts, and which of them are applied together.
    pub fn plans(self) -> (Vec<Text>, Vec<Plan>) {
        let config = self.config.as_deref();
        let configured = config.and_then(|config| {
            Some(Configured {
                directory: config.directory()?,
                scopes: &config.scopes,
            })
        });
        unit::plans(self.files, &self.kustomizations, configured)
    }
}

/// Reads everything that a run looks at.
///
/// # Errors
/// When a glob of the request is invalid.
pub fn load(request: &Request, stdin: &mut dyn Read) -> Result<Loaded, InvalidGlob> {
    let mut search = Search::new(request, Exclude::new(&request.exclude)?);
    let here = [PathBuf::from(".")];
    let paths = if request.paths.is_empty() && request.builds.is_empty() {
        &here[..]
    } else {
        &request.paths
    };
    for path in paths.iter().filter(|path| !is_stdin(path)) {
        search.argument(path, Role::Reported);
    }
    for path in &request.context {
        search.argument(path, Role::Context);
    }
    if !request.isolated {
        search.siblings();
        if let Some(config) = &request.config {
            search.scope_mates(config);
        }
    }

    let (mut files, failures) = read_all(std::mem::take(&mut search.found));
    search.failures.extend(failures);
    let mut kustomizations = surroundings::complete(&mut search, &mut files, request.isolated);
    if paths.iter().any(|path| is_stdin(path)) {
        match read_stdin(request, stdin) {
            Ok(file) => files.push(file),
            Err(failure) => search.failures.push(failure),
        }
    }
    for built in build::all(&search.here, &request.builds) {
        let file = built.and_then(|built| {
            let file = stream(built.name, &*built.text)?;
            let origin = built.origin;
            Ok(File { origin, ..file })
        });
        match file {
            Ok(file) => files.push(file),
            Err(failure) => search.failures.push(failure),
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    search
        .failures
        .sort_by(|a, b| (&a.path, &a.message).cmp(&(&b.path, &b.message)));
    search.failures.dedup();
    number(&mut kustomizations, &files);
    surroundings::mark_rivals(&mut kustomizations);
    refused::mark(&mut kustomizations);
    purpose::assign(&mut files, &kustomizations);
    let rendered: Vec<_> = request
        .builds
        .charts
        .iter()
        .map(|it| search.here.absolute(it))
        .collect();
    let charts = purpose::charts(&mut files, |name| {
        rendered.contains(&search.here.absolute(Path::new(name)))
    });
    let named = named(&search.asked_for, &files);
    let unused_globs = unused_globs(request, &search);
    let overlays = surroundings::overlays(&kustomizations, &files);
    let baseline = request.baseline_file();
    let baseline = baseline.as_deref().and_then(Path::parent);
    let covers_baseline = baseline.is_some_and(|directory| search.covers(directory));
    Ok(Loaded {
        files,
        kustomizations,
        account: Account {
            failures: search.failures,
            left_out: search.left_out,
            named,
        },
        unused_globs,
        covers_baseline,
        excluded: search.excluded,
        empty: search.empty,
        dangling: search.dangling,
        charts,
        config: request.config.clone(),
        overlays,
    })
}

/// Which texts lie in the directories that were named.
fn named(directories: &[(PathBuf, String)], files: &[File]) -> Vec<Named> {
    let texts = |directory: &Path| {
        let files = files.iter().enumerate();
        let below = files.filter(|(_, file)| {
            let path = file.path.as_deref();
            path.is_some_and(|path| path.starts_with(directory))
        });
        below.map(|(at, _)| SourceId(at as u32)).collect()
    };
    let named = directories.iter().map(|(path, name)| Named {
        name: name.clone(),
        texts: texts(path),
    });
    named.collect()
}

/// The globs of the configuration that leave nothing out, if all of its directory was asked for.
fn unused_globs(request: &Request, search: &Search) -> Option<Vec<usize>> {
    let directory = request.config.as_ref()?.directory()?;
    search.covers(directory).then(|| search.unused_globs())
}

/// Reads a file that is no manifest.
///
/// # Errors
/// Why it cannot be read, or that it is no text.
pub(crate) fn text(path: &Path) -> Result<Arc<str>, String> {
    let decoded = text::read(path)?;
    match decoded.problems.into_iter().next() {
        Some(problem) => Err(problem.message),
        None => Ok(decoded.text),
    }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Tells the kustomizations which file they are, and puts them in the order of their paths.
fn number(kustomizations: &mut [Kustomization], files: &[File]) {
    let files = files.iter().enumerate();
    let indices: HashMap<_, _> = files
        .filter_map(|(index, file)| Some((file.path.as_ref()?.as_os_str(), index)))
        .collect();
    for kustomization in &mut *kustomizations {
        kustomization.file = indices[kustomization.path.as_os_str()];
    }
    kustomizations.sort_by(|a, b| a.path.cmp(&b.path));
}

fn read_stdin(request: &Request, stdin: &mut dyn Read) -> Result<File, Failure> {
    let name = request.stdin_filename.as_deref().unwrap_or("<stdin>");
    stream(name.to_owned(), stdin)
}

/// What comes from elsewhere than a file.
fn stream(name: String, bytes: impl Read) -> Result<File, Failure> {
    let decoded = text::read_from(bytes).map_err(|message| Failure {
        path: name.clone(),
        message,
    })?;
    let (role, depth) = (Role::Reported, 0);
    let found = Found { name, role, depth };
    Ok(file(None, found, decoded))
}
