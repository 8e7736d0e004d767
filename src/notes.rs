//! What is said of files besides findings: what a walk left out, and what has to be made first.

use std::io::{self, Write};
use svclint::load::{Count, LeftOut, Loaded};

/// How many charts are named.
const NAMED: usize = 3;

/// What loading has to say.
pub(crate) struct Notes {
    empty: Vec<String>,
    excluded: Vec<String>,
    left_out: Vec<(LeftOut, Count)>,
    charts: Vec<String>,
}

impl Notes {
    /// Takes it from what was loaded.
    pub(crate) fn take(loaded: &mut Loaded) -> Self {
        Self {
            empty: std::mem::take(&mut loaded.empty),
            excluded: std::mem::take(&mut loaded.excluded),
            left_out: std::mem::take(&mut loaded.left_out).into_iter().collect(),
            charts: std::mem::take(&mut loaded.charts),
        }
    }

    /// Writes one line for each thing that was not looked at.
    pub(crate) fn details(&self, out: &mut dyn Write) -> io::Result<()> {
        for path in &self.excluded {
            writeln!(out, "skipped: {path}, which is excluded")?;
        }
        for (why, count) in &self.left_out {
            let why = match why {
                LeftOut::Hidden => "whose names start with a dot",
                LeftOut::Ignored => "that ignore files name",
                LeftOut::Excluded => "that --exclude or the configuration names",
            };
            writeln!(out, "skipped: {} {why}", counted(*count))?;
        }
        Ok(())
    }

    /// Writes what is worth knowing in any case.
    pub(crate) fn remarks(&self, out: &mut dyn Write) -> io::Result<()> {
        for path in &self.empty {
            writeln!(out, "warning: no manifests in {path}")?;
        }
        match &self.charts[..] {
            [] => Ok(()),
            [chart] => writeln!(
                out,
                "note: the chart in {chart} is not rendered; lint what it renders with `helm template {chart} | svclint -`"
            ),
            charts => {
                let named = charts.iter().take(NAMED).map(String::as_str);
                let named: Vec<_> = named.collect();
                let more = match charts.len().saturating_sub(NAMED) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                writeln!(
                    out,
                    "note: {} charts are not rendered ({}{more}); lint what each renders with `helm template {} | svclint -`",
                    charts.len(),
                    named.join(", "),
                    named[0]
                )
            }
        }
    }
}

/// `1 file, 2 directories`
fn counted(count: Count) -> String {
    let Count { files, directories } = count;
    let some = |count: usize, one: &str, many: &str| {
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let parts = [
        some(files, "file", "files"),
        some(directories, "directory", "directories"),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    parts.join(", ")
}
