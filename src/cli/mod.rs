//! The command line: arguments in, a report out, and an exit status.

mod args;
mod base;
mod baseline;
mod changes;
mod check;
mod command;
mod crash;
mod file;
mod generate;
mod graph;
mod help;
mod hints;
mod input;
mod interrupt;
mod lines;
mod lint;
mod manual;
mod notes;
mod output;
mod progress;
mod settings;
mod status;
mod stop;
mod style;
mod trace;
mod values;
mod work;

use args::{Cli, Command, Generate, ListFormat};
use clap::CommandFactory;
use lines::stderr;
use status::{CLEAN, FAILURE, fail, is_closed};
use std::io::{self, Write};
use std::process::ExitCode;
use style::style;
use svclint::catalogue;
use svclint::catalogue::PAGES;
use svclint::kinds::described;
use svclint::report::{self, Color};

/// Does what the arguments say.
pub(crate) fn main() -> ExitCode {
    crash::install_hook();
    let done = match check::read(std::env::args_os()) {
        Ok(cli) => run(cli),
        Err(error) => error.print().and_then(|()| {
            let status = u8::try_from(error.exit_code()).unwrap_or(FAILURE);
            if status != CLEAN {
                hints::of_path()?;
            }
            Ok(status)
        }),
    };
    svclint::load::not_while_cleaning_up();
    match done {
        Ok(status) => status.into(),
        // Whoever reads has seen enough: `svclint rules | head`.
        Err(error) if is_closed(&error) => CLEAN.into(),
        Err(error) => {
            // Nothing can be done if standard error is gone too.
            let _ = writeln!(stderr(), "error: the output cannot be written: {error}");
            FAILURE.into()
        }
    }
}

fn run(cli: Cli) -> io::Result<u8> {
    match cli.command {
        Some(Command::Rules {
            format,
            kinds: false,
        }) => list_rules(format),
        Some(Command::Rules {
            format,
            kinds: true,
        }) => list_kinds(format),
        Some(Command::Explain { rule }) => explain(&rule),
        Some(Command::Trace(args)) if args.base.is_some() => changes::changes(*args),
        Some(Command::Graph(args)) if args.base.is_some() => changes::graph(*args),
        Some(Command::Trace(args)) => trace::trace(*args),
        Some(Command::Graph(args)) => graph::graph(*args),
        Some(Command::Generate { what }) => generate(what),
        None => lint::lint(&cli.lint),
    }
}

fn list_rules(format: ListFormat) -> io::Result<u8> {
    let mut out = io::stdout().lock();
    match format {
        ListFormat::Text => report::rules(&PAGES, &mut out)?,
        ListFormat::Json => report::rules_json(&PAGES, &mut out)?,
    }
    hints::of_path()?;
    Ok(CLEAN)
}

fn list_kinds(format: ListFormat) -> io::Result<u8> {
    let mut out = io::stdout().lock();
    match format {
        ListFormat::Text => report::kinds(&described::PAGES, &mut out)?,
        ListFormat::Json => report::kinds_json(&described::PAGES, &mut out)?,
    }
    hints::of_path()?;
    Ok(CLEAN)
}

fn explain(id: &str) -> io::Result<u8> {
    if id == "trace" {
        report::explain_trace(style(Color::Auto), &mut io::stdout().lock())?;
        return Ok(CLEAN);
    }
    if let Some(rule) = catalogue::find(id) {
        report::explain(rule, style(Color::Auto), &mut io::stdout().lock())?;
        return Ok(CLEAN);
    }
    let pages: Vec<_> = described::PAGES
        .iter()
        .filter(|page| page.describes(id))
        .collect();
    for page in &pages {
        report::explain_kind(page, style(Color::Auto), &mut io::stdout().lock())?;
    }
    if !pages.is_empty() || explain_command(id)? {
        return Ok(CLEAN);
    }
    let advice = catalogue::advice(id);
    let status = fail(&format!("no rule is called `{id}`; {advice}"))?;
    hints::of_path()?;
    Ok(status)
}

/// Says what the long help does of a command, if there is one of the name.
fn explain_command(name: &str) -> io::Result<bool> {
    let mut program = Cli::command();
    let Some(command) = program.find_subcommand_mut(name) else {
        return Ok(false);
    };
    let full_name = format!("svclint {name}");
    let mut command = command.clone().bin_name(full_name);
    write!(io::stdout().lock(), "{}", command.render_long_help())?;
    Ok(true)
}

fn generate(what: Generate) -> io::Result<u8> {
    generate::generate(what, &mut io::stdout().lock())?;
    hints::of_path()?;
    Ok(CLEAN)
}
