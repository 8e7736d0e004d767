//! The program. What it does with its arguments is in [`cli`], what it knows of manifests in the
//! library.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
