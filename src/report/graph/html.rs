//! The paths as one page of HTML that needs no network: a table, and a picture of the path that is
//! chosen. What Rust knows stands in it as JSON; the script only shows it.

use super::page_data::PageJson;
use crate::run::Report;
use crate::trace::Path;
use std::io;

/// The frame of the page. What stands in braces is filled in.
const PAGE: &str = include_str!("page.html");
/// What it looks like.
const STYLE: &str = include_str!("page.css");
/// What it does.
const SCRIPT: &str = include_str!("page.js");

/// The hashes of both, without which the page's own policy lets them not run
/// (CSP Level 3, `hash-source`): a name in a manifest can add no script.
const STYLE_HASH: &str = "sha256-Lt9rvaQwTACDxiw4iAmGA2fJEprou5ZMnY1Mw3cT5RU=";
const SCRIPT_HASH: &str = "sha256-WsPh5qg7BBfTFvltwMRJplmubATGhWvJIBfGZKzD9q0=";

/// Writes paths as a page.
///
/// # Errors
/// When the writer fails.
pub fn graph_html(report: &Report, paths: &[Path], out: &mut dyn io::Write) -> io::Result<()> {
    let data = serde_json::to_string(&PageJson::of(report, paths))?;
    let parts = [
        ("script-hash", SCRIPT_HASH),
        ("style-hash", STYLE_HASH),
        ("style", STYLE),
        ("data", &in_script(&data)),
        ("script", SCRIPT),
    ];
    // In the order of the page: what is filled in may look like a place to fill.
    let mut rest = PAGE;
    for (name, part) in parts {
        let (before, after) = rest
            .split_once(&format!("{{{name}}}"))
            .unwrap_or((rest, ""));
        write!(out, "{before}{part}")?;
        rest = after;
    }
    write!(out, "{rest}")
}

/// JSON that no text in it can end the element that it stands in.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}
