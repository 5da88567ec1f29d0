//! The Vietnamese language: syllables, tones, folding, normal forms.
//!
//! Everything here is a pure function of its text; nothing knows of files,
//! pages or models. Two decisions run through it:
//!
//! * Text is Unicode NFC. NFC alone does not repair a tone typed before a
//!   circumflex or breve, nor the look-alikes of Đ; [`normalize`] does.
//! * One spelling of the tone in open *oa*, *oe*, *uy* is needed to compare
//!   words. Tone-first (*hòa*, *thủy*) is the one that laws are written in;
//!   [`unify_tone`] gives it. It serves comparing and counting, not printing:
//!   a document keeps the spelling it has.

mod case;
mod collation;
mod legacy;
mod letter;
mod normal;
mod syllable;

pub use case::CasePattern;
pub use collation::collation_key;
pub use legacy::{FontHint, LegacyEncoding, windows_1252, without_subset_tag};
pub use letter::{
    Tone, base_letter, is_letter, is_letter_or_number, is_vietnamese_vowel, split_tone, with_tone,
};
pub use normal::{fold, fold_phrase, normalize, normalized, tone_second, unify_tone};
pub use syllable::{Syllable, TonePlacement, all_syllables, is_syllable, with_tone_in_place};
