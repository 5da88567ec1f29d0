//! What can go wrong with users.

use super::{MAX_PASSWORD_BYTES, MIN_PASSWORD_LETTERS};
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why something about users was not done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AccessError {
    #[error(
        "a user's name has 1 to 64 letters without marks (a to z), digits, dots, hyphens or underscores, and begins with a letter"
    )]
    WrongName,

    #[error("there is a user {name} already")]
    NameTaken { name: String },

    #[error("there is no user {name}")]
    UnknownUser { name: String },

    #[error(
        "a password has at least {MIN_PASSWORD_LETTERS} letters, at most {MAX_PASSWORD_BYTES} bytes, and is not the user's name"
    )]
    WeakPassword,

    /// An archive must not be left without somebody who looks after its users.
    #[error("{name} is the last administrator; make somebody else one first")]
    LastAdministrator { name: String },

    #[error("{} is no list of users of this program, or one of a later version", path.display())]
    NotOurs { path: PathBuf },

    #[error("{} cannot be used", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },

    #[error("the list of users failed while {action}")]
    Store {
        action: &'static str,
        #[source]
        source: rusqlite::Error,
    },

    #[error("the system gives no random numbers")]
    NoRandomness,

    #[error("the password cannot be hashed: {0}")]
    Hashing(String),
}
