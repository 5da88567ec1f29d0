//! Folders of files in, archive out: all stages together, in parallel.
//!
//! | file | subject |
//! |---|---|
//! | `discover` | which files a path or a pattern stands for |
//! | `listing` | paths from a list |
//! | `watch` | a folder that files arrive in |
//! | `manifest` | a table that tells where in the store each paper stands |
//! | `read` | one file to restored pages, without an archive |
//! | `queue` | what is to be done next: pages before further files |
//! | `batch` | the threads that work through the queue into the archive |
//! | `stack` | where one paper ends and the next begins in a file of several |
//! | `record` | the record of a document's pages, with what people set |
//! | `report` | what came of it, and progress on the way |
//! | `run_report` | the account of an import file by file, as HTML and CSV |
//!
//! Decisions:
//! * A page is the unit of work. All cores work on the pages of one document
//!   before the next file is opened, so that documents are finished early.
//! * Files are registered one after the other in the order they were found;
//!   document numbers are then the same whether or not an import was interrupted.
//! * A page's outcome is stored as soon as it is there. A document is finished
//!   (record, index) by the thread that stored its last page.

mod batch;
mod discover;
mod listing;
mod manifest;
mod queue;
mod read;
mod record;
mod report;
mod run_report;
mod stack;
mod stamp;
mod watch;

pub use batch::{ImportError, ImportSettings, import};
pub use discover::{Discovery, discover};
pub use listing::{PathEnd, paths_of_list};
pub use manifest::{Manifest, ManifestError, ManifestReport};
pub use read::{
    DocumentPages, PageRange, PageResult, ReadError, ReadPage, ReadSettings, open_scan,
    read_document,
};
pub(crate) use record::{record_of, registered_fields, set_field};
pub use report::{ImportEvent, ImportReport};
pub use run_report::{RunReport, RunReportError};
pub use watch::Watch;
