//! Users, sessions, tokens and the log, on real files.

use super::*;
use proptest::prelude::*;
use tempfile::TempDir;

const PASSWORD: &str = "mưa rào tháng sáu";

fn store() -> (TempDir, AccessStore) {
    let dir = TempDir::new().unwrap();
    let store = AccessStore::open_or_create(dir.path()).unwrap();
    (dir, store)
}

fn name(text: &str) -> UserName {
    UserName::parse(text).unwrap()
}

#[test]
fn a_user_is_known_by_the_right_password_alone() {
    let (_dir, store) = store();
    assert!(!store.has_users().unwrap());
    store
        .add_user(&name("Hoa"), Role::Reader, PASSWORD)
        .unwrap();
    assert!(store.has_users().unwrap());
    let known = |name: &str, password: &str| store.check_password(name, password).unwrap();
    let hoa = known("hoa", PASSWORD).unwrap();
    assert_eq!((hoa.name.as_str(), hoa.role), ("hoa", Role::Reader));
    // The same letters in pieces, as some keyboards give them.
    let in_pieces: String = unicode_normalization::UnicodeNormalization::nfd(PASSWORD).collect();
    assert_ne!(in_pieces, PASSWORD);
    assert!(known("hoa", &in_pieces).is_some());
    for (name, password) in [
        ("hoa", "mua rao thang sau"),
        ("hoa", ""),
        ("mai", PASSWORD),
        ("hoa' OR 1=1 --", PASSWORD),
        ("", "of nobody at all"),
    ] {
        assert_eq!(known(name, password), None, "{name} {password}");
    }
    assert!(matches!(
        store.add_user(&name("hoa"), Role::Reader, PASSWORD),
        Err(AccessError::NameTaken { .. })
    ));
    store.set_disabled(&name("hoa"), true).unwrap();
    assert_eq!(known("hoa", PASSWORD), None);
    assert!(store.has_users().unwrap());
}

#[test]
fn short_passwords_and_strange_names_are_refused() {
    let (_dir, store) = store();
    let long = "x".repeat(MAX_PASSWORD_BYTES + 1);
    for password in ["", "123456789", "administrator1", &long] {
        assert!(matches!(
            store.add_user(&name("administrator1"), Role::Reader, password),
            Err(AccessError::WeakPassword)
        ));
    }
    for wrong in [
        "",
        "1a",
        "a b",
        "a/b",
        "local",
        "<b>",
        "hoà",
        &"a".repeat(65),
    ] {
        assert!(UserName::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn no_secret_stands_in_the_file() {
    let (dir, store) = store();
    store
        .add_user(&name("hoa"), Role::Reader, PASSWORD)
        .unwrap();
    let user = store.check_password("hoa", PASSWORD).unwrap().unwrap();
    let session = store.begin_session(&user).unwrap();
    let hour = std::time::Duration::from_secs(3600);
    let bearer = store.add_bearer(&name("hoa"), "thống kê", hour).unwrap();
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}", path.display());
        }
        bytes.extend(std::fs::read(path).unwrap());
    }
    let has = |text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    assert!(has("$argon2id$"));
    for secret in [PASSWORD, session.as_str(), bearer.as_str()] {
        assert!(!has(secret));
    }
}

#[test]
fn sessions_end() {
    let (_dir, store) = store();
    store
        .add_user(&name("hoa"), Role::Reader, PASSWORD)
        .unwrap();
    let user = store.check_password("hoa", PASSWORD).unwrap().unwrap();
    let token = store.begin_session(&user).unwrap();
    let other = store.begin_session(&user).unwrap();
    assert_ne!(token, other);
    assert_eq!(store.session_user(&token).unwrap(), Some(user.clone()));
    store.end_session(&token).unwrap();
    assert_eq!(store.session_user(&token).unwrap(), None);
    assert!(store.session_user(&other).unwrap().is_some());
    // Unused for longer than a session may be.
    let later = now_s() + MAX_IDLE.as_secs().cast_signed() + 1;
    assert_eq!(store.session_user_at(&other, later).unwrap(), None);
    // Used all the time, and over all the same.
    let mut now = now_s();
    let end = now + MAX_SESSION.as_secs().cast_signed();
    while now <= end {
        assert!(store.session_user_at(&other, now).unwrap().is_some());
        now += 3600;
    }
    assert_eq!(store.session_user_at(&other, end + 5).unwrap(), None);
    // A new password ends all of them, and so does disabling.
    let third = store.begin_session(&user).unwrap();
    store
        .set_password(&name("hoa"), "nắng hạ vàng ươm")
        .unwrap();
    assert_eq!(store.session_user(&third).unwrap(), None);
    assert_eq!(store.check_password("hoa", PASSWORD).unwrap(), None);
    let fourth = store.begin_session(&user).unwrap();
    store.set_disabled(&name("hoa"), true).unwrap();
    assert_eq!(store.session_user(&fourth).unwrap(), None);
}

#[test]
fn a_person_has_a_bounded_number_of_sessions() {
    let (_dir, store) = store();
    store
        .add_user(&name("hoa"), Role::Reader, PASSWORD)
        .unwrap();
    let user = store.check_password("hoa", PASSWORD).unwrap().unwrap();
    for _ in 0..30 {
        store.begin_session(&user).unwrap();
    }
    let n_sessions: i64 = store
        .connection()
        .query_row("SELECT count(*) FROM sessions", [], |row| row.get(0))
        .unwrap();
    assert_eq!(n_sessions, 20);
}

#[test]
fn a_role_is_of_the_moment() {
    let (_dir, store) = store();
    store
        .add_user(&name("hoa"), Role::Administrator, PASSWORD)
        .unwrap();
    store
        .add_user(&name("mai"), Role::Administrator, PASSWORD)
        .unwrap();
    let user = store.check_password("hoa", PASSWORD).unwrap().unwrap();
    let token = store.begin_session(&user).unwrap();
    store.set_role(&name("hoa"), Role::Reader).unwrap();
    let now = store.session_user(&token).unwrap().unwrap();
    assert_eq!(now.role, Role::Reader);
    assert!(!now.role.sees_secret_papers() && user.role.sees_secret_papers());
}

#[test]
fn an_archive_keeps_an_administrator_while_it_has_users() {
    let (_dir, store) = store();
    store
        .add_user(&name("hoa"), Role::Administrator, PASSWORD)
        .unwrap();
    store
        .add_user(&name("mai"), Role::Reader, PASSWORD)
        .unwrap();
    let hoa = name("hoa");
    assert!(matches!(
        store.set_role(&hoa, Role::Reader),
        Err(AccessError::LastAdministrator { .. })
    ));
    assert!(store.set_disabled(&hoa, true).is_err());
    assert!(store.remove_user(&hoa).is_err());
    assert_eq!(store.users().unwrap()[0].role, Role::Administrator);
    store.set_role(&name("mai"), Role::Administrator).unwrap();
    store.remove_user(&hoa).unwrap();
    // The last user of all may go: nobody is left to be locked out.
    store.remove_user(&name("mai")).unwrap();
    assert!(!store.has_users().unwrap());
    assert!(matches!(
        store.remove_user(&hoa),
        Err(AccessError::UnknownUser { .. })
    ));
}

#[test]
fn a_program_asks_in_a_users_name_until_its_token_ends() {
    let (_dir, store) = store();
    store
        .add_user(&name("hoa"), Role::Archivist, PASSWORD)
        .unwrap();
    let hour = std::time::Duration::from_secs(3600);
    let token = store.add_bearer(&name("hoa"), "sao lưu", hour).unwrap();
    assert_eq!(store.bearer_user(&token).unwrap().unwrap().name, "hoa");
    // A token is no session, and the other way round.
    assert_eq!(store.session_user(&token).unwrap(), None);
    let listed = store.bearers().unwrap();
    assert_eq!((listed.len(), listed[0].label.as_str()), (1, "sao lưu"));
    assert!(store.remove_bearer(listed[0].token_id).unwrap());
    assert_eq!(store.bearer_user(&token).unwrap(), None);
    let none = std::time::Duration::ZERO;
    let over = store.add_bearer(&name("hoa"), "", none).unwrap();
    assert_eq!(store.bearer_user(&over).unwrap(), None);
    assert!(store.add_bearer(&name("mai"), "", hour).is_err());
}

#[test]
fn the_log_is_only_added_to() {
    let (_dir, store) = store();
    for document_id in 1..=3 {
        store
            .note(&NewAuditEntry {
                user_name: Some("hoa".to_owned()),
                action: "view",
                document_id: Some(document_id),
                detail: Some("ề".repeat(1_000)),
                address: None,
            })
            .unwrap();
    }
    let entries = store.audit_log(&AuditFilter::default(), 2).unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].document_id, Some(3));
    assert!(entries[0].detail.as_ref().unwrap().len() <= 300);
    let earlier = AuditFilter {
        before: Some(entries[1].entry_id),
        ..AuditFilter::default()
    };
    assert_eq!(store.audit_log(&earlier, 9).unwrap().len(), 1);
    for sql in [
        "DELETE FROM audit_log",
        "UPDATE audit_log SET user_name = 'mai'",
    ] {
        let refused = store.connection().execute_batch(sql).unwrap_err();
        assert!(refused.to_string().contains("only added to"), "{refused}");
    }
}

#[test]
fn tokens_are_compared_whole() {
    let token = Token::random().unwrap();
    assert!(token.is(token.as_str()));
    assert!(!token.is(""));
    assert!(!token.is(&token.as_str()[1..]));
    assert!(!token.is(Token::random().unwrap().as_str()));
    assert_ne!(token.derived("one"), token.derived("other"));
    assert_eq!(token.derived("one"), token.derived("one"));
}

proptest! {
    #[test]
    fn what_is_sent_as_a_token_or_a_name_never_panics(text in "\\PC{0,70}|[0-9a-f]{60,66}") {
        if let Some(token) = Token::parse(&text) {
            prop_assert_eq!(token.as_str(), text.as_str());
            prop_assert_eq!(text.len(), 64);
        }
        if let Ok(name) = UserName::parse(&text) {
            prop_assert!(UserName::parse(name.as_str()).unwrap() == name);
        }
    }
}
