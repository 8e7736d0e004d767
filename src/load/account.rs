//! What loading adds to the report of a run: what a program that reads it has to know.

use crate::run::{Count, LeftOut, Report};
use crate::text::Failure;
use crate::text::source::SourceId;
use std::collections::BTreeMap;

/// What there is to tell of loading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// What should have been read and could not.
    pub failures: Vec<Failure>,
    /// What walks through directories left out.
    pub left_out: BTreeMap<LeftOut, Count>,
    /// The directories that were named, other than `.`.
    pub named: Vec<Named>,
}

/// A directory that was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What it was called.
    pub name: String,
    /// The texts that were read in it.
    pub texts: Vec<SourceId>,
}

impl Account {
    /// Tells it. A directory that was asked for and in which nothing was judged is no pass: in a
    /// workflow its name may be misspelt, or what was in it has moved.
    pub fn add_to(self, report: &mut Report) {
        report.failures.extend(self.failures);
        report.left_out = self.left_out;
        for Named { name, texts } in self.named {
            let is_judged = |id: &SourceId| report.judged.contains(id);
            if texts.iter().any(is_judged) {
                continue;
            }
            let message = if texts.is_empty() {
                "holds no manifest"
            } else {
                "nothing in it was judged: it holds no manifest that a rule reads"
            };
            report.failures.push(Failure {
                path: name,
                message: message.to_owned(),
            });
        }
    }
}
