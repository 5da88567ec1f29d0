-- The catalogue of a vanthu archive, schema version 7.
--
-- All times are UTC, ISO 8601 ("2024-03-01T08:30:00Z"); days are "2024-03-01".
-- Text is Unicode NFC as printed; a field the paper does not show is NULL.
--
-- Size: a row a page, not a row a word. Ten thousand files of five pages and
-- five hundred words would be 25 million rows, some 3 GB with their index, that
-- nobody asks for in SQL; the words of a page with their boxes are one
-- compressed blob in page_words instead (some 8 kB a page).

CREATE TABLE documents (
    document_id      INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256           TEXT NOT NULL,              -- 64 hex digits; names the file in originals/
    byte_length      INTEGER NOT NULL,
    media_type       TEXT,                       -- application/pdf, image/tiff, …
    file_name        TEXT NOT NULL,              -- the name it first came under
    source_path      TEXT NOT NULL,              -- the path it first came under
    page_count       INTEGER,                    -- NULL until the file has been looked into
    state            TEXT NOT NULL DEFAULT 'registered'
                     CHECK (state IN ('registered', 'read', 'failed', 'split')),
    imported_at      TEXT NOT NULL,
    finished_at      TEXT,                       -- when it left 'registered'
    revision         INTEGER NOT NULL DEFAULT 0, -- grows with every new reading
    indexed_revision INTEGER,                    -- the revision the search index holds
    -- The main fields of the record, for SQL users and for lists.
    type             TEXT,                       -- lower case: "công văn"
    number           TEXT,                       -- as printed: "1347/SYT-VP"
    number_key       TEXT,                       -- normal form for matching: "1347/SYT-VP"
    number_doubtful  INTEGER NOT NULL DEFAULT 0, -- 1: handwritten or read with little certainty
    issuer           TEXT,
    issuer_parent    TEXT,
    place            TEXT,
    issued           TEXT,                       -- day
    issued_doubtful  INTEGER NOT NULL DEFAULT 0, -- 1: as of the number
    subject          TEXT,
    signer_authority TEXT,                       -- "KT. GIÁM ĐỐC"
    signer_position  TEXT,
    signer_name      TEXT,
    secrecy          TEXT,                       -- degree of secrecy as stamped: "MẬT"; NULL: none
    sign             TEXT,                       -- behind the number: "SYT-VP", also where that was not read
    issued_partial   TEXT,                       -- month or year, where the day was not read: "2023-03"
    -- A stack scanned as one file and split: its own row stays, 'split' and
    -- without pages; each paper of it is a document with the same sha256.
    part_of          INTEGER REFERENCES documents, -- the row of the stack; NULL for a whole file
    first_page       INTEGER NOT NULL DEFAULT 1  -- the page of the file that is page 1 of the document
                     CHECK (first_page >= 1)
) STRICT;
CREATE UNIQUE INDEX documents_by_hash ON documents (sha256) WHERE part_of IS NULL;
CREATE UNIQUE INDEX parts_of_stacks ON documents (part_of, first_page) WHERE part_of IS NOT NULL;
CREATE INDEX documents_by_length ON documents (byte_length);
CREATE INDEX documents_by_number ON documents (number_key);
CREATE INDEX documents_by_issued ON documents (issued);
CREATE INDEX documents_to_index ON documents (document_id)
    WHERE (state = 'read' AND indexed_revision IS NULL) OR indexed_revision <> revision;

-- Every path under which the same bytes were seen.
CREATE TABLE sources (
    document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    path        TEXT NOT NULL,
    path_bytes  BLOB,                            -- only where the path is not UTF-8
    seen_at     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX sources_once
    ON sources (document_id, path, ifnull(path_bytes, x''));
CREATE INDEX sources_by_path ON sources (path);

-- Where the paper original stands, from the table given to an import.
CREATE TABLE archive_places (
    document_id INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    fonds       TEXT,                            -- phông
    register    TEXT,                            -- mục lục
    box         TEXT,                            -- hộp
    dossier     TEXT,                            -- hồ sơ
    sheet       TEXT                             -- tờ
) STRICT;

-- One row for every page that has an outcome.
CREATE TABLE pages (
    document_id     INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    page_number     INTEGER NOT NULL CHECK (page_number >= 1),
    state           TEXT NOT NULL CHECK (state IN ('done', 'failed')),
    width_px        INTEGER,
    height_px       INTEGER,
    resolution_dpi  INTEGER,
    text            TEXT,                        -- restored, a printed line a line
    raw_text        TEXT,                        -- as it was read
    word_count      INTEGER,
    mean_confidence REAL,                        -- of the restored words, 0 to 1; NULL without words
    read_by         TEXT,                        -- "tesseract 5.5.0 vie", "text layer", …
    duration_ms     INTEGER,
    finished_at     TEXT NOT NULL,
    text_layer      TEXT,                        -- JSON: what text the page had ("finding"), legacy
                                                 -- "encodings", what became of it ("outcome")
    doubted_words   INTEGER,                     -- words to be looked at; NULL: not counted
    PRIMARY KEY (document_id, page_number)
) STRICT;

CREATE INDEX pages_with_doubts ON pages (document_id, page_number)
    WHERE doubted_words > 0 OR doubted_words IS NULL;

-- The words of a done page with boxes, certainty, raw and restored text:
-- zstd of the JSON of vanthu::restore::RestoredPage.
CREATE TABLE page_words (
    document_id INTEGER NOT NULL,
    page_number INTEGER NOT NULL,
    words       BLOB NOT NULL,
    PRIMARY KEY (document_id, page_number),
    FOREIGN KEY (document_id, page_number) REFERENCES pages ON DELETE CASCADE
) STRICT;

-- The whole record of a read document, JSON.
CREATE TABLE records (
    document_id INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    json        TEXT NOT NULL CHECK (json_valid(json))
) STRICT;

-- Cited papers; a table of its own, not a view, because "what cites this
-- number" has to be answered without reading every record.
CREATE TABLE document_references (
    document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    item_index  INTEGER NOT NULL,                -- 0-based, in the order of the record
    text        TEXT,
    type        TEXT,
    number      TEXT,
    number_key  TEXT,
    date        TEXT,
    issuer      TEXT,
    page_number INTEGER,
    PRIMARY KEY (document_id, item_index)
) STRICT, WITHOUT ROWID;
CREATE INDEX references_by_number ON document_references (number_key);

-- What failed and why, in words for a records clerk. A file that never became
-- a document has only its path.
CREATE TABLE failures (
    failure_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER REFERENCES documents ON DELETE CASCADE,
    page_number INTEGER,
    source_path TEXT,
    kind        TEXT NOT NULL,                   -- short and stable: "encrypted", "timeout"
    message     TEXT NOT NULL,
    failed_at   TEXT NOT NULL,
    CHECK (document_id IS NOT NULL OR source_path IS NOT NULL)
) STRICT;
CREATE INDEX failures_by_document ON failures (document_id, page_number);
CREATE INDEX failures_by_path ON failures (source_path) WHERE document_id IS NULL;

-- What people decided about words and fields that were read; only ever added to.
-- page_words keeps what was read; texts, records and the index show it with
-- these on top, also when the page is read again: a word is found again by its
-- place on the page and by what was read there.
CREATE TABLE corrections (
    correction_id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id   INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    field         TEXT,                          -- of the record: "number"; NULL for a word
    page_number   INTEGER,                       -- of a word; NULL for a field
    word_index    INTEGER,                       -- 0-based, in reading order, for words without a place
    left_px       INTEGER,                       -- its place, in pixels of the page
    top_px        INTEGER,
    right_px      INTEGER,
    bottom_px     INTEGER,
    width_px      INTEGER,                       -- of the page
    height_px     INTEGER,
    raw_text      TEXT,                          -- what was read there
    old_text      TEXT,                          -- what stood there before; NULL: nothing
    new_text      TEXT,                          -- the same where it was accepted; NULL: nothing stands there
    made_by       TEXT NOT NULL,
    made_at       TEXT NOT NULL,
    CHECK ((field IS NULL) <> (page_number IS NULL))
) STRICT;
CREATE INDEX corrections_by_document ON corrections (document_id, page_number);
CREATE TRIGGER corrections_are_not_changed BEFORE UPDATE ON corrections
BEGIN SELECT raise(ABORT, 'corrections are only added to'); END;
-- They go with their document.
CREATE TRIGGER corrections_are_not_removed BEFORE DELETE ON corrections
WHEN EXISTS (SELECT 1 FROM documents WHERE document_id = OLD.document_id)
BEGIN SELECT raise(ABORT, 'corrections are only added to'); END;

-- Where the papers begin in a file that seems to be a stack of several; none for
-- a file of one paper, and none any more once it was split.
CREATE TABLE proposed_papers (
    document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    first_page  INTEGER NOT NULL CHECK (first_page >= 1),
    PRIMARY KEY (document_id, first_page)
) STRICT, WITHOUT ROWID;

-- The other items of the record are read through the views of record_views.sql.
