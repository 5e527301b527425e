//! What servers in the field mean by their words, where a status alone does not tell. They say the same in many ways; who
//! speaks our catalogue is understood without this.

use symbolon_proto::problem::Code;

use super::post;
use crate::transport::OutboundResponse;

/// Messages of known servers, in lower case. Compared whole: a sentence that merely contains one may mean anything.
const MESSAGES: [(&str, Code); 34] = [
    // ownCloud Infinite Scale, OpenCloud.
    ("token has expired", Code::InvitationExpired),
    ("token not found", Code::InvitationUnknown),
    ("provider not authorized", Code::NotTrustedThere),
    ("provider not trusted", Code::NotTrustedThere),
    ("missing parameters in request", Code::PeerRefused),
    (
        "token, userid and recipientprovider must not be null",
        Code::PeerRefused,
    ),
    // CERNBox: it keeps one list, and a person on it is not connected by another invitation.
    ("user already known", Code::ListedThere),
    ("token invalid or not found", Code::InvitationUnknown),
    // Nextcloud.
    ("invalid or non existing token", Code::InvitationUnknown),
    ("invitation expired", Code::InvitationExpired),
    (
        "could not accept invite, user data is incomplete.",
        Code::PeerRefused,
    ),
    ("invalid signature", Code::SignatureRefusedThere),
    ("unsigned request", Code::SignatureMissingThere),
    // ocm-go.
    ("token_invalid", Code::InvitationUnknown),
    ("token_expired", Code::InvitationExpired),
    ("untrusted_provider", Code::NotTrustedThere),
    ("invite_receiver_not_trusted", Code::NotTrustedThere),
    ("signature required", Code::SignatureMissingThere),
    ("signature verification failed", Code::SignatureRefusedThere),
    ("peer identity mismatch", Code::SignatureWrongHostThere),
    ("key fetch failed", Code::UnreachableFromThere),
    ("invalid declared peer", Code::PeerRefused),
    ("invalid_body", Code::PeerRefused),
    ("recipient_provider_required", Code::PeerRefused),
    ("invalid_recipient_provider", Code::PeerRefused),
    ("token_required", Code::PeerRefused),
    ("userid_required", Code::PeerRefused),
    ("email_required", Code::PeerRefused),
    ("name_required", Code::PeerRefused),
    // The stub of the OCM test suite.
    ("invalid or expired invite token", Code::InvitationUnknown),
    (
        "missing required fields: recipientprovider, token, userid",
        Code::PeerRefused,
    ),
    ("cannot parse json body", Code::PeerRefused),
    (
        "invite already accepted from this provider",
        Code::ListedThere,
    ),
    // The draft, of any message.
    ("missing_required_fields", Code::PeerRefused),
];

/// How those begin that go on with what exactly was found, in lower case: the decoder of Go, in CERNBox.
const BEGINNINGS: [&str; 3] = [
    "invalid character",
    "json: cannot unmarshal",
    "unexpected end of json input",
];

/// The reason behind a message, if it is one that is known.
pub(super) fn reason(message: &str) -> Option<Code> {
    let message = message.trim().to_lowercase();
    let known = MESSAGES.iter().find(|(known, _)| *known == message);
    let cannot_read = || BEGINNINGS.iter().any(|begin| message.starts_with(begin));
    match known {
        Some((_, code)) => Some(*code),
        None => cannot_read().then_some(Code::PeerRefused),
    }
}

/// The status for a full disk (RFC 4918 §11.5).
const INSUFFICIENT_STORAGE: u16 = 507;

/// Whether the other server understood, and failed at its own storage.
pub(super) fn could_not_write(response: &OutboundResponse) -> bool {
    // ocm-go.
    let said = || post::message(response).is_some_and(|message| message == "UPDATE_FAILED");
    response.status == INSUFFICIENT_STORAGE || (response.status == 500 && said())
}
