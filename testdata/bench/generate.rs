//! Writes the input of the benchmarks: `generate PAIRS` as a stream to standard output, and
//! `generate PAIRS DIR` as files into a directory.

mod pairs;

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().ok_or("how many pairs?")?.parse()?;
    if let Some(folder) = arguments.next() {
        std::fs::create_dir_all(&folder)?;
        for (name, text) in pairs::files(count) {
            std::fs::write(Path::new(&folder).join(name), text)?;
        }
    } else {
        io::stdout().write_all(pairs::stream(count).as_bytes())?;
    }
    Ok(())
}
