//! Which role an address needs. What is not named here needs more, not less.

use crate::access::Role;
use axum::http::Method;

/// Addresses that are answered before anybody has logged in: the way in, and the
/// files that make it look right.
fn is_open(path: &str) -> bool {
    path == super::LOGIN || path.starts_with("/assets/")
}

/// The first part of a path: `/ra-soat/3/1` is in `/ra-soat`.
fn is_in(path: &str, section: &str) -> bool {
    path.strip_prefix(section)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The least role that may ask this; `None` where nobody need have logged in.
pub(super) fn least_role(method: &Method, path: &str) -> Option<Role> {
    if is_open(path) {
        return None;
    }
    let is_reading = matches!(*method, Method::GET | Method::HEAD);
    let of_administrators = [super::USERS, super::LOG];
    // An import over the API names files of the server's own machine.
    let names_files = is_in(path, "/api/imports") && !is_reading;
    if names_files || of_administrators.iter().any(|section| is_in(path, section)) {
        return Some(Role::Administrator);
    }
    let of_archivists = [super::REVIEW, super::IMPORT, "/api/imports"];
    if of_archivists.iter().any(|section| is_in(path, section)) {
        return Some(Role::Archivist);
    }
    let is_own = [super::LOGOUT, super::PASSWORD].contains(&path);
    match is_reading || is_own {
        true => Some(Role::Reader),
        false => Some(Role::Archivist),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_needs_more() {
        for (method, path, role) in [
            (Method::GET, "/", Some(Role::Reader)),
            (Method::GET, "/api/search", Some(Role::Reader)),
            (Method::GET, "/tomorrow", Some(Role::Reader)),
            (Method::POST, "/tomorrow", Some(Role::Archivist)),
            (Method::DELETE, "/api/documents/3", Some(Role::Archivist)),
            (Method::GET, "/ra-soat/3/1", Some(Role::Archivist)),
            (Method::GET, "/ra-soatx", Some(Role::Reader)),
            (Method::GET, "/api/imports/7", Some(Role::Archivist)),
            (Method::POST, "/api/imports", Some(Role::Administrator)),
            (Method::GET, "/nguoi-dung", Some(Role::Administrator)),
            (Method::GET, "/nhat-ky", Some(Role::Administrator)),
            (Method::POST, "/mat-khau", Some(Role::Reader)),
            (Method::POST, "/dang-nhap", None),
            (Method::GET, "/dang-nhap/x", Some(Role::Reader)),
            (Method::GET, "/assets/1/vanthu.css", None),
        ] {
            assert_eq!(least_role(&method, path), role, "{method} {path}");
        }
    }
}
