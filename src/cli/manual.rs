//! The man page: the options from their definition, and around them what the help says.

use super::{args::Cli, help};
use clap::CommandFactory;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};
use std::io::{self, Write};

/// Writes the page.
pub(crate) fn write(out: &mut dyn Write) -> io::Result<()> {
    // An option that the short help leaves out would lose its text.
    let command = Cli::command().mut_args(|option| option.hide_short_help(false));
    let page = Man::new(command.clone());
    page.render_title(out)?;
    page.render_name_section(out)?;
    synopsis().to_writer(out)?;
    page.render_description_section(out)?;
    commands(&command).to_writer(out)?;
    page.render_options_section(out)?;
    ending().to_writer(out)?;
    page.render_version_section(out)
}

fn synopsis() -> Roff {
    let mut page = Roff::new();
    page.control("SH", ["SYNOPSIS"]);
    page.text([bold("svclint"), roman(" [OPTIONS] [PATH]...")]);
    page.control("br", []);
    page.text([bold("svclint rules"), roman(" [--format FORMAT]")]);
    page.control("br", []);
    page.text([bold("svclint explain"), roman(" RULE")]);
    page.control("br", []);
    page.text([
        bold("svclint trace"),
        roman(" [OPTIONS] [TARGET_OR_PATH]..."),
    ]);
    page.control("br", []);
    page.text([
        bold("svclint graph"),
        roman(" [OPTIONS] [TARGET_OR_PATH]..."),
    ]);
    page.control("br", []);
    page.text([
        bold("svclint generate"),
        roman(" completions SHELL | man | schema SCHEMA"),
    ]);
    page
}

fn commands(command: &clap::Command) -> Roff {
    let mut page = Roff::new();
    page.control("SH", ["COMMANDS"]);
    for command in command.get_subcommands() {
        let about = command.get_about().map(ToString::to_string);
        page.control("TP", []);
        page.text([bold(command.get_name())]);
        page.text([roman(about.unwrap_or_default())]);
    }
    page
}

fn ending() -> Roff {
    let mut page = Roff::new();
    page.control("SH", ["RULES BY GROUP"]);
    page.text([roman(format!("The groups are {}.", help::groups()))]);
    page.text([bold("svclint rules"), roman(" lists what is in them.")]);
    page.control("SH", ["EXIT STATUS"]);
    for (code, text) in help::STATUS {
        page.control("TP", []);
        page.text([bold(*code)]);
        page.text([roman(*text)]);
    }
    page.control("SH", ["ENVIRONMENT"]);
    for (names, text) in help::ENVIRONMENT {
        page.control("TP", []);
        page.text([bold(*names)]);
        page.text([roman(*text)]);
    }
    page.control("SH", ["EXAMPLES"]);
    for (what, commands) in help::EXAMPLES {
        page.control("TP", []);
        page.text([italic(*what)]);
        page.control("nf", []);
        for command in *commands {
            page.text([roman(*command)]);
        }
        page.control("fi", []);
    }
    page
}
