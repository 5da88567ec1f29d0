//! Query parameters, checked: an unknown one, one given twice or one of the wrong
//! kind is answered with what was wrong, never guessed.

use super::error::ApiError;
use crate::index::DayRange;
use axum::http::StatusCode;
use std::collections::BTreeMap;

/// The parameters of a request.
#[derive(Debug)]
pub(super) struct Params(BTreeMap<String, String>);

/// A page of results goes on where the cursor of the one before says.
const CURSOR_PREFIX: &str = "c1-";

impl Params {
    /// Reads the query part of an address.
    pub fn parse(query: Option<&str>, known: &[&str]) -> Result<Self, ApiError> {
        let mut params = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !known.contains(&name.as_ref()) {
                return Err(ApiError::bad_request(
                    "unknown_parameter",
                    format!(
                        "there is no parameter {name:?} here; known are {}",
                        known.join(", ")
                    ),
                ));
            }
            if value.contains('\u{fffd}') {
                return Err(wrong(&name, "UTF-8"));
            }
            if params
                .insert(name.to_string(), value.into_owned())
                .is_some()
            {
                return Err(ApiError::bad_request(
                    "repeated_parameter",
                    format!("{name} is given twice"),
                ));
            }
        }
        Ok(Self(params))
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    pub fn required_text(&self, name: &str) -> Result<String, ApiError> {
        self.text(name).ok_or_else(|| {
            ApiError::bad_request("missing_parameter", format!("{name} must be given"))
        })
    }

    /// A whole number from `least` to `most`.
    pub fn number(
        &self,
        name: &str,
        (least, most): (usize, usize),
        default: usize,
    ) -> Result<usize, ApiError> {
        let Some(value) = self.0.get(name) else {
            return Ok(default);
        };
        let is_plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        value
            .parse()
            .ok()
            .filter(|number| is_plain && (least..=most).contains(number))
            .ok_or_else(|| wrong(name, &format!("a whole number from {least} to {most}")))
    }

    pub fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.0.get(name).map(String::as_str) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(wrong(name, "true or false")),
        }
    }

    /// One of the named values; the first where none is given.
    pub fn choice<T: Copy>(&self, name: &str, choices: &[(&str, T)]) -> Result<T, ApiError> {
        let chosen = match self.0.get(name) {
            None => choices.first(),
            Some(value) => choices.iter().find(|(choice, _)| choice == value),
        };
        let names = || {
            let names: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
            names.join(", ")
        };
        chosen
            .map(|(_, value)| *value)
            .ok_or_else(|| wrong(name, &format!("one of {}", names())))
    }

    /// The days from `from` to `to`.
    pub fn days(&self) -> Result<Option<DayRange>, ApiError> {
        let day = |name: &str| {
            self.0
                .get(name)
                .map(|value| {
                    DayRange::parse(value)
                        .ok_or_else(|| wrong(name, "a day like 2023-03-02 or 2023"))
                })
                .transpose()
        };
        Ok(DayRange::from_ends(day("from")?, day("to")?))
    }

    /// Where to go on: 1 for the first page of results.
    pub fn cursor(&self) -> Result<usize, ApiError> {
        let Some(cursor) = self.0.get("cursor") else {
            return Ok(1);
        };
        let (place, check) = cursor
            .strip_prefix(CURSOR_PREFIX)
            .and_then(|rest| rest.split_once('-'))
            .ok_or_else(wrong_cursor)?;
        let place: usize = place.parse().map_err(|_| wrong_cursor())?;
        match check == self.check() && (1..=MAX_CURSOR).contains(&place) {
            true => Ok(place),
            false => Err(wrong_cursor()),
        }
    }

    /// The cursor of a place in the answer to this very request.
    pub fn cursor_at(&self, place: usize) -> String {
        format!("{CURSOR_PREFIX}{place}-{}", self.check())
    }

    /// Tells requests apart whose cursors must not be mixed (FNV-1a).
    fn check(&self) -> String {
        let rest = self.0.iter().filter(|(name, _)| *name != "cursor");
        let text: String = rest
            .map(|(name, value)| format!("{name}={value}\0"))
            .collect();
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

/// Results are listed up to ten thousand, a page has one at least.
const MAX_CURSOR: usize = 10_000;

fn wrong(name: &str, expected: &str) -> ApiError {
    ApiError::bad_request("wrong_parameter", format!("{name} must be {expected}"))
}

fn wrong_cursor() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "wrong_cursor",
        "this cursor is not of an answer to the same request",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KNOWN: [&str; 5] = ["q", "limit", "facets", "cursor", "from"];

    fn params(query: &str) -> Result<Params, ApiError> {
        Params::parse(Some(query), &KNOWN)
    }

    #[test]
    fn wrong_parameters_are_named() {
        for (query, code) in [
            ("qq=1", "unknown_parameter"),
            ("q=1&q=2", "repeated_parameter"),
            ("q=%ff", "wrong_parameter"),
        ] {
            assert_eq!(params(query).unwrap_err().code, code, "{query}");
        }
        let limit = |query: &str| params(query).unwrap().number("limit", (1, 200), 10);
        assert_eq!(limit("").unwrap(), 10);
        assert_eq!(limit("limit=7").unwrap(), 7);
        for wrong in [
            "limit=0",
            "limit=201",
            "limit=+7",
            "limit=",
            "limit=1e2",
            "limit=-1",
        ] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
        assert!(params("facets=1").unwrap().flag("facets").is_err());
        assert!(params("from=31/2/2023").unwrap().days().is_err());
    }

    #[test]
    fn a_cursor_belongs_to_its_request() {
        let first = params("q=a&limit=5").unwrap();
        let cursor = first.cursor_at(3);
        let next = params(&format!("limit=5&q=a&cursor={cursor}")).unwrap();
        assert_eq!(next.cursor().unwrap(), 3);
        let other = params(&format!("q=b&limit=5&cursor={cursor}")).unwrap();
        assert_eq!(other.cursor().unwrap_err().code, "wrong_cursor");
    }

    proptest! {
        #[test]
        fn nothing_sent_makes_it_panic(query in "\\PC{0,60}|[a-z=&%0-9+]{0,60}") {
            if let Ok(params) = params(&query) {
                let _ = (params.cursor(), params.days(), params.flag("facets"));
                let _ = params.number("limit", (1, 9), 1);
            }
        }
    }
}
