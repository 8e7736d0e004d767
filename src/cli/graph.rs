//! Draws where the traffic goes.

use super::args::{Graph, GraphFormat};
use super::lines::stderr;
use super::status::{CLEAN, FAILURE, FINDINGS, is_closed};
use super::stop::Stop;
use super::trace::{not_there, over_links, stopped, target};
use std::io::{self, BufWriter, Write};
use svclint::report;
use svclint::run::{self, Report};
use svclint::trace::{Missing, Path, PathState, Paths};

/// Draws what is asked for.
pub(super) fn graph(args: Graph) -> io::Result<u8> {
    let format = args.format;
    let asked = target(&args.words).map_err(Stop::Because);
    let done = asked.and_then(|(question, files)| {
        over_links(args.scope, files, |links, options| {
            run::paths(links, options, &question)
        })
    });
    let said = match done {
        Ok(said) => said,
        Err(stop) => return stopped(&stop, "drawn"),
    };
    let (report, paths) = (&said.report, &said.told);
    report::failures(report, &mut stderr())?;
    report::trace_unread(report, &paths.unread, &mut stderr())?;
    if let Some(Missing::Asked { what, near }) = &paths.missing {
        return not_there(what, near.as_deref());
    }
    match draw(report, &paths.all, said.is_closed_world, format) {
        Err(error) if is_closed(&error) => {}
        drawn => drawn?,
    }
    report::graph_summary(paths, &mut stderr())?;
    Ok(status(report, paths))
}

pub(super) fn draw(
    report: &Report,
    paths: &[Path],
    is_closed_world: bool,
    format: GraphFormat,
) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        GraphFormat::Mermaid => report::graph_mermaid(paths, &mut out)?,
        GraphFormat::Dot => report::graph_dot(paths, &mut out)?,
        GraphFormat::D2 => report::graph_d2(paths, &mut out)?,
        GraphFormat::Html => report::graph_html(report, paths, &mut out)?,
        GraphFormat::Json => {
            report::graph_json(report, paths, is_closed_world, &mut out)?;
        }
    }
    out.flush()
}

fn status(report: &Report, paths: &Paths) -> u8 {
    let is_lost = paths.all.is_empty() && !paths.unread.is_empty();
    if is_lost || !report.failures.is_empty() {
        FAILURE
    } else if paths.all.iter().any(|own| own.state == PathState::Broken) {
        FINDINGS
    } else {
        CLEAN
    }
}
