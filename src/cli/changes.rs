//! Shows the paths that a change makes other ones (`svclint trace --base`).

use super::args::{Trace, TraceFormat};
use super::base::{self, Revision};
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
use svclint::trace::{self, Changed, Missing, Paths, Question, Units};

/// The paths of both revisions.
struct Compared {
    revision: Revision,
    is_more: bool,
    before: Paths,
    after: Paths,
    report: Report,
}

/// Shows what the change makes of the paths.
pub(super) fn changes(args: Trace) -> io::Result<u8> {
    let (format, color) = (args.format, args.color);
    let name = args.base.clone().unwrap_or_default();
    let compared = match compare(args, &name) {
        Ok(compared) => compared,
        Err(stop) => return stopped(&stop, "compared"),
    };
    let (report, after) = (&compared.report, &compared.after);
    report::failures(report, &mut stderr())?;
    report::trace_unread(report, &after.unread, &mut stderr())?;
    if let (Some(Missing::Asked { what, near }), true) =
        (&after.missing, compared.before.all.is_empty())
    {
        return not_there(what, near.as_deref());
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
    if format == TraceFormat::Text {
        report::changes_summary(&changed, after.all.len(), &mut stderr())?;
    }
    Ok(if report.failures.is_empty() {
        status(&changed)
    } else {
        FAILURE
    })
}

/// Reads and links both revisions.
fn compare(args: Trace, name: &str) -> Result<Compared, Stop> {
    let (question, paths): (Question, _) = target(&args.words).map_err(Stop::Because)?;
    let args = reading(args.scope, paths);
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
    })
}

impl Compared {
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

fn status(changed: &[Changed<'_>]) -> u8 {
    if changed.iter().any(Changed::is_bad) {
        FINDINGS
    } else {
        CLEAN
    }
}
