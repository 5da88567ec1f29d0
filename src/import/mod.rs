//! Folders of files in, archive out: all stages together, in parallel.
//!
//! | file | subject |
//! |---|---|
//! | `discover` | which files a path stands for |
//! | `read` | one file to restored pages, without an archive |
//! | `queue` | what is to be done next: pages before further files |
//! | `batch` | the threads that work through the queue into the archive |
//! | `record` | the record of a document's pages, with what people set |
//! | `report` | what came of it, and progress on the way |
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
mod queue;
mod read;
mod record;
mod report;

pub use batch::{ImportError, ImportSettings, import};
pub use discover::{Discovery, discover};
pub use read::{
    DocumentPages, PageRange, PageResult, ReadError, ReadPage, ReadSettings, open_scan,
    read_document,
};
pub(crate) use record::{record_of, registered_fields, set_field};
pub use report::{ImportEvent, ImportReport};
