//! Draws where the traffic goes.

use super::args::{Graph, GraphFormat};
use super::lines::stderr;
use super::status::{CLEAN, FAILURE, FINDINGS, is_closed};
use super::stop::Stop;
use super::trace::{Said, not_there, over_links, stopped, target};
use std::io::{self, BufWriter, Write};
use svclint::report;
use svclint::run::{self, Report};
use svclint::trace::{Missing, PathState, Paths};

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
    match draw(&said, format) {
        Err(error) if is_closed(&error) => {}
        drawn => drawn?,
    }
    report::graph_summary(paths, &mut stderr())?;
    Ok(status(report, paths))
}

fn draw(said: &Said<Paths>, format: GraphFormat) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let Said {
        report,
        told: paths,
        is_closed_world,
    } = said;
    match format {
        GraphFormat::Mermaid => report::graph_mermaid(&paths.all, &mut out)?,
        GraphFormat::Dot => report::graph_dot(&paths.all, &mut out)?,
        GraphFormat::D2 => report::graph_d2(&paths.all, &mut out)?,
        GraphFormat::Html => report::graph_html(report, &paths.all, &mut out)?,
        GraphFormat::Json => {
            report::graph_json(report, &paths.all, *is_closed_world, &mut out)?;
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
