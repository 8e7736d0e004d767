//! Where the configuration and the baseline are found.

use crate::config::Config;
use crate::findings::baseline::Baseline;
use crate::settings::Invalid;
use crate::text::Failure;
use crate::text::paths::CurrentDirectory;
use std::path::{Path, PathBuf};

/// The names of its file.
const NAMES: [&str; 2] = [".svclint.yaml", "svclint.yaml"];

/// Looks for the configuration of some paths: in the directory that all of them lie in, and upwards
/// to the root of its repository. Without a repository nothing says how far up things belong
/// together; then the directories up to the current one count.
///
/// # Errors
/// When a directory holds it under both names.
pub fn find_config(current_dir: &Path, paths: &[PathBuf]) -> Result<Option<PathBuf>, Failure> {
    let here = CurrentDirectory::new(current_dir);
    let start = common_directory(&here, paths);
    let root = start
        .ancestors()
        .find(|directory| directory.join(".git").exists());
    let last = match root {
        Some(root) => root,
        None if start.starts_with(&here.0) => &here.0,
        None => &start,
    };
    for directory in start.ancestors() {
        let found: Vec<PathBuf> = NAMES
            .iter()
            .map(|name| directory.join(name))
            .filter(|path| path.is_file())
            .collect();
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
    let (absolute, name) = CurrentDirectory::new(current_dir).settings(path);
    let text = super::text(&absolute).map_err(|message| Failure {
        path: name.clone(),
        message,
    })?;
    Ok(Config::read(name, text).map(|config| Config {
        path: Some(absolute),
        ..config
    }))
}

/// Reads the baseline at a path.
///
/// # Errors
/// When it cannot be read, or not be used.
pub fn baseline(current_dir: &Path, path: &Path) -> Result<Result<Baseline, Invalid>, Failure> {
    let (absolute, name) = CurrentDirectory::new(current_dir).settings(path);
    match super::text(&absolute) {
        Ok(text) => Ok(Baseline::read(name, text)),
        Err(message) => Err(Failure {
            path: name,
            message: format!("{message}; `--write-baseline` writes a baseline"),
        }),
    }
}
