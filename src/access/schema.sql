-- Who may use an archive over the network, schema version 1.
--
-- Kept beside the catalogue, not in it: the catalogue may be handed to an
-- analyst or copied, and carries no secrets then. Times are seconds since 1970,
-- UTC; the log's are ISO 8601, for people.

CREATE TABLE users (
    user_id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL UNIQUE,
    role          TEXT NOT NULL CHECK (role IN ('reader', 'archivist', 'administrator')),
    password_hash TEXT NOT NULL,               -- Argon2id, PHC string
    is_disabled   INTEGER NOT NULL DEFAULT 0,
    created_at    TEXT NOT NULL
) STRICT;

-- A browser that has logged in. Only the hash of its cookie is here: who reads
-- this file cannot take a session over.
CREATE TABLE sessions (
    token_hash   BLOB PRIMARY KEY,             -- SHA-256
    user_id      INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Programs that may ask in a user's name.
CREATE TABLE tokens (
    token_id   INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB NOT NULL UNIQUE,           -- SHA-256
    user_id    INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    label      TEXT NOT NULL,                  -- what it is for, for people
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tokens_by_user ON tokens (user_id);

-- Who looked at what and who changed what. Names, not numbers: an entry
-- outlives the user it is about.
CREATE TABLE audit_log (
    entry_id    INTEGER PRIMARY KEY AUTOINCREMENT,
    happened_at TEXT NOT NULL,
    user_name   TEXT,                          -- NULL before somebody is known
    action      TEXT NOT NULL,                 -- short and stable: "log in", "view"
    document_id INTEGER,
    detail      TEXT,
    address     TEXT                           -- of the other machine
) STRICT;
CREATE INDEX audit_by_document ON audit_log (document_id);

CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
BEGIN SELECT raise(ABORT, 'the log is only added to'); END;
CREATE TRIGGER audit_log_is_not_shortened BEFORE DELETE ON audit_log
BEGIN SELECT raise(ABORT, 'the log is only added to'); END;
