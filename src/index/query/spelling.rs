//! "Did you mean": a word that stands nowhere in the archive is taken for the
//! most likely one that is one slip of the finger away.

use super::clause::pair_term;
use super::half_marked::syllables_of;
use super::item::{Item, QueryWord};
use crate::index::schema::Fields;
use crate::index::shown::first_shown;
use tantivy::{Searcher, Term};

/// In a shorter word a slip makes too many others.
const MIN_LETTERS: usize = 4;
/// Longer ones are no words of the language.
const MAX_LETTERS: usize = 16;
/// Each costs some hundred looks into the dictionary.
const MAX_RESPELLED: usize = 4;
/// Standing beside its neighbour in the query is worth more than being frequent.
const NEIGHBOUR_WORTH: u64 = 1_000;

/// The items with unknown words replaced, and their words as text; `None` when
/// every word is known or one has no likely replacement.
pub(in crate::index) fn respelled(
    searcher: &Searcher,
    fields: Fields,
    items: &[Item],
    hides_secret: bool,
) -> tantivy::Result<Option<(Vec<Item>, String)>> {
    let speller = Speller {
        searcher,
        fields,
        hides_secret,
    };
    let mut n_respelled = 0;
    let mut words: Vec<String> = Vec::new();
    let mut before: Option<QueryWord> = None;
    let mut failure = None;
    let mut respell = |word: &QueryWord| -> Option<QueryWord> {
        let is_known = match speller.is_known(word) {
            Ok(is_known) => is_known,
            Err(error) => {
                failure = Some(error);
                return None;
            }
        };
        let chosen = if is_known {
            word.clone()
        } else {
            n_respelled += 1;
            if n_respelled > MAX_RESPELLED {
                return None;
            }
            match speller.replacement(word, before.as_ref()) {
                Ok(replacement) => replacement?,
                Err(error) => {
                    failure = Some(error);
                    return None;
                }
            }
        };
        words.push(chosen.exact.clone());
        before = Some(chosen.clone());
        Some(chosen)
    };
    let mut changed = Vec::with_capacity(items.len());
    for item in items {
        // Words that were said of a known kind are in the text of their item.
        if let Item::Spelled { typed, .. } = item {
            changed.push(item.clone());
            for word in typed {
                if respell(word).is_none() {
                    break;
                }
            }
            continue;
        }
        match item.try_map_words(&mut respell) {
            Some(item) => changed.push(item),
            None => {
                return failure.map_or(Ok(None), Err);
            }
        }
    }
    Ok((n_respelled > 0).then(|| (changed, words.join(" "))))
}

struct Speller<'a> {
    searcher: &'a Searcher,
    fields: Fields,
    /// Words of secret papers alone are as unknown as any other.
    hides_secret: bool,
}

impl Speller<'_> {
    fn is_known(&self, word: &QueryWord) -> tantivy::Result<bool> {
        let n_letters = word.folded.chars().count();
        if !(MIN_LETTERS..=MAX_LETTERS).contains(&n_letters) || word.is_digits() {
            return Ok(true);
        }
        Ok(self.frequency(&word.folded)? > 0)
    }

    fn frequency(&self, folded: &str) -> tantivy::Result<u64> {
        self.frequency_of(&Term::from_field_text(self.fields.folded, folded))
    }

    fn frequency_of(&self, term: &Term) -> tantivy::Result<u64> {
        match self.hides_secret && first_shown(self.searcher, term, true)?.is_none() {
            true => Ok(0),
            false => self.searcher.doc_freq(term),
        }
    }

    /// The likeliest known word one slip away.
    fn replacement(
        &self,
        word: &QueryWord,
        before: Option<&QueryWord>,
    ) -> tantivy::Result<Option<QueryWord>> {
        let mut best: Option<(u64, String)> = None;
        for candidate in one_slip_away(&word.folded) {
            let mut worth = self.frequency(&candidate)?;
            if worth == 0 {
                continue;
            }
            if let Some(before) = before {
                let pair = pair_term(self.fields.pairs, &before.folded, &candidate);
                worth += NEIGHBOUR_WORTH * self.frequency_of(&pair)?;
            }
            if best.as_ref().is_none_or(|(most, _)| worth > *most) {
                best = Some((worth, candidate));
            }
        }
        let Some((_, folded)) = best else {
            return Ok(None);
        };
        // Shown with marks to who typed some.
        let exact = match word.has_marks() {
            true => self.usual_marks(&folded)?,
            false => folded.clone(),
        };
        Ok(Some(QueryWord { exact, folded }))
    }

    /// The most frequent of the words that are read alike without marks.
    fn usual_marks(&self, folded: &str) -> tantivy::Result<String> {
        let mut best = (0, folded.to_owned());
        for syllable in syllables_of(folded) {
            let term = Term::from_field_text(self.fields.exact, syllable);
            let frequency = self.frequency_of(&term)?;
            if frequency > best.0 {
                best = (frequency, syllable.clone());
            }
        }
        Ok(best.1)
    }
}

/// Everything that one letter left out, doubled, swapped or wrong turns into
/// `word`; letters are those of folded words.
fn one_slip_away(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut found = Vec::new();
    for idx in 0..=letters.len() {
        let (before, behind) = letters.split_at(idx);
        let mut push = |middle: &[char], behind: &[char]| {
            found.push(before.iter().chain(middle).chain(behind).collect());
        };
        if let Some((&first, rest)) = behind.split_first() {
            push(&[], rest);
            if let Some((&second, rest)) = rest.split_first() {
                push(&[second, first], rest);
            }
            for letter in 'a'..='z' {
                push(&[letter], rest);
            }
        }
        for letter in 'a'..='z' {
            push(&[letter], behind);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger() {
        let slips = one_slip_away("chinhh");
        for word in ["chinh", "chihnh", "chinht", "xchinhh", "chinch"] {
            assert!(slips.iter().any(|slip| slip == word), "{word}");
        }
        assert!(!slips.iter().any(|slip| slip == "chin"));
    }
}
