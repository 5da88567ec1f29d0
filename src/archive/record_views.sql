-- The items of the records read as tables; the JSON stays the one truth, and
-- these hold nothing: an archive whose views are of another version gets these.
-- Days are ISO 8601, item_index counts from 0 in the order of the record.

DROP VIEW IF EXISTS record_views;
DROP VIEW IF EXISTS dates;
DROP VIEW IF EXISTS periods;
DROP VIEW IF EXISTS deadlines;
DROP VIEW IF EXISTS recurring_deadlines;
DROP VIEW IF EXISTS durations;
DROP VIEW IF EXISTS percentages;
DROP VIEW IF EXISTS target_register;
DROP VIEW IF EXISTS targets;
DROP VIEW IF EXISTS cited_laws;
DROP VIEW IF EXISTS inconsistencies;
DROP VIEW IF EXISTS addressees;
DROP VIEW IF EXISTS recipients;
DROP VIEW IF EXISTS attached_documents;

-- The version of the views in this file.
CREATE VIEW record_views AS SELECT 4 AS version;

CREATE VIEW dates AS
    SELECT document_id, key AS item_index, value ->> '$.text' AS text,
           value ->> '$.value' AS value,
           coalesce(value ->> '$.is_repaired', 0) AS is_repaired,
           value ->> '$.page' AS page_number
    FROM records, json_each(records.json, '$.dates');
CREATE VIEW periods AS
    SELECT document_id, key AS item_index, value ->> '$.text' AS text,
           value ->> '$.from' AS "from", value ->> '$.to' AS "to",
           value ->> '$.page' AS page_number
    FROM records, json_each(records.json, '$.periods');
-- operator: "<" before the day, "<=" on it at the latest.
CREATE VIEW deadlines AS
    SELECT document_id, key AS item_index, value ->> '$.text' AS text,
           value ->> '$.value' AS value, value ->> '$.operator' AS operator,
           value ->> '$.page' AS page_number
    FROM records, json_each(records.json, '$.deadlines');
-- every: "tháng", "quý", "năm"; month only where it is named.
CREATE VIEW recurring_deadlines AS
    SELECT document_id, key AS item_index, value ->> '$.text' AS text,
           value ->> '$.day' AS day, value ->> '$.month' AS month,
           value ->> '$.every' AS every, value ->> '$.page' AS page_number
    FROM records, json_each(records.json, '$.recurring_deadlines');
CREATE VIEW durations AS
    SELECT document_id, key AS item_index, value ->> '$.text' AS text,
           value ->> '$.amount' AS amount, value ->> '$.unit' AS unit,
           value ->> '$.counted_from' AS counted_from, value ->> '$.page' AS page_number
    FROM records, json_each(records.json, '$.durations');
CREATE VIEW percentages AS
    SELECT document_id, key AS item_index, value ->> '$.text' AS text,
           value ->> '$.value' AS value, value ->> '$.page' AS page_number
    FROM records, json_each(records.json, '$.percentages');
-- kind: "target" is to be reached, "result" was reached.
CREATE VIEW targets AS
    SELECT document_id, key AS item_index, value ->> '$.indicator' AS indicator,
           value ->> '$.comparator' AS comparator, value ->> '$.value' AS value,
           value ->> '$.value_to' AS value_to, value ->> '$.unit' AS unit,
           value ->> '$.kind' AS kind, value ->> '$.out_of' AS out_of,
           coalesce(value ->> '$.is_change', 0) AS is_change,
           value ->> '$.who' AS who, value ->> '$.until' AS until,
           value ->> '$.holds_for' AS holds_for, value ->> '$.text' AS text,
           value ->> '$.page' AS page_number, value ->> '$.confidence' AS confidence
    FROM records, json_each(records.json, '$.targets');
-- The analyst's table: each target with the paper it stands in.
CREATE VIEW target_register AS
    SELECT targets.*, documents.type AS document_type, documents.number AS document_number,
           documents.number_doubtful, documents.issued_doubtful, documents.issuer, documents.issuer_parent, documents.issued,
           documents.issued_partial, documents.subject, documents.file_name
    FROM targets JOIN documents USING (document_id);
CREATE VIEW cited_laws AS
    SELECT document_id, key AS item_index, value ->> '$.name' AS name,
           value ->> '$.type' AS type, value ->> '$.date' AS date,
           value ->> '$.article' AS article, value ->> '$.text' AS text,
           value ->> '$.page' AS page_number
    FROM records, json_each(records.json, '$.cited_laws');
CREATE VIEW inconsistencies AS
    SELECT document_id, key AS item_index, value ->> '$.kind' AS kind,
           value ->> '$.stated' AS stated, value ->> '$.computed' AS computed,
           value ->> '$.text' AS text, value ->> '$.page' AS page_number
    FROM records, json_each(records.json, '$.inconsistencies');
CREATE VIEW addressees AS
    SELECT document_id, key AS item_index, value AS name
    FROM records, json_each(records.json, '$.document.addressees');
CREATE VIEW recipients AS
    SELECT document_id, key AS item_index, value AS name
    FROM records, json_each(records.json, '$.document.recipients');
CREATE VIEW attached_documents AS
    SELECT document_id, key AS item_index, value ->> '$.type' AS type,
           value ->> '$.number' AS number, value ->> '$.issuer' AS issuer,
           value ->> '$.issued' AS issued, value ->> '$.subject' AS subject,
           value ->> '$.page' AS page_number
    FROM records, json_each(records.json, '$.attached_documents');
