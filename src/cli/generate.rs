//! What goes with the program: completions, the man page, and schemas.

use super::args::{Cli, Generate, Schema};
use super::manual;
use clap::CommandFactory;
use std::io::{self, Write};
use svclint::{config, report};

/// Writes it.
pub(crate) fn generate(what: Generate, out: &mut dyn Write) -> io::Result<()> {
    match what {
        Generate::Completions { shell } => {
            // The generator takes a writer that fails for a bug.
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "svclint", &mut text);
            out.write_all(&text)
        }
        Generate::Man => manual::write(out),
        Generate::Schema { of: Schema::Config } => schema(&config::schema(), out),
        Generate::Schema { of: Schema::Trace } => schema(&report::trace_schema(), out),
        Generate::Schema { of: Schema::Graph } => schema(&report::graph_schema(), out),
        Generate::Schema { of: Schema::Report } => out.write_all(report::JSON_SCHEMA.as_bytes()),
    }
}

fn schema(schema: &serde_json::Value, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, schema)?;
    writeln!(out)
}
