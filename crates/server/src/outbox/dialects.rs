//! What servers in the field mean by their words, where a status alone does not tell. They say the same in many ways; who
//! speaks our catalogue is understood without this.

use symbolon_proto::problem::Code;

use super::post;
use crate::transport::OutboundResponse;

/// Messages of known servers, in lower case. Compared whole: a sentence that merely contains one may mean anything.
const MESSAGES: [(&str, Code); 22] = [
    // ownCloud Infinite Scale, OpenCloud.
    ("token has expired", Code::InvitationExpired),
    ("missing parameters in request", Code::PeerRefused),
    (
        "token, userid and recipientprovider must not be null",
        Code::PeerRefused,
    ),
    // CERNBox: it keeps one list, and a person on it is not connected by another invitation.
    ("user already known", Code::ListedThere),
    // Nextcloud.
    ("invitation expired", Code::InvitationExpired),
    (
        "could not accept invite, user data is incomplete.",
        Code::PeerRefused,
    ),
    ("invalid signature", Code::SignatureInvalid),
    ("unsigned request", Code::SignatureMissing),
    // ocm-go.
    ("token_expired", Code::InvitationExpired),
    ("signature required", Code::SignatureMissing),
    ("peer identity mismatch", Code::SignatureWrongHost),
    ("invalid declared peer", Code::PeerRefused),
    ("invalid_body", Code::PeerRefused),
    ("recipient_provider_required", Code::PeerRefused),
    ("invalid_recipient_provider", Code::PeerRefused),
    ("token_required", Code::PeerRefused),
    ("userid_required", Code::PeerRefused),
    ("email_required", Code::PeerRefused),
    ("name_required", Code::PeerRefused),
    // The stub of the OCM test suite.
    (
        "missing required fields: recipientprovider, token, userid",
        Code::PeerRefused,
    ),
    ("cannot parse json body", Code::PeerRefused),
    (
        "invite already accepted from this provider",
        Code::ListedThere,
    ),
];

/// The reason behind a message, if it is one that is known.
pub(super) fn reason(message: &str) -> Option<Code> {
    let message = message.trim().to_lowercase();
    let known = MESSAGES.iter().find(|(known, _)| *known == message);
    known.map(|(_, code)| *code)
}

/// The status for a full disk (RFC 4918 §11.5).
const INSUFFICIENT_STORAGE: u16 = 507;

/// Whether the other server understood, and failed at its own storage.
pub(super) fn could_not_write(response: &OutboundResponse) -> bool {
    // ocm-go.
    let said = || post::message(response).is_some_and(|message| message == "UPDATE_FAILED");
    response.status == INSUFFICIENT_STORAGE || (response.status == 500 && said())
}
