//! Page workers: child processes that parse files from outside.
//!
//! A PDF may be made to crash or to exhaust a parser. So the parent only opens
//! a file; its descriptor goes to a child (the same program, with a hidden
//! subcommand), which takes the page out, reads it with Tesseract and sends
//! words back. Before it sees the first byte the child gives up the file
//! system, the network and starting programs (`confine`); its memory and the
//! processor's time for one page (`limit`) are bounded. A child can be started to
//! draw pages for people only; it never loads Tesseract and is ready in
//! milliseconds. A child that dies or hangs costs one page, which is tried once
//! more with a fresh child.
//!
//! | file | subject |
//! |---|---|
//! | `protocol` | the messages and their framing |
//! | `belief` | what the parent believes of a child's answers |
//! | `child` | the loop in the child |
//! | `confine` | what the child gives up |
//! | `limit` | how long a child may work at one thing |
//! | `picture` | a page as a picture for people |
//! | `process` | one child, seen from the parent |
//! | `pool` | all children, and the second try |

pub(crate) mod belief;
mod child;
pub(crate) mod confine;
pub(crate) mod limit;
mod picture;
mod pool;
mod process;
pub(crate) mod protocol;

pub use child::run as run_child;
pub use limit::{Exceeded, WorkLimit};
pub use picture::{MAX_WIDTH_PX, PagePicture, PictureSize};
pub use pool::{Document, WorkerPool};
pub use process::{WorkError, WorkerSettings};
pub use protocol::{OpenedDocument, PageTimings, PageWork};
