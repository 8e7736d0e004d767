//! The kinds that pages describe: as a list, and one explained.

use super::Style;
use super::catalogue::{body, heading};
use crate::kinds::described::Page;
use serde::Serialize;
use std::io;

/// The version of the list's shape, with the same promise as that of the report.
const VERSION: u32 = 1;

/// Writes one line for each kind.
///
/// # Errors
/// When the writer fails.
pub fn kinds(pages: &[Page], out: &mut dyn io::Write) -> io::Result<()> {
    let entries: Vec<Entry<'_>> = pages.iter().flat_map(entries).collect();
    let width = entries.iter().map(|entry| entry.kind.len()).max();
    let width = width.unwrap_or_default().max("KIND".len());
    writeln!(out, "{:width$}  PAGE  GROUPS", "KIND")?;
    for entry in entries {
        let groups = entry.groups.join(", ");
        writeln!(out, "{:width$}  {}  {groups}", entry.kind, entry.page)?;
    }
    Ok(())
}

/// Writes the list for programs.
///
/// # Errors
/// When the writer fails.
pub fn kinds_json(pages: &[Page], out: &mut dyn io::Write) -> io::Result<()> {
    let list = List {
        version: VERSION,
        kinds: pages.iter().flat_map(entries).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &list)?;
    writeln!(out)
}

#[derive(Serialize)]
struct List<'p> {
    version: u32,
    kinds: Vec<Entry<'p>>,
}

/// A kind, by the page that describes it.
#[derive(Serialize)]
struct Entry<'p> {
    kind: &'p str,
    groups: &'p [String],
    page: &'p str,
    summary: &'p str,
}

fn entries(page: &Page) -> impl Iterator<Item = Entry<'_>> {
    page.kinds().map(move |(groups, kind)| Entry {
        kind,
        groups,
        page: page.name,
        summary: page.summary(),
    })
}

/// Writes what the page of a kind says, for a terminal.
///
/// # Errors
/// When the writer fails.
pub fn explain_kind(page: &Page, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "{}: {}\n", heading(page.name, style), page.summary())?;
    for (groups, kind) in page.kinds() {
        writeln!(out, "    {kind} ({})", groups.join(", "))?;
    }
    writeln!(out)?;
    body(page.body(), style, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::described::PAGES;

    fn text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("it is text")
    }

    #[test]
    fn every_kind_is_listed_with_its_groups() {
        let listed = text(|out| kinds(&PAGES, out));
        let line = listed
            .lines()
            .find(|line| line.starts_with("IngressRoute "));
        let line = line.expect("it is listed");
        assert!(
            line.ends_with("traefik  traefik.io, traefik.containo.us"),
            "{line}"
        );
        let json = text(|out| kinds_json(&PAGES, out));
        let value: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
        let count = value["kinds"].as_array().map(Vec::len);
        assert_eq!(count, Some(listed.lines().count() - 1));
    }

    #[test]
    fn an_explanation_says_what_is_read() {
        let page = PAGES.iter().find(|page| page.name == "haproxy");
        let page = page.expect("there is a page");
        let explained = text(|out| explain_kind(page, Style::PLAIN, out));
        assert!(explained.contains("What is read"), "{explained}");
        assert!(explained.contains("    TCP ("), "{explained}");
    }
}
