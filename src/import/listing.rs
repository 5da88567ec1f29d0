//! Paths from a list, such as another program prints.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// What ends a path in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathEnd {
    /// A line end, of Unix or Windows.
    Line,
    /// A zero byte, as `find -print0` writes it: a file name may hold a line end.
    Null,
}

/// The paths of a list, in its order. Empty ones are none.
pub fn paths_of_list(list: &[u8], end: PathEnd) -> Vec<PathBuf> {
    let byte = match end {
        PathEnd::Line => b'\n',
        PathEnd::Null => 0,
    };
    list.split(|found| *found == byte)
        .map(|path| match end {
            PathEnd::Line => path.strip_suffix(b"\r").unwrap_or(path),
            PathEnd::Null => path,
        })
        .filter(|path| !path.is_empty())
        .map(|path| PathBuf::from(OsStr::from_bytes(path)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_zero_bytes_end_paths() {
        let lines = paths_of_list("công văn.pdf\r\n\nb.pdf".as_bytes(), PathEnd::Line);
        assert_eq!(lines, [PathBuf::from("công văn.pdf"), "b.pdf".into()]);
        let nulls = paths_of_list(b"a\nb.pdf\0c.pdf\0", PathEnd::Null);
        assert_eq!(nulls, [PathBuf::from("a\nb.pdf"), "c.pdf".into()]);
    }
}
