//! `--format text|json`, the same for every command that has it.

/// How a result is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// For people
    #[default]
    Text,
    /// For programs: one JSON value
    Json,
}

/// `--format`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct FormatArg {
    /// How the result is written
    #[arg(long, value_enum, default_value_t)]
    pub format: OutputFormat,
}
