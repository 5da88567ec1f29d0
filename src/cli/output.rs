//! Writing data to stdout.

use super::Failure;
use serde::Serialize;
use std::io::{self, Write};

/// Writes `text` to stdout and a line end behind it where it has none. A
/// reader that has gone away (`vanthu … | head`) is no error.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| {
        if !text.is_empty() && !text.ends_with('\n') {
            stdout.write_all(b"\n")?;
        }
        stdout.flush()
    });
    tolerate_closed_pipe(written)
}

/// Writes `value` to stdout as indented JSON.
pub fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::system)?;
    print(&text)
}

/// Turns "broken pipe" into success: the reader has seen enough.
pub fn tolerate_closed_pipe(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::system(error)),
        Ok(()) => Ok(()),
    }
}

/// Writes a line for people to stderr. Nobody listening there is no reason to
/// stop: `eprintln!` would panic.
pub fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
