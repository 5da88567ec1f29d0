//! Taking files in that a browser sends: streamed to a folder of their own inside
//! the archive, under names of our making, bounded in number, size and time.
//! Nothing of them is parsed here; a look at the first bytes tells whether they
//! can be a scan at all.

use crate::scan::SourceKind;
use crate::server::access::{FORM_TOKEN, Visitor, check_token, too_large, too_slow};
use crate::server::error::ApiError;
use crate::server::jobs::{UPLOAD_PREFIX, UPLOADS};
use axum::extract::Multipart;
use axum::extract::multipart::Field;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, timeout};
use unicode_normalization::UnicodeNormalization;

/// All files of one upload, bytes.
pub(super) const MAX_UPLOAD_BYTES: u64 = 2 * 1024 * 1024 * 1024;
pub(super) const MAX_FILES: usize = 200;
/// The next bytes must come within this time.
const MAX_GAP: Duration = Duration::from_secs(15);
/// All of an upload.
const MAX_TIME: Duration = Duration::from_secs(30 * 60);
/// Bytes looked at to tell a scan.
const HEAD_BYTES: usize = 2_048;
/// Letters kept of a name that the browser gave.
const MAX_NAME_LETTERS: usize = 100;
/// The form's token.
const MAX_FIELD_BYTES: usize = 256;

/// What came.
pub(super) struct Uploaded {
    pub staging: TempDir,
    pub files: Vec<PathBuf>,
    /// Names of files that are no scans.
    pub refused: Vec<String>,
}

/// Takes the files of a form. Its token must come before the first file.
pub(super) async fn receive(
    visitor: &Visitor,
    archive_dir: &Path,
    mut form: Multipart,
) -> Result<Uploaded, ApiError> {
    let end = Instant::now() + MAX_TIME;
    let mut is_ours = false;
    let mut n_bytes = 0;
    let mut uploaded: Option<Uploaded> = None;
    loop {
        let next = timeout(MAX_GAP, form.next_field()).await;
        let Some(field) = next.map_err(|_| too_slow())?.map_err(wrong_upload)? else {
            break;
        };
        if field.file_name().is_none() {
            if field.name() == Some(FORM_TOKEN) {
                check_token(visitor, &small_text(field).await?)?;
                is_ours = true;
            }
            continue;
        }
        if !is_ours {
            check_token(visitor, "")?;
        }
        let uploaded = match &mut uploaded {
            Some(uploaded) => uploaded,
            none => none.insert(Uploaded {
                staging: staging(archive_dir)?,
                files: Vec::new(),
                refused: Vec::new(),
            }),
        };
        // A browser sends an empty file for a field that was left empty.
        if field.file_name() == Some("") {
            continue;
        }
        if uploaded.files.len() + uploaded.refused.len() >= MAX_FILES {
            return Err(too_large("too many files at once"));
        }
        take_file(field, uploaded, &mut n_bytes, end).await?;
    }
    if !is_ours {
        check_token(visitor, "")?;
    }
    uploaded.ok_or_else(|| ApiError::bad_request("no_files", "no files were sent"))
}

fn staging(archive_dir: &Path) -> Result<TempDir, ApiError> {
    let uploads = archive_dir.join(UPLOADS);
    std::fs::create_dir_all(&uploads)
        .and_then(|()| {
            tempfile::Builder::new()
                .prefix(UPLOAD_PREFIX)
                .tempdir_in(&uploads)
        })
        .map_err(|error| ApiError::internal(&error))
}

async fn take_file(
    mut field: Field<'_>,
    uploaded: &mut Uploaded,
    n_bytes: &mut u64,
    end: Instant,
) -> Result<(), ApiError> {
    let name = safe_name(field.file_name().unwrap_or_default());
    let number = uploaded.files.len() + uploaded.refused.len() + 1;
    // A folder a file: two files of one name keep it.
    let folder = uploaded.staging.path().join(number.to_string());
    tokio::fs::create_dir(&folder)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let path = folder.join(&name);
    let mut file = tokio::fs::File::create(&path)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let mut head: Vec<u8> = Vec::new();
    loop {
        if Instant::now() > end {
            return Err(too_slow());
        }
        let chunk = timeout(MAX_GAP, field.chunk()).await;
        let Some(chunk) = chunk.map_err(|_| too_slow())?.map_err(wrong_upload)? else {
            break;
        };
        *n_bytes += chunk.len() as u64;
        if *n_bytes > MAX_UPLOAD_BYTES {
            return Err(too_large("the files are too large together"));
        }
        if head.len() < HEAD_BYTES {
            let n_wanted = (HEAD_BYTES - head.len()).min(chunk.len());
            head.extend_from_slice(&chunk[..n_wanted]);
        }
        tokio::io::AsyncWriteExt::write_all(&mut file, &chunk)
            .await
            .map_err(|error| ApiError::internal(&error))?;
    }
    tokio::io::AsyncWriteExt::flush(&mut file)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    match SourceKind::detect(&head) {
        Some(_) => uploaded.files.push(path),
        None => {
            let _ = tokio::fs::remove_file(&path).await;
            uploaded.refused.push(name);
        }
    }
    Ok(())
}

async fn small_text(mut field: Field<'_>) -> Result<String, ApiError> {
    let mut bytes: Vec<u8> = Vec::new();
    loop {
        let chunk = timeout(MAX_GAP, field.chunk()).await;
        match chunk.map_err(|_| too_slow())?.map_err(wrong_upload)? {
            None => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Some(chunk) if bytes.len() + chunk.len() > MAX_FIELD_BYTES => {
                return Err(too_large("a field of the form is too long"));
            }
            Some(chunk) => bytes.extend_from_slice(&chunk),
        }
    }
}

fn wrong_upload(error: axum::extract::multipart::MultipartError) -> ApiError {
    ApiError::new(error.status(), "wrong_upload", "the upload cannot be read")
}

/// A name that is only a name: the last part of what was sent, without anything
/// that means something to a file system or a terminal.
fn safe_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_kept = |letter: &char| {
        letter.is_alphanumeric() || matches!(letter, ' ' | '.' | '-' | '_' | '(' | ')' | ',' | '+')
    };
    let letters: Vec<char> = last.nfc().filter(is_kept).collect();
    // The ending is worth more than the middle of a long name.
    let start = letters.len().saturating_sub(MAX_NAME_LETTERS);
    let name: String = letters[start..].iter().collect();
    let name = name.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    match name.is_empty() {
        true => "scan".to_owned(),
        false => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::safe_name;
    use proptest::prelude::*;

    #[test]
    fn names_are_only_names() {
        for (sent, name) in [
            ("công văn số 5.pdf", "công văn số 5.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\scans\\a.tif", "a.tif"),
            ("..", "scan"),
            ("", "scan"),
            (".htaccess", "htaccess"),
            ("a\0b\r\n.pdf", "ab.pdf"),
            ("<script>.pdf", "script.pdf"),
        ] {
            assert_eq!(safe_name(sent), name, "{sent:?}");
        }
        assert!(safe_name(&format!("{}.pdf", "x".repeat(900))).ends_with("x.pdf"));
    }

    proptest! {
        #[test]
        fn no_name_leads_elsewhere(sent in "\\PC{0,150}|[./\\\\a\\x00]{0,40}") {
            let name = safe_name(&sent);
            prop_assert!(!name.is_empty() && name.len() <= 400);
            prop_assert!(!name.contains(['/', '\\', '\0']) && !name.starts_with('.'));
            let path = std::path::Path::new("/staging").join(&name);
            prop_assert_eq!(path.parent(), Some(std::path::Path::new("/staging")));
        }
    }
}
