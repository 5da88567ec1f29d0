//! One request of a person: what was asked, in which language.

use super::language::Language;
use crate::access::Role;
use crate::server::access::Visitor;
use crate::server::error::ApiError;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use std::convert::Infallible;

/// The cookie that keeps the language.
const LANGUAGE_COOKIE: &str = "vanthu_lang";
/// A parameter of an address is read up to here.
const MAX_VALUE_BYTES: usize = 4_000;

/// What was asked, in which language.
#[derive(Debug, Clone)]
pub(in crate::server) struct Visit {
    pub language: Language,
    visitor: Option<Visitor>,
    path: String,
    /// As given, without empty ones; of one given twice, the first.
    params: Vec<(String, String)>,
}

impl Visit {
    /// Reads what a request asks. Nothing is wrong with an address that a person
    /// has shortened or a program has added to: what is not known is left alone.
    pub fn of(parts: &Parts) -> Self {
        let mut params: Vec<(String, String)> = Vec::new();
        let query = parts.uri.query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = bounded(value.trim());
            if !value.is_empty() && !params.iter().any(|(known, _)| *known == name) {
                params.push((name.into_owned(), value.to_owned()));
            }
        }
        let chosen = params.iter().find(|(name, _)| name == "lang");
        let language = chosen
            .and_then(|(_, code)| Language::of_code(code))
            .or_else(|| kept_language(parts))
            .unwrap_or_default();
        params.retain(|(name, _)| name != "lang");
        Self {
            language,
            visitor: Visitor::of(parts),
            path: parts.uri.path().to_owned(),
            params,
        }
    }

    /// What is said in the visitor's language.
    pub fn say<T>(&self, vietnamese: T, english: T) -> T {
        self.language.say(vietnamese, english)
    }

    /// Who asks.
    ///
    /// # Errors
    /// Where a request came past the gate, which none does.
    pub fn visitor(&self) -> Result<&Visitor, ApiError> {
        self.visitor
            .as_ref()
            .ok_or_else(|| ApiError::internal(&"a request came past the gate"))
    }

    /// Whether the visitor has at least this role.
    pub fn may(&self, role: Role) -> bool {
        self.visitor
            .as_ref()
            .is_some_and(|visitor| visitor.may(role))
    }

    /// A parameter that was given and is not empty.
    pub fn param(&self, name: &str) -> Option<&str> {
        let mut params = self.params.iter();
        params
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// A number from 1 on; 1 where none was given or it makes no sense.
    pub fn number(&self, name: &str) -> usize {
        let number = self.param(name).and_then(|value| value.parse().ok());
        number.unwrap_or(1).max(1)
    }

    /// The address of this page with some parameters changed, or left out.
    pub fn here_with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut params = self.params.clone();
        for (name, value) in changes {
            let place = params.iter().position(|(known, _)| known == name);
            match (place, value) {
                (Some(place), Some(value)) => params[place].1 = (*value).to_owned(),
                (Some(place), None) => drop(params.remove(place)),
                (None, Some(value)) => params.push(((*name).to_owned(), (*value).to_owned())),
                (None, None) => {}
            }
        }
        let params = params
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        address(&self.path, params)
    }
}

#[axum::async_trait]
impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

/// An address of this server.
pub(in crate::server) fn address<'a>(
    path: &str,
    params: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(params);
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// The cookie by which a chosen language is kept for a year.
pub(super) fn language_cookie(language: Language) -> String {
    format!(
        "{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        language.code()
    )
}

/// The language asked for in this very address.
pub(super) fn chosen_language(query: Option<&str>) -> Option<Language> {
    form_urlencoded::parse(query?.as_bytes())
        .find(|(name, _)| name == "lang")
        .and_then(|(_, code)| Language::of_code(&code))
}

fn kept_language(parts: &Parts) -> Option<Language> {
    let cookies = parts.headers.get(header::COOKIE)?.to_str().ok()?;
    cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == LANGUAGE_COOKIE)
        .and_then(|(_, code)| Language::of_code(code))
}

fn bounded(text: &str) -> &str {
    let end = (0..=text.len().min(MAX_VALUE_BYTES))
        .rev()
        .find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn visit(address: &str, cookie: &str) -> Visit {
        let request = Request::builder()
            .uri(address)
            .header(header::COOKIE, cookie)
            .body(())
            .unwrap();
        Visit::of(&request.into_parts().0)
    }

    #[test]
    fn an_address_is_changed_in_its_place() {
        let here = visit("/?q=k%E1%BA%BF+ho%E1%BA%A1ch&loai=&trang=3&q=khac", "");
        assert_eq!(here.param("q"), Some("kế hoạch"));
        assert_eq!(here.param("loai"), None);
        assert_eq!(here.number("trang"), 3);
        let other = here.here_with(&[("trang", None), ("nam", Some("2023&x"))]);
        assert_eq!(other, "/?q=k%E1%BA%BF+ho%E1%BA%A1ch&nam=2023%26x");
        assert_eq!(visit("/?trang=-4", "").number("trang"), 1);
    }

    #[test]
    fn the_language_is_the_chosen_or_the_kept_one() {
        assert_eq!(visit("/", "").language, Language::Vietnamese);
        let cookie = "a=b; vanthu_lang=en";
        assert_eq!(visit("/", cookie).language, Language::English);
        assert_eq!(visit("/?lang=vi", cookie).language, Language::Vietnamese);
        assert_eq!(visit("/?lang=xx", cookie).language, Language::English);
        assert_eq!(chosen_language(Some("lang=en")), Some(Language::English));
        assert_eq!(chosen_language(Some("lang=<b>")), None);
    }
}
