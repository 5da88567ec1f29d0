-- From catalogue version 2 to 3: degrees of secrecy, doubted words, corrections.

ALTER TABLE documents ADD COLUMN secrecy TEXT;
UPDATE documents SET secrecy =
    (SELECT json ->> '$.document.secrecy' FROM records WHERE records.document_id = documents.document_id);
ALTER TABLE pages ADD COLUMN doubted_words INTEGER;
CREATE INDEX pages_with_doubts ON pages (document_id, page_number)
    WHERE doubted_words > 0 OR doubted_words IS NULL;

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
