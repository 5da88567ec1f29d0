//! vanthu reads scanned Vietnamese administrative documents, restores their
//! text, registers them and makes them searchable.
//!
//! # The map: folders read as the way of the data
//!
//! ```text
//! files ─▶ scan ─▶ ocr ─▶ restore ─▶ extract ─▶ archive ─▶ index ─▶ search · server · export
//!          pages    words   words      record     SQLite +    tantivy
//!          as       with    with raw   (JSON)     originals
//!          images   boxes   and
//!                           restored text
//! ```
//!
//! | module | takes | gives |
//! |---|---|---|
//! | [`scan`] | the bytes of a PDF, TIFF, PNG or JPEG | one [`scan::PageImage`] a page, or the text it has already |
//! | [`ocr`] | a page image | a [`ocr::PageReading`]: lines of words with box, confidence, alternatives; doubtful words are read twice, and [`restore::Plausibility`] helps to choose |
//! | [`vietnamese`] | — | the language: syllables, tones, folding, normal forms |
//! | [`restore`] | a page reading, or plain text | [`restore::RestoredPage`]: each word raw and restored |
//! | [`extract`] | restored pages, or plain text | the record |
//! | [`authority`] | the name of an agency or unit | its entries in the list, what came before and after |
//! | [`archive`] | original, pages, record | catalogue (SQLite) and originals by SHA-256 |
//! | [`index`] | catalogued documents | a tantivy index and the answers to queries |
//! | [`worker`] | a file and a page number | the same page read in a confined child process |
//! | [`import`] | folders of files | all of the above, in parallel, going on after an interruption |
//! | [`review`] | what people decided about words and fields | corrections over what was read, page and record made anew |
//! | [`export`] | the archive | its papers and targets as CSV, JSON or Parquet; its papers as searchable PDFs ([`export::pdf`]) |
//! | [`access`] | names, passwords, tokens | who may use the archive over the network, and the log of what they did |
//! | [`server`] | HTTP requests | the web page and the JSON API over archive and index |
//! | [`cli`] | arguments | one file a subcommand; the only place that prints |
//!
//! Invariants:
//! * Only confined child processes ([`worker`], and [`export::pdf`] for copies)
//!   parse files that came from outside; the parent process sees their bytes only
//!   to hash, copy and hand them over.
//! * The catalogue is the truth; the index can be rebuilt from it at any time.
//! * [`restore`] never changes a number or a date; raw and restored text are both kept.
//! * Nothing is ever written into a user's input folder.

pub mod access;
pub mod archive;
pub mod authority;
pub mod cli;
pub mod export;
pub mod extract;
pub mod geometry;
pub mod import;
pub mod index;
pub mod ocr;
pub mod restore;
pub mod review;
pub mod scan;
pub mod server;
pub mod vietnamese;
pub mod worker;
