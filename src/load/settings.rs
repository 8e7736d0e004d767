//! Where the configuration and the baseline are found.

use crate::config::Config;
use crate::findings::baseline::Baseline;
use crate::settings::{Invalid, Remark};
use crate::text::Failure;
use crate::text::boundary::{Boundary, LINK_OUT, leads_out, repository};
use crate::text::paths::CurrentDirectory;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The names of its file.
const NAMES: [&str; 2] = [".svclint.yaml", "svclint.yaml"];

/// Looks for the configuration of some paths: in the directory that all of them lie in, and upwards
/// to the root of its repository. Without a repository nothing says how far up things belong
/// together; then the directories up to the current one count.
///
/// # Errors
/// When a directory holds it under both names, or as a link out of the repository.
pub fn find_config(current_dir: &Path, paths: &[PathBuf]) -> Result<Option<PathBuf>, Failure> {
    let here = CurrentDirectory::new(current_dir);
    let start = common_directory(&here, paths);
    let last = match repository(&start) {
        Some(root) => root,
        None if start.starts_with(&here.0) => &here.0,
        None => &start,
    };
    for directory in start.ancestors() {
        let paths = NAMES.iter().map(|name| directory.join(name));
        // Whether something is there is nobody's business.
        let links_out =
            |path: &PathBuf| path.is_symlink() && !Boundary::around(directory, &here.0).holds(path);
        if let Some(link) = paths.clone().find(links_out) {
            return Err(Failure {
                path: here.name_of_found(&link),
                message: LINK_OUT.to_owned(),
            });
        }
        let found: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
        match &found[..] {
            [] => {}
            [path] => return Ok(Some(path.clone())),
            [_, second, ..] => {
                return Err(Failure {
                    path: here.name_of_found(second),
                    message: format!(
                        "`{}` lies beside it: there can be one configuration",
                        NAMES[0]
                    ),
                });
            }
        }
        if directory == last {
            break;
        }
    }
    Ok(None)
}

/// The deepest directory that holds all paths. Standard input lies in the current one.
fn common_directory(here: &CurrentDirectory, paths: &[PathBuf]) -> PathBuf {
    let directories = paths.iter().map(|path| {
        if path == Path::new("-") {
            return here.0.clone();
        }
        let path = here.absolute(path);
        if path.is_dir() {
            return path;
        }
        path.parent().map_or_else(|| path.clone(), Path::to_owned)
    });
    let common = directories.reduce(|left, right| {
        let pairs = left.components().zip(right.components());
        pairs
            .take_while(|(left, right)| left == right)
            .map(|(component, _)| component)
            .collect()
    });
    common.unwrap_or_else(|| here.0.clone())
}

/// Reads the configuration at a path.
///
/// # Errors
/// When it cannot be read, or not be used.
pub fn config(current_dir: &Path, path: &Path) -> Result<Result<Config, Invalid>, Failure> {
    let here = CurrentDirectory::new(current_dir);
    let (absolute, name) = here.settings(path);
    let text = named(&here, &absolute).map_err(|message| Failure {
        path: name.clone(),
        message,
    })?;
    Ok(Config::read(name, text).map(|config| Config {
        path: Some(absolute),
        ..config
    }))
}

/// Reads a file of settings, unless its name leads out of the repository.
fn named(here: &CurrentDirectory, path: &Path) -> Result<Arc<str>, String> {
    if leads_out(path, &here.0) {
        return Err(LINK_OUT.to_owned());
    }
    super::text(path)
}

/// Whether the baseline that a configuration names lies in its repository. One that lies elsewhere
/// has to be named on the command line: a change to the configuration could have any file read.
///
/// # Errors
/// When it does not.
pub fn check_baseline(current_dir: &Path, config: &Config) -> Result<(), Invalid> {
    let here = CurrentDirectory::new(current_dir);
    let (Some(directory), Some(path), Some(entry)) =
        (config.directory(), config.baseline_path(), &config.baseline)
    else {
        return Ok(());
    };
    if Boundary::around(directory, &here.0).holds(&path) {
        return Ok(());
    }
    let remark = Remark::new(
        entry.range.clone(),
        "the baseline of a configuration has to lie in its repository",
    )
    .label("leads out of it")
    .help("move the file into the repository, or name it with `--baseline`");
    Err(Invalid {
        name: config.name.clone(),
        text: config.text.clone(),
        remarks: vec![remark],
    })
}

/// Reads the baseline at a path.
///
/// # Errors
/// When it cannot be read, or not be used.
pub fn baseline(current_dir: &Path, path: &Path) -> Result<Result<Baseline, Invalid>, Failure> {
    let here = CurrentDirectory::new(current_dir);
    let (absolute, name) = here.settings(path);
    match named(&here, &absolute) {
        Ok(text) => Ok(Baseline::read(name, text)),
        Err(message) => Err(Failure {
            path: name,
            message: format!("{message}; `--write-baseline` writes a baseline"),
        }),
    }
}
