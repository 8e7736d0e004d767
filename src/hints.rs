//! Commands and paths of the same name: what was taken for the one may have been meant as the
//! other, and must not look like a pass.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The commands, as they are typed.
const COMMANDS: [&str; 3] = ["rules", "explain", "generate"];

/// Says how to lint a path that has the name of a command.
pub(crate) fn of_path() -> io::Result<()> {
    let word = std::env::args().nth(1).unwrap_or_default();
    if COMMANDS.contains(&word.as_str()) && Path::new(&word).exists() {
        writeln!(
            io::stderr(),
            "note: `{word}` is a command; to lint the path of this name, write `svclint ./{word}`"
        )?;
    }
    Ok(())
}

/// Says where a command has to stand, if the name of one was taken for a path in vain.
pub(crate) fn of_command(paths: &[PathBuf]) -> io::Result<()> {
    let words = COMMANDS.into_iter();
    for word in words.filter(|word| paths.contains(&PathBuf::from(word))) {
        if !Path::new(word).exists() {
            writeln!(
                io::stderr(),
                "note: `{word}` is a command only if it comes first, as in `svclint {word} --help`"
            )?;
        }
    }
    Ok(())
}
