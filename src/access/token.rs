//! Random tokens of 256 bits, as 64 hex digits.

use super::AccessError;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Something that only its holder knows. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// [`AccessError::NoRandomness`]
    pub fn random() -> Result<Self, AccessError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| AccessError::NoRandomness)?;
        Ok(Self(hex(&bytes)))
    }

    /// One that was sent back; `None` for what is none.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 64 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// Another token that follows from this one, for `purpose`; it does not tell
    /// this one.
    pub fn derived(&self, purpose: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(purpose.as_bytes())
            .chain_update([0])
            .chain_update(self.0.as_bytes())
            .finalize();
        Self(hex(&digest))
    }

    /// Compares in a time that does not tell where the difference is.
    pub fn is(&self, other: &str) -> bool {
        let difference = self
            .0
            .bytes()
            .zip(other.bytes())
            .fold(0, |difference, (one, other)| difference | (one ^ other));
        self.0.len() == other.len() && std::hint::black_box(difference) == 0
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
