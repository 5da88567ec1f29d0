//! The command line: one file a subcommand. Data goes to stdout, words for
//! people to stderr; exit codes are in [`ExitStatus`].

mod archive_arg;
mod backup;
mod copy_worker;
mod duplicates;
mod evaluate;
mod exit;
mod extract;
mod failures;
mod for_people;
mod format_arg;
mod hocr;
mod import;
mod interrupt;
mod manual;
mod ocr;
mod output;
mod page_worker;
mod progress;
mod reading_args;
mod registry_card;
mod reindex;
mod restore;
mod search;
mod searchable_pdf;
mod serve;
mod show;
mod stats;
mod tables;
mod text_layers;
mod train;
mod user;
mod verify;
mod whole_file;

pub use exit::{ExitStatus, Failure};

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// Read, restore, register and search scanned Vietnamese administrative documents
#[derive(Debug, Parser)]
#[command(name = "vanthu", version, about, after_long_help = exit::TABLE, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(import::ImportArgs),
    Ocr(ocr::OcrArgs),
    Restore(restore::RestoreArgs),
    Extract(extract::ExtractArgs),
    Search(search::SearchArgs),
    Show(show::ShowArgs),
    Stats(stats::StatsArgs),
    Failures(failures::FailuresArgs),
    Duplicates(duplicates::DuplicatesArgs),
    Reindex(reindex::ReindexArgs),
    Verify(verify::VerifyArgs),
    Backup(backup::BackupArgs),
    RestoreArchive(backup::RestoreArchiveArgs),
    Targets(tables::TargetsArgs),
    Export(tables::ExportArgs),
    Serve(serve::ServeArgs),
    User(user::UserArgs),
    Train(train::TrainArgs),
    Evaluate(evaluate::EvaluateArgs),
    Completions(manual::CompletionsArgs),
    Man(manual::ManArgs),
    #[command(hide = true)]
    PageWorker(page_worker::PageWorkerArgs),
    #[command(hide = true)]
    CopyWorker(copy_worker::CopyWorkerArgs),
}

/// Runs the program with the arguments it was started with.
pub fn main() -> ExitStatus {
    let cli = Cli::parse();
    // Quiet by default: what people must know is printed by the commands.
    let filter = EnvFilter::try_from_env("VANTHU_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let result = match &cli.command {
        Command::Import(args) => import::run(args),
        Command::Ocr(args) => ocr::run(args),
        Command::Restore(args) => restore::run(args),
        Command::Extract(args) => extract::run(args),
        Command::Search(args) => search::run(args),
        Command::Show(args) => show::run(args),
        Command::Stats(args) => stats::run(args),
        Command::Failures(args) => failures::run(args),
        Command::Duplicates(args) => duplicates::run(args),
        Command::Reindex(args) => reindex::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Backup(args) => backup::run(args),
        Command::RestoreArchive(args) => backup::run_restore(args),
        Command::Targets(args) => tables::run_targets(args),
        Command::Export(args) => tables::run_export(args),
        Command::Serve(args) => serve::run(args),
        Command::User(args) => user::run(args),
        Command::Train(args) => train::run(args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Completions(args) => manual::run_completions(args),
        Command::Man(args) => manual::run_man(args),
        Command::PageWorker(args) => page_worker::run(args),
        Command::CopyWorker(args) => copy_worker::run(args),
    };
    result.unwrap_or_else(|failure| {
        output::tell(&format!("vanthu: {failure}"));
        failure.status
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_defined() {
        Cli::command().debug_assert();
    }
}
