//! What is asked for.

use super::build::Builds;
use crate::config::Config;
use crate::text::paths::CurrentDirectory;
use std::path::PathBuf;
use std::sync::Arc;

/// What the command line asks for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Where relative paths start; empty means the current directory of the process.
    pub current_dir: PathBuf,
    /// Files, directories, and `-` for standard input; none means the current directory, unless
    /// there is something to build.
    pub paths: Vec<PathBuf>,
    /// Charts and overlays, which other programs build.
    pub builds: Builds,
    /// Files and directories that are only looked at (`--context`).
    pub context: Vec<PathBuf>,
    /// Whether to look at nothing but the paths (`--isolated`).
    pub isolated: bool,
    /// The configuration: what it leaves out, and what it says is applied together.
    pub config: Option<Arc<Config>>,
    /// The baseline, which is no manifest.
    pub baseline: Option<PathBuf>,
    /// Globs of what to leave out of directories (`--exclude`).
    pub exclude: Vec<String>,
    /// Whether to leave out also what was named (`--force-exclude`).
    pub force_exclude: bool,
    /// Whether the files were taken out of a revision, so that git tracks all of them.
    pub is_revision: bool,
    /// What to call standard input (`--stdin-filename`).
    pub stdin_filename: Option<String>,
}

impl Request {
    /// The files that are settings of the run, not input.
    pub(super) fn settings(&self) -> Vec<PathBuf> {
        let config = self.config.as_ref().and_then(|config| config.path.clone());
        config.into_iter().chain(self.baseline_file()).collect()
    }

    /// The absolute path of the baseline.
    pub(super) fn baseline_file(&self) -> Option<PathBuf> {
        let here = CurrentDirectory::new(&self.current_dir);
        Some(here.absolute(self.baseline.as_deref()?))
    }
}
