//! `vanthu completions` and `vanthu man`: shell completions and manual pages,
//! made from the same definition as the command line itself.

use super::{Cli, ExitStatus, Failure, output};
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Cursor;
use std::path::PathBuf;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    shell: Shell,
}

pub fn run_completions(args: &CompletionsArgs) -> Result<ExitStatus, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "vanthu", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Success)
}

/// Print the manual page, or write one page a command into a folder
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// Folder for vanthu.1, vanthu-import.1 and so on
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub fn run_man(args: &ManArgs) -> Result<ExitStatus, Failure> {
    match &args.dir {
        Some(dir) => clap_mangen::generate_to(Cli::command(), dir).map_err(|error| {
            Failure::system(
                anyhow::Error::new(error)
                    .context(format!("cannot write manual pages into {}", dir.display())),
            )
        })?,
        None => {
            let mut page = Cursor::new(Vec::new());
            clap_mangen::Man::new(Cli::command())
                .render(&mut page)
                .map_err(Failure::system)?;
            output::print(&String::from_utf8_lossy(page.get_ref()))?;
        }
    }
    Ok(ExitStatus::Success)
}
