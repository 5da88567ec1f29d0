//! One door to all kinds of source files.

use super::image_file::{JpegFile, PngFile, StoredPicture, TiffFile, stored_jpeg, stored_png};
use super::pdf::{PdfFile, PdfPagePlace};
use super::raster::Raster;
use super::{Limits, PageImage, PageSource, ScanError, TextLayer};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How far into a file the PDF header may stand (PDF 1.7, implementation note 13).
const PDF_HEADER_WINDOW_BYTES: usize = 1024;

/// The kinds of file that hold pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    Pdf,
    Tiff,
    Png,
    Jpeg,
}

impl SourceKind {
    /// The kind told by the first bytes of a file (1,024 are enough), whatever
    /// its name says.
    pub fn detect(first_bytes: &[u8]) -> Option<Self> {
        let window = &first_bytes[..first_bytes.len().min(PDF_HEADER_WINDOW_BYTES)];
        if first_bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if first_bytes.starts_with(b"\xFF\xD8\xFF") {
            Some(Self::Jpeg)
        } else if [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]
            .iter()
            .any(|magic| first_bytes.starts_with(*magic))
        {
            Some(Self::Tiff)
        } else if window.windows(5).any(|bytes| bytes == b"%PDF-") {
            Some(Self::Pdf)
        } else {
            None
        }
    }

    /// The name people know the kind by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Tiff => "TIFF",
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
        }
    }
}

/// The bytes of a file, shared without copying (they may be a memory map).
#[derive(Clone)]
pub(crate) struct SourceBytes(Arc<dyn AsRef<[u8]> + Send + Sync>);

impl AsRef<[u8]> for SourceBytes {
    fn as_ref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

/// An opened file whose pages can be turned into images one by one.
pub struct SourceDocument {
    kind: SourceKind,
    limits: Limits,
    page_count: u32,
    bytes: SourceBytes,
    reader: Reader,
}

enum Reader {
    Pdf(PdfFile),
    Tiff(TiffFile),
    Png(PngFile),
    Jpeg(JpegFile),
}

/// What a reader gives for one page.
pub(crate) struct ReadPage {
    pub(crate) raster: Raster,
    pub(crate) resolution_dpi: u32,
    pub(crate) source: PageSource,
}

/// The picture that a page would be drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawnSize {
    pub width_px: u32,
    pub height_px: u32,
    pub resolution_dpi: u32,
}

impl SourceDocument {
    /// Looks into a file: its kind and its pages. No page is decoded yet.
    ///
    /// # Errors
    /// [`ScanError`] when the file is empty, of another kind, encrypted, has no
    /// pages or is damaged beyond repair.
    pub fn open(
        bytes: impl AsRef<[u8]> + Send + Sync + 'static,
        limits: Limits,
    ) -> Result<Self, ScanError> {
        let bytes = SourceBytes(Arc::new(bytes));
        let all = bytes.as_ref();
        if all.is_empty() {
            return Err(ScanError::Empty);
        }
        let kind = SourceKind::detect(all)
            .or_else(|| is_pdf_without_header(all).then_some(SourceKind::Pdf));
        let Some(kind) = kind else {
            return Err(ScanError::UnknownFormat {
                looks_like: looks_like(all).to_owned(),
            });
        };
        let what = format!("the {} file", kind.name());
        let (reader, page_count) = fenced(&what, || {
            Ok(match kind {
                SourceKind::Pdf => {
                    let file = PdfFile::open(bytes.clone())?;
                    let count = file.page_count();
                    (Reader::Pdf(file), count)
                }
                SourceKind::Tiff => {
                    let file = TiffFile::open(bytes.clone(), &limits)?;
                    let count = file.page_count();
                    (Reader::Tiff(file), count)
                }
                SourceKind::Png => (Reader::Png(PngFile::new(bytes.clone())), 1),
                SourceKind::Jpeg => (Reader::Jpeg(JpegFile::new(bytes.clone())), 1),
            })
        })?;
        if page_count == 0 {
            return Err(if kind == SourceKind::Pdf && !ends_as_pdf(all) {
                ScanError::damaged("the PDF file", "it breaks off before its end")
            } else {
                ScanError::NoPages { kind }
            });
        }
        Ok(Self {
            kind,
            page_count: page_count.min(limits.max_pages),
            limits,
            bytes,
            reader,
        })
    }

    /// What kind of file it is.
    pub fn kind(&self) -> SourceKind {
        self.kind
    }

    /// How many pages there are, at most [`Limits::max_pages`].
    pub fn page_count(&self) -> u32 {
        self.page_count
    }

    /// The text that a page already has; `page_number` is 1-based. Only pages of
    /// PDFs have any. A page that cannot be taken apart has none: its picture
    /// says why.
    pub fn text_layer(&self, page_number: u32) -> TextLayer {
        let Reader::Pdf(file) = &self.reader else {
            return TextLayer::default();
        };
        fenced("the text", || file.read_text(page_number, &self.limits)).unwrap_or_default()
    }

    /// Size in pixels and resolution of the picture that a page would be drawn
    /// as, without drawing it; `None` where only a picture can be taken out.
    pub fn drawn_size(&self, page_number: u32) -> Option<DrawnSize> {
        match &self.reader {
            Reader::Pdf(file) => file.drawn_size(page_number, &self.limits),
            _ => None,
        }
    }

    /// Where a page (1-based) of a PDF stands in the file and how it is turned;
    /// `None` for other files.
    pub fn pdf_page_place(&self, page_number: u32) -> Option<PdfPagePlace> {
        let Reader::Pdf(file) = &self.reader else {
            return None;
        };
        fenced("the page", || Ok(file.page_place(page_number))).ok()?
    }

    /// Whether a PDF has an object of that number and generation.
    pub fn has_pdf_object(&self, object: (u32, u16)) -> bool {
        let Reader::Pdf(file) = &self.reader else {
            return false;
        };
        fenced("an object", || Ok(file.has_object(object))).unwrap_or_default()
    }

    /// The stored bytes of a stream of a PDF; `None` where there is no such stream.
    pub fn raw_pdf_stream(&self, object: (u32, u16)) -> Option<Vec<u8>> {
        let Reader::Pdf(file) = &self.reader else {
            return None;
        };
        fenced("a stream", || Ok(file.raw_stream(object))).ok()?
    }

    /// The bytes of the whole file.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// The picture of a JPEG or PNG file in its stored coding, where a PDF can
    /// hold it so.
    pub fn stored_picture(&self) -> Option<StoredPicture> {
        match self.kind {
            SourceKind::Jpeg => stored_jpeg(self.bytes()),
            SourceKind::Png => stored_png(self.bytes()),
            SourceKind::Pdf | SourceKind::Tiff => None,
        }
    }

    /// The picture of a page, upright; `page_number` is 1-based.
    ///
    /// # Errors
    /// [`ScanError`] when the page does not exist or cannot be decoded. Other
    /// pages of the file may still be readable.
    pub fn page_image(&self, page_number: u32) -> Result<PageImage, ScanError> {
        if page_number == 0 || page_number > self.page_count {
            return Err(ScanError::NoSuchPage {
                page_number,
                page_count: self.page_count,
            });
        }
        let what = format!("page {page_number}");
        let page = fenced(&what, || match &self.reader {
            Reader::Pdf(file) => file.read_page(page_number, &self.limits),
            Reader::Tiff(file) => file.read_page(page_number, &self.limits),
            Reader::Png(file) => file.read(&self.limits),
            Reader::Jpeg(file) => file.read(&self.limits),
        })?;
        Ok(PageImage {
            page_number,
            width_px: page.raster.width_px,
            height_px: page.raster.height_px,
            resolution_dpi: page.resolution_dpi,
            is_incomplete: page.raster.is_incomplete,
            pixels: page.raster.pixels,
            source: page.source,
        })
    }
}

/// The one fence round decoders written by others: a panic becomes an error.
fn fenced<T>(what: &str, work: impl FnOnce() -> Result<T, ScanError>) -> Result<T, ScanError> {
    // Nothing that a panic may have left half done is used afterwards: each
    // call decodes from the unchanged bytes of the file.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        Err(ScanError::DecoderFailed {
            what: what.to_owned(),
            detail: panic_message(&*panic).to_owned(),
        })
    })
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown reason")
}

/// What a file of no known kind looks like, for the error message.
fn looks_like(bytes: &[u8]) -> &'static str {
    const SIGNATURES: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "a ZIP archive or an Office document"),
        (b"\xD0\xCF\x11\xE0", "an old Office document"),
        (b"{\\rtf", "a rich text document"),
        (b"RIFF", "a WebP picture or a recording"),
        (b"GIF8", "a GIF picture"),
        (b"BM", "a BMP picture"),
        (b"\0\0\0\x0CjP  ", "a JPEG 2000 picture"),
        (b"\xFF\x4F\xFF\x51", "a JPEG 2000 picture"),
        (b"Rar!", "a RAR archive"),
        (b"7z\xBC\xAF", "a 7z archive"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"%!PS", "a PostScript file"),
        (b"AT&TFORM", "a DjVu document"),
    ];
    let window = &bytes[..bytes.len().min(PDF_HEADER_WINDOW_BYTES)];
    if let Some((_, name)) = SIGNATURES
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
    {
        name
    } else if bytes.get(4..8) == Some(b"ftyp") {
        "a HEIC picture or a video"
    } else if window.iter().all(|byte| *byte == 0) {
        "a file of zeros"
    } else if is_html(window) {
        "a web page"
    } else if is_text(window) {
        "a plain text file"
    } else {
        "a file of an unknown kind"
    }
}

/// Whether this looks like a PDF whose beginning is lost or garbled; such files
/// can often be repaired.
fn is_pdf_without_header(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4096)];
    let end = &bytes[bytes.len().saturating_sub(1024)..];
    start.windows(4).any(|bytes| bytes == b" obj") || end.windows(5).any(|bytes| bytes == b"%%EOF")
}

fn is_html(window: &[u8]) -> bool {
    let start = window.trim_ascii_start().to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

fn is_text(window: &[u8]) -> bool {
    let valid = match std::str::from_utf8(window) {
        Ok(text) => text,
        // The window may cut a character in two.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&window[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !valid
        .chars()
        .any(|character| character.is_control() && !character.is_whitespace())
}

/// Whether the end mark of a PDF stands near the end (ISO 32000-1, 7.5.5).
fn ends_as_pdf(bytes: &[u8]) -> bool {
    const WINDOW_BYTES: usize = 2048;
    const END_MARK: &[u8] = b"%%EOF";
    bytes[bytes.len().saturating_sub(WINDOW_BYTES)..]
        .windows(END_MARK.len())
        .any(|window| window == END_MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_content() {
        assert_eq!(SourceKind::detect(b"%PDF-1.7"), Some(SourceKind::Pdf));
        assert_eq!(
            SourceKind::detect(b"\xEF\xBB\xBF\n%PDF-1.4"),
            Some(SourceKind::Pdf)
        );
        assert_eq!(
            SourceKind::detect(b"MM\0*\0\0\0\x08"),
            Some(SourceKind::Tiff)
        );
        assert_eq!(
            SourceKind::detect(b"\xFF\xD8\xFF\xE0"),
            Some(SourceKind::Jpeg)
        );
        assert_eq!(SourceKind::detect(b"hello"), None);
        let mut late = vec![b' '; 2000];
        late.extend_from_slice(b"%PDF-1.4");
        assert_eq!(SourceKind::detect(&late), None);
    }

    #[test]
    fn other_files_are_named_in_the_reason() {
        let reason = |bytes: &[u8]| {
            let result = SourceDocument::open(bytes.to_vec(), Limits::default());
            result
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default()
        };
        assert!(reason(b"").contains("empty"));
        assert!(reason("Kính gửi: các phòng".as_bytes()).contains("a plain text file"));
        assert!(reason(b"PK\x03\x04rest").contains("an Office document"));
        assert!(reason(&[0; 5000]).contains("a file of zeros"));
    }

    #[test]
    fn a_panic_of_a_decoder_becomes_an_error() {
        let result: Result<(), _> = fenced("page 3", || panic!("index out of bounds"));
        let error = result.expect_err("a panic");
        assert_eq!(error.kind(), "decoder_failed");
        assert!(error.to_string().contains("page 3") && error.to_string().contains("index"));
    }

    #[test]
    fn a_page_that_is_not_there_says_so() {
        let jpeg = SourceDocument::open(b"\xFF\xD8\xFF\xE0".to_vec(), Limits::default());
        let error = jpeg
            .and_then(|file| file.page_image(2))
            .expect_err("one page");
        assert_eq!(error.kind(), "no_such_page");
    }
}
