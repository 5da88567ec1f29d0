//! Searchable PDFs: the pages as they are, and what was read as hidden text over
//! them.
//!
//! The original is never touched: a copy is a second file, linked to it by its
//! SHA-256. A PDF's objects are taken over; other sources, and PDFs whose objects
//! cannot be trusted, get a PDF built round their page images. Bytes from outside
//! are parsed in a confined child process, which sends the copy back.
//!
//! | file | subject |
//! |---|---|
//! | `job` | what a copy is to hold; the messages to the child |
//! | `archived` | what the copy of a paper of the archive holds |
//! | `contents` | title and bookmarks from what was read |
//! | `writer` | the parent's side |
//! | `child` | the child's side |
//! | `taken_over` | a PDF's objects and the text |
//! | `parted` | some pages of it, and nothing of the others |
//! | `old_text`, `operators` | taking an earlier hidden text out |
//! | `silent` | fonts with a wrong map of letters made silent |
//! | `signatures` | taking signatures out of a copy |
//! | `built` | a PDF round page images |
//! | `text` | the hidden text as a content stream |
//! | `lines`, `shapes`, `spacing` | how its words are set: baseline, height, width |
//! | `font`, `font_program`, `advances` | its fonts |
//! | `archival` | the output intent of PDF/A-2b, with its profile of sRGB |
//! | `metadata` | information dictionary, XMP, bookmarks |

mod advances;
mod archival;
mod archived;
mod built;
mod child;
mod contents;
mod font;
mod font_program;
mod job;
mod lines;
mod metadata;
mod old_text;
mod operators;
mod parted;
mod shapes;
mod signatures;
mod silent;
mod spacing;
mod taken_over;
mod text;
mod writer;

pub use archived::copy_contents;
pub use child::{CopyChildSettings, run as run_child};
pub use contents::{PaperNames, bookmarks, describe};
pub use job::{
    Bookmark, CopyDescription, CopyHead, CopyKind, CopyPage, CopySummary, CopyWord, PageText,
};
pub use writer::{CopyError, CopySettings, OpenCopy};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// Packs bytes with Flate as well as it can.
fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let _ = encoder.write_all(content);
    encoder.finish().unwrap_or_default()
}

/// The texts that are laid over pages.
fn texts<'a>(pages: impl Iterator<Item = &'a CopyPage>) -> impl Iterator<Item = &'a str> {
    pages
        .filter(|page| page.text != PageText::Keep)
        .flat_map(|page| page.lines.iter().flatten())
        .map(|word| word.text.as_str())
}

/// The numbers of the pages that a copy of `page_count` pages has.
fn wanted_pages(page_count: u32, head: &CopyHead) -> Vec<u32> {
    let is_wanted = |page_number: &u32| {
        head.only_pages
            .as_ref()
            .is_none_or(|pages| pages.contains(page_number))
    };
    (1..=page_count).filter(is_wanted).collect()
}
