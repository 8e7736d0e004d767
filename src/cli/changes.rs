//! Shows the paths that a change makes other ones (`svclint trace --base`).

use super::args::{Graph, GraphFormat, Scope, Trace, TraceFormat};
use super::base::{self, Revision};
use super::graph::draw;
use super::interrupt;
use super::lines::stderr;
use super::settings::Settings;
use super::status::{CLEAN, FAILURE, FINDINGS, is_closed};
use super::stop::Stop;
use super::style::style;
use super::trace::{not_there, over, reading, stopped, target};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use svclint::report;
use svclint::run::{self, Report};
use svclint::text::paths::normalise;
use svclint::trace::{self, Changed, Missing, Paths, Units};

/// Draws what the change makes of the paths.
pub(super) fn graph(args: Graph) -> io::Result<u8> {
    let format = args.format;
    let name = args.base.unwrap_or_default();
    let compared = match compare(&args.words, args.scope, &name) {
        Ok(compared) => compared,
        Err(stop) => return stopped(&stop, "compared"),
    };
    compared.say_what_is_amiss()?;
    if let Some((what, near)) = compared.missing() {
        return not_there(what, near);
    }
    let changed = compared.changes()?;
    // What was written in the base revision is nowhere today.
    let has_places = matches!(format, GraphFormat::Html | GraphFormat::Json);
    let drawn: Vec<trace::Path> = changed
        .iter()
        .filter_map(|own| match own.after {
            None if has_places => None,
            _ => Some(own.path().marked(own.change)),
        })
        .collect();
    let Compared {
        report,
        is_closed_world,
        ..
    } = &compared;
    // Where nothing has changed there is no picture, so that none has to be left out of a report.
    if has_places || !drawn.is_empty() {
        match draw(report, &drawn, *is_closed_world, format) {
            Err(error) if is_closed(&error) => {}
            drawn => drawn?,
        }
    }
    compared.finish(&changed)
}

/// The paths of both revisions.
struct Compared {
    revision: Revision,
    is_more: bool,
    before: Paths,
    after: Paths,
    report: Report,
    is_closed_world: bool,
}

/// Shows what the change makes of the paths.
pub(super) fn changes(args: Trace) -> io::Result<u8> {
    let (format, color) = (args.format, args.color);
    let name = args.base.unwrap_or_default();
    let compared = match compare(&args.words, args.scope, &name) {
        Ok(compared) => compared,
        Err(stop) => return stopped(&stop, "compared"),
    };
    compared.say_what_is_amiss()?;
    if let Some((what, near)) = compared.missing() {
        return not_there(what, near);
    }
    let changed = compared.changes()?;
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match format {
        TraceFormat::Text => report::changes(&changed, style(color.into()), &mut out),
        TraceFormat::Json => report::changes_json(&changed, &name, &mut out),
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if is_closed(&error) => {}
        written => written?,
    }
    compared.finish(&changed)
}

/// Reads and links both revisions.
fn compare(words: &[String], scope: Scope, name: &str) -> Result<Compared, Stop> {
    let (question, paths) = target(words).map_err(Stop::Because)?;
    let args = reading(scope, paths);
    interrupt::clean_up_then();
    let settings = Settings::read(&args)?;
    let revision = Revision::take_out(name, &args)?;
    let progress = Arc::default();
    let before = base::link(&revision, &args, &settings, None, &progress)?;
    let is_more = before.as_ref().is_some_and(|own| own.is_renamed);
    let before = before.map(|own| run::paths(own.links, &own.options, &question).1);
    let said = over(&args, &settings, |links, options| {
        run::paths(links, options, &question)
    })?;
    Ok(Compared {
        revision,
        is_more,
        before: before.unwrap_or_default(),
        after: said.told,
        report: said.report,
        is_closed_world: said.is_closed_world,
    })
}

impl Compared {
    fn say_what_is_amiss(&self) -> io::Result<()> {
        report::failures(&self.report, &mut stderr())?;
        report::trace_unread(&self.report, &self.after.unread, &mut stderr())
    }

    /// What is asked for, if neither revision has it, and what was probably meant.
    fn missing(&self) -> Option<(&str, Option<&str>)> {
        match &self.after.missing {
            Some(Missing::Asked { what, near }) if self.before.all.is_empty() => {
                Some((what, near.as_deref()))
            }
            _ => None,
        }
    }

    /// Says how many paths changed, and whether that is bad.
    fn finish(&self, changed: &[Changed<'_>]) -> io::Result<u8> {
        report::changes_summary(changed, self.after.all.len(), &mut stderr())?;
        Ok(if !self.report.failures.is_empty() {
            FAILURE
        } else if changed.iter().any(Changed::is_bad) {
            FINDINGS
        } else {
            CLEAN
        })
    }

    fn changes(&self) -> io::Result<Vec<Changed<'_>>> {
        let here = std::env::current_dir()?;
        let place = |name: &str| match name.strip_prefix('<') {
            // What was built is called by what was asked for, in whichever revision.
            Some(_) => name.replace(&format!("{}/", here.display()), ""),
            None => normalise(&here.join(name)).display().to_string(),
        };
        let units = Units {
            before: &|name| place(&self.revision.as_today(name)),
            after: &place,
            is_gone: &|place| !place.starts_with('<') && !Path::new(place).exists(),
            is_more: self.is_more,
        };
        Ok(trace::changes(&self.before, &self.after, &units))
    }
}
