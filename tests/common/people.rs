//! The people of a served archive, and the browsers they work in.

use super::web::{Answer, Site};
use std::cell::RefCell;
use vanthu::access::{AccessStore, Role, UserName};
use vanthu::archive::Archive;

/// Everybody's.
pub const PASSWORD: &str = "nắng hạ vàng ươm";

/// A reader (hoa), an archivist (mai) and an administrator (an).
pub fn add_users(archive: &Archive) {
    let store = AccessStore::open_or_create(archive.dir()).unwrap();
    for (name, role) in [
        ("hoa", Role::Reader),
        ("mai", Role::Archivist),
        ("an", Role::Administrator),
    ] {
        let name = UserName::parse(name).unwrap();
        store.add_user(&name, role, PASSWORD).unwrap();
    }
}

/// A browser: keeps its cookie.
pub struct Browser<'a> {
    pub site: &'a Site,
    pub cookie: RefCell<String>,
}

impl<'a> Browser<'a> {
    pub fn new(site: &'a Site) -> Self {
        Self {
            site,
            cookie: RefCell::new(String::new()),
        }
    }

    pub fn logged_in(site: &'a Site, name: &str) -> Self {
        let browser = Self::new(site);
        let answer = browser.log_in(name, PASSWORD);
        assert_eq!(answer.status, 303, "{}", answer.text());
        browser
    }

    pub fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let cookie = format!("Cookie: vanthu_session={}\r\n", self.cookie.borrow());
        let answer = self
            .site
            .request(method, path, &format!("{cookie}{headers}"), body);
        if let Some(cookie) = new_cookie(&answer) {
            self.cookie.replace(cookie);
        }
        answer
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", "")
    }

    /// What the forms of this browser carry.
    pub fn form_token(&self) -> String {
        for path in ["/dang-nhap", "/mat-khau"] {
            let text = self.get(path).text();
            if let Some((_, rest)) = text.split_once("name=\"csrf\" value=\"") {
                return rest[..64].to_owned();
            }
        }
        panic!("no page has a form");
    }

    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.form_token();
        self.post_with(path, &token, "", fields)
    }

    pub fn post_with(
        &self,
        path: &str,
        token: &str,
        headers: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", token);
        body.extend_pairs(fields);
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\n{headers}");
        self.send("POST", path, &headers, &body.finish())
    }

    pub fn log_in(&self, name: &str, password: &str) -> Answer {
        self.post("/dang-nhap", &[("ten", name), ("mat_khau", password)])
    }
}

pub fn new_cookie(answer: &Answer) -> Option<String> {
    let (_, rest) = answer.head.split_once("set-cookie: vanthu_session=")?;
    Some(rest[..64].to_owned())
}

pub fn location(answer: &Answer) -> &str {
    let line = answer
        .head
        .lines()
        .find_map(|it| it.strip_prefix("location: "));
    line.unwrap_or_default()
}
