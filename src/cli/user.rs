//! `vanthu user`: who may use the archive over the network.

use super::archive_arg::ArchiveArg;
use super::format_arg::{FormatArg, OutputFormat};
use super::{ExitStatus, Failure, output};
use crate::access::{AccessError, AccessStore, Role, UserName};
use clap::Subcommand;
use std::fmt::Write;
use std::io::{BufRead, IsTerminal, Read};
use std::time::Duration;

/// Add, list and remove the people who may use the archive over the network
///
/// Without users, `vanthu serve` serves this machine only and asks nobody who
/// they are. With users, everybody logs in, on this machine too.
#[derive(Debug, clap::Args)]
pub struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add a user; the password is asked for, or read as a line from stdin
    Add {
        name: String,
        /// What the user may do
        #[arg(long, value_enum, default_value = "reader")]
        role: Role,
        #[command(flatten)]
        archive: ArchiveArg,
    },
    /// List the users and the tokens of programs
    List {
        #[command(flatten)]
        archive: ArchiveArg,
        #[command(flatten)]
        format: FormatArg,
    },
    /// Remove a user, with their sessions and tokens
    Remove {
        name: String,
        #[command(flatten)]
        archive: ArchiveArg,
    },
    /// Give a user a new password, asked for or read as a line from stdin
    Password {
        name: String,
        #[command(flatten)]
        archive: ArchiveArg,
    },
    /// Give a user another role
    Role {
        name: String,
        #[arg(value_enum, required_unless_present = "role_option")]
        role: Option<Role>,
        /// The same, as for `add`
        #[arg(
            long = "role",
            value_enum,
            value_name = "ROLE",
            conflicts_with = "role"
        )]
        role_option: Option<Role>,
        #[command(flatten)]
        archive: ArchiveArg,
    },
    /// Let a user in no more, and keep the name
    Disable {
        name: String,
        #[command(flatten)]
        archive: ArchiveArg,
    },
    /// Let a disabled user in again
    Enable {
        name: String,
        #[command(flatten)]
        archive: ArchiveArg,
    },
    /// Make a token for a program that asks the JSON API in a user's name, and
    /// print it; it is not shown again
    Token {
        name: String,
        /// What the token is for
        #[arg(long, default_value = "")]
        label: String,
        /// Days until it ends
        #[arg(long, value_name = "N", default_value_t = 90,
              value_parser = clap::value_parser!(u64).range(1..=3650))]
        days: u64,
        #[command(flatten)]
        archive: ArchiveArg,
    },
    /// Take a token back, by its number in the list
    Revoke {
        id: i64,
        #[command(flatten)]
        archive: ArchiveArg,
    },
}

/// A password is a line; nobody sends more.
const MAX_LINE_BYTES: u64 = 4096;

pub fn run(args: &UserArgs) -> Result<ExitStatus, Failure> {
    match &args.command {
        UserCommand::Add {
            name,
            role,
            archive,
        } => {
            let name = UserName::parse(name)?;
            // The first user may come before the first paper.
            let archive = archive.open_or_create()?;
            let store = AccessStore::open_or_create(archive.dir())?;
            store.add_user(&name, *role, &password()?)?;
            note(&store, "add user", &with_role(&name, *role));
            if !store.has_administrator()? {
                output::tell(
                    "vanthu: nobody can look after the users yet; make somebody an administrator \
                     with `vanthu user role NAME administrator`",
                );
            }
        }
        UserCommand::List { archive, format } => list(&open(archive)?, format)?,
        UserCommand::Remove { name, archive } => {
            let (name, store) = (UserName::parse(name)?, open(archive)?);
            store.remove_user(&name)?;
            note(&store, "remove user", name.as_str());
            if !store.has_users()? {
                output::tell(
                    "vanthu: no users are left; a server that runs now lets nobody in until \
                     there are users again or it is started anew on 127.0.0.1",
                );
            }
        }
        UserCommand::Password { name, archive } => {
            let (name, store) = (UserName::parse(name)?, open(archive)?);
            store.set_password(&name, &password()?)?;
            note(&store, "set password", name.as_str());
        }
        UserCommand::Role {
            name,
            role,
            role_option,
            archive,
        } => {
            let (name, store) = (UserName::parse(name)?, open(archive)?);
            // One of the two was given.
            if let Some(role) = role.or(*role_option) {
                store.set_role(&name, role)?;
                note(&store, "set role", &with_role(&name, role));
            }
        }
        UserCommand::Disable { name, archive } => {
            let (name, store) = (UserName::parse(name)?, open(archive)?);
            store.set_disabled(&name, true)?;
            note(&store, "disable user", name.as_str());
        }
        UserCommand::Enable { name, archive } => {
            let (name, store) = (UserName::parse(name)?, open(archive)?);
            store.set_disabled(&name, false)?;
            note(&store, "enable user", name.as_str());
        }
        UserCommand::Token {
            name,
            label,
            days,
            archive,
        } => {
            let lasts = Duration::from_secs(days * 24 * 3600);
            let (name, store) = (UserName::parse(name)?, open(archive)?);
            let token = store.add_bearer(&name, label, lasts)?;
            note(&store, "add token", &format!("{} {label}", name.as_str()));
            output::print(token.as_str())?;
        }
        UserCommand::Revoke { id, archive } => {
            let store = open(archive)?;
            if !store.remove_bearer(*id)? {
                return Err(Failure::input(anyhow::anyhow!("there is no token {id}")));
            }
            note(&store, "revoke token", &id.to_string());
        }
    }
    Ok(ExitStatus::Success)
}

/// Adds to the log what was done. What is done is done, also where the log cannot
/// be written.
fn note(store: &AccessStore, action: &'static str, detail: &str) {
    if let Err(error) = store.note_here(action, detail) {
        output::tell(&format!("vanthu: the log could not be written: {error}"));
    }
}

fn with_role(name: &UserName, role: Role) -> String {
    format!("{} {}", name.as_str(), role.as_str())
}

/// The users of an archive, which must be there.
fn open(archive: &ArchiveArg) -> Result<AccessStore, Failure> {
    let archive = archive.open()?;
    Ok(AccessStore::open_or_create(archive.dir())?)
}

fn list(store: &AccessStore, format: &FormatArg) -> Result<(), Failure> {
    let (users, tokens) = (store.users()?, store.bearers()?);
    if format.format == OutputFormat::Json {
        return output::print_json(&serde_json::json!({"users": users, "tokens": tokens}));
    }
    let mut text = String::new();
    for user in &users {
        let state = if user.is_disabled { "  disabled" } else { "" };
        let _ = writeln!(text, "{:<24}{}{state}", user.name, user.role.as_str());
    }
    for token in &tokens {
        let _ = writeln!(
            text,
            "token {:<18}{}  {}",
            token.token_id, token.user, token.label
        );
    }
    if text.is_empty() {
        text.push_str("no users; `vanthu user add NAME --role administrator` adds the first\n");
    }
    output::print(&text)
}

/// Asks for a password, twice and unseen, or reads a line from stdin.
fn password() -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .take(MAX_LINE_BYTES)
            .read_line(&mut line)
            .map_err(Failure::input)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let ask = |prompt: &str| rpassword::prompt_password(prompt).map_err(Failure::system);
    let password = ask("Password: ")?;
    if ask("Once more: ")? != password {
        return Err(Failure::input(anyhow::anyhow!(
            "the two passwords are not the same"
        )));
    }
    Ok(password)
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        let status = match &error {
            AccessError::File { .. } | AccessError::NoRandomness => ExitStatus::System,
            AccessError::Store { .. } | AccessError::NotOurs { .. } => ExitStatus::Archive,
            AccessError::WrongName => ExitStatus::Usage,
            _ => ExitStatus::Input,
        };
        Self::new(status, error)
    }
}
