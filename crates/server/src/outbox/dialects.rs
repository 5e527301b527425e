//! What servers in the field mean by their words, where a status alone does not tell. They say the same in many ways; who
//! speaks our catalogue is understood without this.

use symbolon_proto::problem::Code;

/// Messages of known servers, in lower case. Compared whole: a sentence that merely contains one may mean anything.
const MESSAGES: [(&str, Code); 4] = [
    // ownCloud Infinite Scale, OpenCloud.
    ("token has expired", Code::InvitationExpired),
    // Nextcloud.
    ("invitation expired", Code::InvitationExpired),
    // ocm-go.
    ("token_expired", Code::InvitationExpired),
    ("signature required", Code::SignatureMissing),
];

/// The reason behind a message, if it is one that is known.
pub(super) fn reason(message: &str) -> Option<Code> {
    let message = message.trim().to_lowercase();
    let known = MESSAGES.iter().find(|(known, _)| *known == message);
    known.map(|(_, code)| *code)
}
