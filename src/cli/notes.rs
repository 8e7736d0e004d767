//! What is said of files besides findings: what was not read, and what has to be made first.

use super::command::word;
use std::io::{self, Write};
use svclint::kube::KubeVersion;
use svclint::load::Loaded;

/// How many directories of one kind are named.
const NAMED: usize = 3;

/// What loading has to say.
pub(crate) struct Notes {
    empty: Vec<String>,
    excluded: Vec<String>,
    dangling: Vec<String>,
    charts: Vec<String>,
    overlays: Vec<String>,
    kube_version: KubeVersion,
}

impl Notes {
    /// Takes it from what was loaded, to be judged by this version of Kubernetes.
    pub(crate) fn take(loaded: &mut Loaded, kube_version: KubeVersion) -> Self {
        Self {
            empty: std::mem::take(&mut loaded.empty),
            excluded: std::mem::take(&mut loaded.excluded),
            dangling: std::mem::take(&mut loaded.dangling),
            charts: std::mem::take(&mut loaded.charts),
            overlays: std::mem::take(&mut loaded.overlays),
            kube_version,
        }
    }

    /// Writes one line for each thing that was not looked at.
    pub(crate) fn details(&self, out: &mut dyn Write) -> io::Result<()> {
        for path in &self.excluded {
            writeln!(out, "skipped: {path}, which is excluded")?;
        }
        Ok(())
    }

    /// Writes what is worth knowing in any case.
    pub(crate) fn remarks(&self, out: &mut dyn Write) -> io::Result<()> {
        for path in &self.empty {
            writeln!(out, "warning: no manifests in {path}")?;
        }
        for path in &self.dangling {
            writeln!(out, "warning: {path} is a link that leads nowhere")?;
        }
        if self.kube_version > KubeVersion::NEWEST {
            let (asked, newest) = (self.kube_version, KubeVersion::NEWEST);
            writeln!(
                out,
                "note: svclint knows Kubernetes up to {newest}: what {asked} changed is not known \
                 here"
            )?;
        }
        if let Some(Those {
            all,
            are,
            it,
            first,
        }) = Those::new(&self.charts, "chart")
        {
            writeln!(
                out,
                "note: {all} {are} not rendered: lint what {it} renders with `svclint --helm \
                 {}`",
                word(first)
            )?;
        }
        if let Some(Those {
            all,
            are,
            it,
            first,
        }) = Those::new(&self.overlays, "kustomization")
        {
            writeln!(
                out,
                "note: {all} {are} followed but not built: lint what {it} builds with `svclint \
                 --kustomize {}`",
                word(first)
            )?;
        }
        Ok(())
    }
}

/// Words for directories of one kind.
struct Those<'a> {
    /// `the chart in shop`, or `5 charts (a, b, c and 2 more)`.
    all: String,
    are: &'static str,
    it: &'static str,
    first: &'a str,
}

impl<'a> Those<'a> {
    fn new(directories: &'a [String], noun: &str) -> Option<Self> {
        let first = directories.first()?;
        let count = directories.len();
        if count == 1 {
            return Some(Self {
                all: format!("the {noun} in {first}"),
                are: "is",
                it: "it",
                first,
            });
        }
        let named = &directories[..count.min(NAMED)];
        let more = match count - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Some(Self {
            all: format!("{count} {noun}s ({}{more})", named.join(", ")),
            are: "are",
            it: "each",
            first,
        })
    }
}
