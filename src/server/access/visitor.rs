//! Who asks.

use crate::access::{AccessError, KnownUser, Role, Token};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use std::net::IpAddr;

/// The cookie of a browser: of its session, once somebody has logged in.
const COOKIE: &str = "vanthu_session";

/// Who is behind a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) enum Who {
    /// Somebody at the machine of an archive that has no users.
    Local,
    /// Nobody has logged in.
    Nobody,
    User(KnownUser),
}

/// How it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShownBy {
    /// What the browser sends by itself, also when a foreign page makes it.
    Cookie,
    /// What only the program itself can send.
    Bearer,
}

/// Who asks, and what their forms carry.
#[derive(Debug, Clone)]
pub(in crate::server) struct Visitor {
    pub who: Who,
    pub(super) shown_by: ShownBy,
    /// Of the browser; a new one where it sent none.
    pub token: Token,
    pub(super) is_new_token: bool,
    pub(super) address: Option<IpAddr>,
    pub(super) is_https: bool,
}

impl Visitor {
    /// A visitor whom nobody has identified yet.
    pub(super) fn unknown(
        headers: &HeaderMap,
        address: Option<IpAddr>,
    ) -> Result<Self, AccessError> {
        let sent = cookie(headers, COOKIE).and_then(Token::parse);
        Ok(Self {
            who: Who::Nobody,
            shown_by: ShownBy::Cookie,
            is_new_token: sent.is_none(),
            token: match sent {
                Some(token) => token,
                None => Token::random()?,
            },
            address,
            // Said by a proxy in front; who says so falsely only keeps the
            // own cookie from coming back.
            is_https: headers
                .get("x-forwarded-proto")
                .is_some_and(|protocol| protocol == "https"),
        })
    }

    /// The one who asks, as every request carries it.
    pub fn of(parts: &Parts) -> Option<Self> {
        parts.extensions.get::<Self>().cloned()
    }

    /// The name under which work is signed.
    pub fn name(&self) -> &str {
        match &self.who {
            Who::Local => crate::access::LOCAL_NAME,
            Who::Nobody => "",
            Who::User(user) => &user.name,
        }
    }

    /// Whether the role is at least this. Who works at the machine of an archive
    /// without users may do everything.
    pub fn may(&self, role: Role) -> bool {
        match &self.who {
            Who::Local => true,
            Who::Nobody => false,
            Who::User(user) => user.role >= role,
        }
    }

    /// What a form of this browser must send back: a foreign page can make the
    /// browser send the cookie, and cannot read what follows from it.
    pub fn form_token(&self) -> Token {
        self.token.derived("form")
    }

    /// The cookie of a token.
    pub fn cookie_for(&self, token: &Token) -> HeaderValue {
        let secure = if self.is_https { "; Secure" } else { "" };
        let text = format!(
            "{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax{secure}",
            token.as_str()
        );
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }
}

/// The token of a program.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}
