//! Passwords: Argon2id (RFC 9106) with the parameters that OWASP recommends
//! (19 MiB, 2 passes, 1 lane), which are the crate's own.

use super::AccessError;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Letters that a password must have at least.
pub const MIN_PASSWORD_LETTERS: usize = 10;
/// Longer ones are refused unread: hashing must not become work for others.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// Hashes a new password.
///
/// # Errors
/// [`AccessError::WeakPassword`] for one that is too short, too long or the name.
pub(super) fn hash(name: &str, password: &str) -> Result<String, AccessError> {
    let password = composed(password);
    let is_short = password.chars().count() < MIN_PASSWORD_LETTERS;
    if is_short || password.len() > MAX_PASSWORD_BYTES || password.to_lowercase() == name {
        return Err(AccessError::WeakPassword);
    }
    hash_unchecked(&password).map_err(|error| AccessError::Hashing(error.to_string()))
}

fn hash_unchecked(password: &str) -> Result<String, argon2::password_hash::Error> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash: PasswordHash| hash.to_string())
}

/// Whether a password is the one that was hashed. Takes some tens of
/// milliseconds and 19 MiB, also where there is no hash (of an unknown name), so
/// that the time does not tell which names there are.
pub(super) fn is_right(password: &str, hash: Option<&str>) -> bool {
    static OF_NOBODY: LazyLock<Option<String>> =
        LazyLock::new(|| hash_unchecked("of nobody at all").ok());
    let password = composed(password);
    if password.len() > MAX_PASSWORD_BYTES {
        return false;
    }
    let Some(compared) = hash.or(OF_NOBODY.as_deref()) else {
        return false;
    };
    let is_same = PasswordHash::new(compared).is_ok_and(|compared| {
        Argon2::default()
            .verify_password(password.as_bytes(), &compared)
            .is_ok()
    });
    is_same && hash.is_some()
}

/// Keyboards give the same Vietnamese letter composed or in pieces.
fn composed(password: &str) -> String {
    password.nfc().collect()
}
