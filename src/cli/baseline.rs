//! The file of the baseline, as a run leaves it behind.

use super::file;
use std::path::Path;
use svclint::catalogue::ids;
use svclint::findings::baseline;
use svclint::run::Report;

/// Writes what is found, and says how much that is. What could not be read would be missing in
/// it; then nothing is written.
///
/// # Errors
/// Why it is not written.
pub(crate) fn write(report: &Report, path: &Path) -> Result<String, String> {
    if !report.failures.is_empty() {
        return Err("the baseline is not written, because not all input could be read".to_owned());
    }
    let (text, count) = baseline::written(&report.sources, &report.diagnostics);
    let name = name(path);
    file::replace(path, text.as_bytes()).map_err(|error| format!("{name}: {error}"))?;
    let findings = if count == 1 { "finding" } else { "findings" };
    Ok(format!("wrote {count} {findings} to {name}"))
}

/// Removes what is no longer found, so that nothing need be said about that, and says how much
/// that is. What could not be read may hold it still; then nothing is removed.
///
/// # Errors
/// Why it is not written.
pub(crate) fn prune(report: &mut Report, path: &Path) -> Result<String, String> {
    if !report.failures.is_empty() {
        return Err("the baseline is not pruned, because not all input could be read".to_owned());
    }
    let name = name(path);
    let outcome = report.baseline.as_ref();
    let Some(outcome) = outcome.filter(|outcome| outcome.stale > 0) else {
        return Ok(format!("nothing to prune in {name}"));
    };
    let text = baseline::pruned(outcome);
    file::replace(path, text.as_bytes()).map_err(|error| format!("{name}: {error}"))?;
    let entries = if outcome.stale == 1 {
        "entry"
    } else {
        "entries"
    };
    let stale = outcome.stale;
    report
        .diagnostics
        .retain(|found| found.rule != ids::STALE_BASELINE);
    Ok(format!("pruned {stale} stale {entries} in {name}"))
}

/// What to call a file: what it is from the current directory, if that is short.
pub(crate) fn name(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let name = path.strip_prefix(here).unwrap_or(path);
    name.display().to_string()
}
