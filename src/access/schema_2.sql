-- From version 1 to 2: imports that were asked for over HTTP. They are kept so
-- that none is lost when the server ends before its files were read.

CREATE TABLE imports (
    import_id INTEGER PRIMARY KEY AUTOINCREMENT,
    begun_at  TEXT NOT NULL,                   -- UTC, ISO 8601
    ended_at  TEXT,                            -- NULL: its files are still to be read
    user_name TEXT NOT NULL,
    paths     TEXT NOT NULL,                   -- JSON: names of files sent, or paths of the server
    staging   TEXT,                            -- the folder in uploads/ with files that were sent
    report    TEXT,                            -- JSON: what came of it
    problem   TEXT,                            -- why it stopped, short and stable
    message   TEXT                             -- the same in words
) STRICT;
