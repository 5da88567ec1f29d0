//! From the pages of a document, as read and corrected, its record.

use crate::archive::{Correction, CorrectionSubject, RecordField, RegisteredFields};
use crate::extract::{self, DocumentText, ExtractDefect, Record};
use crate::restore::RestoredPage;
use crate::vietnamese::unify_tone;

/// The record of a document: what its pages say, and above that what people set.
///
/// # Errors
/// [`ExtractDefect`] where its text met a defect of the program.
pub(crate) fn record_of(
    pages: &[RestoredPage],
    corrections: &[Correction],
) -> Result<Record, ExtractDefect> {
    let mut record = extract::try_extract(&DocumentText::from_restored(pages))?;
    for correction in corrections {
        if let CorrectionSubject::Field(field) = correction.subject {
            set_field(&mut record, field, correction.new_text.clone());
        }
    }
    Ok(record)
}

/// Puts what somebody set in the place of what was extracted, and marks it.
pub(crate) fn set_field(record: &mut Record, field: RecordField, value: Option<String>) {
    let document = &mut record.document;
    match field {
        RecordField::Type => document.document_type = value,
        RecordField::Number => {
            document.sign = value
                .as_deref()
                .and_then(|number| number.split_once('/'))
                .map(|(_, sign)| sign.to_owned());
            document.number = value;
            document.number_doubtful = false;
        }
        RecordField::Issuer => {
            document.issuer = value;
            document.issuer_inferred = false;
        }
        RecordField::IssuerParent => document.issuer_parent = value,
        RecordField::Place => document.place = value,
        RecordField::Issued => {
            document.issued = value;
            document.issued_partial = None;
            document.issued_doubtful = false;
        }
        RecordField::Subject => document.subject = value,
        RecordField::Secrecy => document.secrecy = value,
        RecordField::SignerAuthority => document.signer.authority = value,
        RecordField::SignerPosition => document.signer.position = value,
        RecordField::SignerName => {
            document.signer.name = value;
            document.signer_doubtful = false;
        }
    }
    document.link_authorities();
    let name = field.as_str();
    if !document.corrected_fields.iter().any(|it| it == name) {
        document.corrected_fields.push(name.to_owned());
    }
}

/// The fields that the catalogue has as columns.
pub(crate) fn registered_fields(record: &Record) -> RegisteredFields {
    let document = record.document.clone();
    RegisteredFields {
        document_type: document.document_type,
        number: document.number,
        sign: document.sign,
        number_doubtful: document.number_doubtful,
        // One spelling a name, so that papers of one issuer are counted together;
        // the record has it as printed.
        issuer: document.issuer.as_deref().map(unify_tone),
        issuer_parent: document.issuer_parent,
        place: document.place,
        issued: document.issued,
        issued_partial: document.issued_partial,
        issued_doubtful: document.issued_doubtful,
        subject: document.subject,
        signer_authority: document.signer.authority,
        signer_position: document.signer.position,
        signer_name: document.signer.name,
        secrecy: document.secrecy,
    }
}
