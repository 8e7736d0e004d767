//! Files, before they are parsed.

use crate::object::TextProblem;
use crate::text::encoding::Encoding;
use std::path::PathBuf;
use std::sync::Arc;

/// A text with what is known about it before it is parsed.
#[derive(Clone, Debug)]
pub struct File {
    /// What people call it: relative to the current directory wherever it was given so, with `/`
    /// on every system.
    pub name: String,
    /// The absolute path; none for standard input.
    pub path: Option<PathBuf>,
    /// The file that it was built from, if it was: places in it are shown there.
    pub origin: Option<String>,
    /// Whether its findings are reported.
    pub role: Role,
    /// What it is for.
    pub purpose: Purpose,
    /// The text.
    pub text: Arc<str>,
    /// How the file's bytes have become the text.
    pub encoding: Encoding,
    /// What is wrong with the bytes.
    pub problems: Vec<TextProblem>,
    /// How many of the path's components lie below the path argument; none for a file that was
    /// named itself.
    pub depth: usize,
}

impl File {
    /// Whether somebody asked for this very file.
    pub fn is_named(&self) -> bool {
        self.depth == 0
    }

    /// The path's components below the path argument, its own name last. A file that was named
    /// itself has none.
    pub fn below_argument(&self) -> Vec<&str> {
        let components = self.path.iter().flat_map(|path| path.components().rev());
        let mut below: Vec<_> = components
            .take(self.depth)
            .filter_map(|component| component.as_os_str().to_str())
            .collect();
        below.reverse();
        below
    }
}

/// Whether the findings in a text are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// No: it is only there so that others can be judged.
    Context,
    /// Yes: it was asked for.
    Reported,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// To be applied, as far as is known.
    #[default]
    Manifest,
    /// A kustomization.
    Kustomization,
    /// A patch of a kustomization.
    Patch,
    /// Another input of a kustomization: a replacement, a configuration, data.
    Auxiliary,
    /// A template of a Helm chart.
    HelmTemplate,
    /// What a test harness compares objects with.
    Assertion,
    /// The `Chart.yaml` of a Helm chart that nothing renders.
    Chart,
    /// The `Chart.yaml` of a chart that is rendered, or that is part of another one.
    ChartPart,
}
