//! What a run has done: what it read, what it took to be applied together, and how long that took.

use std::io::{self, Write};
use std::time::{Duration, Instant};
use svclint::object::Text;
use svclint::unit::{Plan, UnitKind};

/// What a run has done.
pub(crate) struct Work {
    start: Instant,
    read: Duration,
    judged: Duration,
    units: Vec<Together>,
}

/// What is applied together.
struct Together {
    name: String,
    kind: &'static str,
    files: Vec<String>,
}

impl Work {
    /// Begins.
    pub(crate) fn begin() -> Self {
        Self {
            start: Instant::now(),
            read: Duration::ZERO,
            judged: Duration::ZERO,
            units: Vec::new(),
        }
    }

    /// Everything has been read.
    pub(crate) fn has_read(&mut self, texts: &[Text], plans: &[Plan]) {
        self.read = self.start.elapsed();
        let units = plans.iter().map(|plan| {
            let files = plan.files.iter().map(|file| {
                let text = &texts[file.source.0 as usize];
                let role = if text.facts.is_reported {
                    ""
                } else {
                    " (not reported on)"
                };
                format!("{}{role}", text.source.name)
            });
            Together {
                name: plan.name.clone(),
                kind: match plan.kind {
                    UnitKind::Stream => "stream",
                    UnitKind::Kustomization => "kustomization",
                    UnitKind::Directory => "directory",
                    UnitKind::Configured => "configured",
                },
                files: files.collect(),
            }
        });
        self.units = units.collect();
    }

    /// Everything has been judged.
    pub(crate) fn has_judged(&mut self) {
        self.judged = self.start.elapsed().saturating_sub(self.read);
    }

    /// Writes it.
    pub(crate) fn details(&self, out: &mut dyn Write) -> io::Result<()> {
        for Together { name, kind, files } in &self.units {
            writeln!(out, "unit: {name} ({kind})")?;
            for file in files {
                writeln!(out, "  {file}")?;
            }
        }
        let Self { read, judged, .. } = self;
        writeln!(out, "time: {read:.1?} to read, {judged:.1?} to judge")
    }
}
