//! The `vanthu` program; everything it does is in [`vanthu::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    vanthu::cli::main().into()
}
