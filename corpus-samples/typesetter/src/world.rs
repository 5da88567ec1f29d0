//! What typst may see: the files of `documents/` and the fonts of `fonts/`, nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::Result;

/// The files and fonts that every sample is set from.
pub struct Press {
    documents: PathBuf,
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Press {
    /// Loads the fonts of `root/fonts`, in the order of their names.
    pub fn open(root: &Path) -> Result<Self> {
        let mut paths: Vec<PathBuf> = fs::read_dir(root.join("fonts"))?
            .map(|entry| entry.map(|e| e.path()))
            .collect::<std::io::Result<_>>()?;
        paths.retain(|path| path.extension().is_some_and(|e| e == "ttf"));
        paths.sort();
        let mut fonts = Vec::new();
        for path in &paths {
            fonts.extend(Font::iter(Bytes::new(fs::read(path)?)));
        }
        Ok(Self {
            documents: root.join("documents"),
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
        })
    }

    /// The world in which `name` (a file of `documents/`) is the main file.
    pub fn sheet(&self, name: &str) -> Result<Sheet<'_>> {
        let path = VirtualPath::new(name).map_err(|e| format!("{name}: {e:?}"))?;
        let main = RootedPath::new(VirtualRoot::Project, path).intern();
        Ok(Sheet { press: self, main })
    }
}

/// A [`Press`] with one main file in it.
pub struct Sheet<'a> {
    press: &'a Press,
    main: FileId,
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let bytes = self.file(id)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text.into()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let path = self
            .press
            .documents
            .join(id.get().vpath().get_without_slash());
        let bytes = fs::read(&path).map_err(|e| FileError::from_io(e, &path))?;
        Ok(Bytes::new(bytes))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    /// Samples know no present day.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
