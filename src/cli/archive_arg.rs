//! `--archive`, the same for every command that has one.

use super::Failure;
use crate::archive::Archive;
use std::path::{Path, PathBuf};

/// Where the archive is.
#[derive(Debug, Clone, clap::Args)]
pub struct ArchiveArg {
    /// Folder of the archive
    #[arg(
        long = "archive",
        value_name = "DIR",
        env = "VANTHU_ARCHIVE",
        default_value = "./archive"
    )]
    dir: PathBuf,
}

impl ArchiveArg {
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Opens the archive, which must be there.
    pub fn open(&self) -> Result<Archive, Failure> {
        Ok(Archive::open(&self.dir)?)
    }

    /// Opens the archive or makes a new one.
    pub fn open_or_create(&self) -> Result<Archive, Failure> {
        Ok(Archive::open_or_create(&self.dir)?)
    }
}
