//! `vanthu serve`: the archive over HTTP, for people and for programs.

use super::archive_arg::ArchiveArg;
use super::reading_args::ReadingArgs;
use super::{ExitStatus, Failure, output};
use crate::access::AccessStore;
use crate::import::ImportSettings;
use crate::server::{self, ServerSettings};
use std::net::SocketAddr;
use std::sync::Arc;

/// Serve the archive: the web page, and the JSON API
///
/// Open the address it prints in a browser. The description of the API is at
/// /api/openapi.json. Without users (`vanthu user add`) only addresses of this
/// machine can be listened on, and everybody there may do everything.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    #[command(flatten)]
    archive: ArchiveArg,
    /// Serve the JSON API only, without the page
    #[arg(long)]
    api: bool,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Refuse imports over the API
    #[arg(long)]
    read_only: bool,
    #[command(flatten)]
    reading: ReadingArgs,
}

pub fn run(args: &ServeArgs) -> Result<ExitStatus, Failure> {
    let archive = args.archive.open_or_create()?;
    let users = AccessStore::open_or_create(archive.dir())?;
    let has_users = users.has_users()?;
    if !args.listen.ip().is_loopback() && !has_users {
        return Err(Failure::new(
            ExitStatus::Usage,
            anyhow::anyhow!(
                "others can reach {}, and the archive has no users yet; add one with \
                 `vanthu user add NAME --role administrator`, or listen on 127.0.0.1",
                args.listen
            ),
        ));
    }
    if has_users && !users.has_administrator()? {
        output::tell(
            "vanthu: no administrator can log in, so that nobody looks after the users; make \
             somebody one with `vanthu user role NAME administrator`",
        );
    }
    let import = match args.read_only {
        true => None,
        false => Some(ImportSettings {
            read: args.reading.settings()?,
            retry_failed: false,
            splits_stacks: false,
            manifest: None,
            stop: Arc::default(),
        }),
    };
    let settings = ServerSettings {
        import,
        has_pages: !args.api,
        ..ServerSettings::default()
    };
    let way_in = if args.api { "api/openapi.json" } else { "" };
    server::serve(archive, args.listen, settings, |address| {
        output::tell(&format!("vanthu: listening on http://{address}/{way_in}"));
    })
    .map_err(|error| Failure::system(anyhow::anyhow!("{}: {error}", args.listen)))?;
    Ok(ExitStatus::Success)
}
