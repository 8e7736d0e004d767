//! Where reports go: to standard output, and to files beside it.

use super::args::{Format, ReportFile};
use super::file::{directory, replace};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use svclint::report::{self, Root, Style};
use svclint::run::Report;

/// Writes a report in a format.
pub(crate) fn write(
    report: &Report,
    format: Format,
    root: &Root,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Full => report::full(report, style, out),
        Format::Concise => report::concise(report, style, out),
        Format::Json => report::json(report, out),
        Format::Sarif => report::sarif(report, root, out),
        Format::Github => report::github(report, root, out),
        Format::Gitlab => report::gitlab(report, root, out),
        Format::Junit => report::junit(report, root, out),
        Format::Markdown => report::markdown(report, root, out),
    }
}

/// Says why files cannot be written, before any work is done for them.
pub(crate) fn check(files: &[ReportFile]) -> Result<(), String> {
    for (at, file) in files.iter().enumerate() {
        let path = &file.path;
        let name = path.display();
        let directory = directory(path);
        if path.is_dir() {
            return Err(format!(
                "{name} is a directory, so no report can be written to it"
            ));
        }
        if !directory.is_dir() {
            let directory = directory.display();
            return Err(format!(
                "there is no directory {directory} for the report {name}"
            ));
        }
        if files[..at].iter().any(|other| other.path == *path) {
            return Err(format!("two reports are to be written to {name}"));
        }
    }
    Ok(())
}

/// Writes the report to its file: all of it or nothing.
pub(crate) fn save(
    report: &Report,
    file: &ReportFile,
    root: &Root,
    style: Style,
) -> Result<(), String> {
    let mut bytes = Vec::new();
    write(report, file.format, root, style, &mut bytes)
        .and_then(|()| {
            if is_step_summary(&file.path) {
                append(&file.path, &bytes)
            } else {
                replace(&file.path, &bytes)
            }
        })
        .map_err(|error| {
            format!(
                "the report {} cannot be written: {error}",
                file.path.display()
            )
        })
}

/// Whether GitHub Actions shows the file as the summary of the step, to which others add too.
fn is_step_summary(path: &Path) -> bool {
    std::env::var_os("GITHUB_STEP_SUMMARY").is_some_and(|summary| summary == path.as_os_str())
}

fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(bytes)
}
