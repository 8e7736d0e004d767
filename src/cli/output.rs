//! Where reports go: to standard output, and to files beside it.

use super::args::{Format, ReportFile};
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
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

/// Puts a new file in the place of the old one. What is no file (`/dev/stderr`, a pipe) is written
/// to as it is.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.exists() && !path.is_file() {
        return fs::write(path, bytes);
    }
    // The file that a link points to is meant, not the link.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let part = beside(path);
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

/// A name in the same directory that nobody else uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("svclint-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn a_report_takes_the_place_of_the_old_one_and_leaves_nothing_else() {
        let directory = scratch("replace");
        let path = directory.join("out.txt");
        replace(&path, b"a long old one").unwrap();
        replace(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
        fs::remove_dir_all(directory).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let directory = scratch("link");
        let (file, link) = (directory.join("file"), directory.join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        replace(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        fs::remove_dir_all(directory).unwrap();
    }
}
