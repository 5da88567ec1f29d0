-- From catalogue version 5 to 6: papers of a stack that was scanned as one file.
--
-- A hash is no longer that of one document only, and no ALTER TABLE takes a
-- constraint away: the table is made anew. Run without foreign keys and with
-- legacy_alter_table, so that whatever refers to "documents" goes on doing so.

CREATE TABLE documents_6 (
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
INSERT INTO documents_6
    (document_id, sha256, byte_length, media_type, file_name, source_path, page_count, state,
     imported_at, finished_at, revision, indexed_revision, type, number, number_key,
     number_doubtful, issuer, issuer_parent, place, issued, issued_doubtful, subject,
     signer_authority, signer_position, signer_name, secrecy, sign, issued_partial)
SELECT
     document_id, sha256, byte_length, media_type, file_name, source_path, page_count, state,
     imported_at, finished_at, revision, indexed_revision, type, number, number_key,
     number_doubtful, issuer, issuer_parent, place, issued, issued_doubtful, subject,
     signer_authority, signer_position, signer_name, secrecy, sign, issued_partial
FROM documents;
-- Numbers that were given once are not given again.
UPDATE sqlite_sequence
    SET seq = (SELECT max(seq) FROM sqlite_sequence WHERE name IN ('documents', 'documents_6'))
    WHERE name = 'documents_6';
DROP TABLE documents;
ALTER TABLE documents_6 RENAME TO documents;
CREATE UNIQUE INDEX documents_by_hash ON documents (sha256) WHERE part_of IS NULL;
CREATE UNIQUE INDEX parts_of_stacks ON documents (part_of, first_page) WHERE part_of IS NOT NULL;
CREATE INDEX documents_by_length ON documents (byte_length);
CREATE INDEX documents_by_number ON documents (number_key);
CREATE INDEX documents_by_issued ON documents (issued);
CREATE INDEX documents_to_index ON documents (document_id)
    WHERE (state = 'read' AND indexed_revision IS NULL) OR indexed_revision <> revision;

-- Where the papers begin in a file that seems to be a stack of several; none for
-- a file of one paper, and none any more once it was split.
CREATE TABLE proposed_papers (
    document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    first_page  INTEGER NOT NULL CHECK (first_page >= 1),
    PRIMARY KEY (document_id, first_page)
) STRICT, WITHOUT ROWID;
