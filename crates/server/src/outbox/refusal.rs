//! What another server means when it does not do what a message asks for: the same for every kind of message.
//!
//! A Symbolon says it in the words of our catalogue, others in words of their own ([`dialects`]). Both speak for the one who
//! received the message; here they are turned around for those who sent it.

use serde_json::Value;
use symbolon_proto::problem::Code;

use super::{dialects, post};
use crate::transport::OutboundResponse;
use crate::transport::ask::problem_of;

/// Why an answer is no, and `otherwise` where it does not say in words that are known here. Only a reason that ends something:
/// what passes, said with a status that does not, is no reason.
pub(crate) fn no(response: &OutboundResponse, otherwise: Code) -> Code {
    match reason(response) {
        Some(code) if is_of_the_invitation(code) || is_of_the_messenger(code) => code,
        Some(code @ Code::ListedThere) => code,
        Some(_) => Code::PeerRefused,
        None => match problem_of(response) {
            // A later version has more words than this one. Their beginning tells what they are about.
            Some(word) if word.starts_with("signature_") => Code::SignatureRefusedThere,
            Some(_) => Code::PeerRefused,
            None => otherwise,
        },
    }
}

/// Why an answer settles nothing; `None` if it does.
pub(crate) fn unsettled(response: &OutboundResponse) -> Option<Code> {
    let by_its_status = match response.status {
        300..=399 => Code::PeerRedirected,
        408 | 425 | 500..=599 => Code::PeerFailed,
        429 => Code::PeerBusy,
        _ => return None,
    };
    Some(match reason(response) {
        Some(code @ (Code::UnreachableFromThere | Code::PeerBusy)) => code,
        _ => by_its_status,
    })
}

/// Why a message that is no acceptance was turned away: the status alone does not tell it from other refusals.
pub(crate) fn of_a_notification(response: &OutboundResponse, otherwise: Code) -> Code {
    match no(response, otherwise) {
        code if is_of_the_invitation(code) => Code::PeerRefused,
        code => code,
    }
}

/// What the answer says about the invitation or the signature in a word that the specification has (3.5).
pub(super) fn word(response: &OutboundResponse) -> Option<Code> {
    let code = problem_of(response).and_then(|word| turned(Code::parse(&word)?))?;
    (is_of_the_invitation(code) || is_of_the_signature(code)).then_some(code)
}

/// Whether an answer names its reason in a word for programs.
pub(super) fn has_a_word(response: &OutboundResponse) -> bool {
    problem_of(response).is_some()
}

/// By how many seconds the clocks differ, where that is why, and the other server says so.
pub(super) fn clocks_differ_secs(response: &OutboundResponse) -> Option<u32> {
    if reason(response)? != Code::SignatureClockThere {
        return None;
    }
    let body: Value = serde_json::from_slice(&response.body).ok()?;
    u32::try_from(body.get("seconds")?.as_u64()?).ok()
}

/// Whether the other server wanted to check the signature, and could not get the keys for it.
pub(super) fn could_not_fetch_keys(response: &OutboundResponse) -> bool {
    match problem_of(response) {
        Some(word) => word == Code::PeerUnreachableForKeys.as_str(),
        None => reason(response) == Some(Code::UnreachableFromThere),
    }
}

/// Whether a reason is about the invitation that was accepted.
pub(super) fn is_of_the_invitation(code: Code) -> bool {
    code.as_str().starts_with("invitation_")
}

/// Whether a reason is about the signature of this server.
pub(super) fn is_of_the_signature(code: Code) -> bool {
    matches!(
        code,
        Code::SignatureMissingThere
            | Code::SignatureUnknownKeyThere
            | Code::SignatureWrongHostThere
            | Code::SignatureClockThere
            | Code::SignatureDigestThere
            | Code::SignatureRefusedThere
    )
}

/// Whether an answer refuses the key or the signature of this server, which another key may mend: the message has done nothing
/// there.
pub(super) fn refuses_the_signature(response: &OutboundResponse) -> bool {
    let refused = matches!(response.status, 400 | 401 | 403);
    let of_the_key = |code| {
        matches!(
            code,
            Code::SignatureRefusedThere | Code::SignatureUnknownKeyThere
        )
    };
    refused && reason(response).is_some_and(of_the_key)
}

/// Whether a reason is about whoever sent the message: what the message says has not been looked at.
pub(super) fn is_of_the_messenger(code: Code) -> bool {
    code == Code::NotTrustedThere || is_of_the_signature(code)
}

/// Whether a server that is asked for three days and gives this reason has answered, rather than been away.
pub(crate) fn is_an_answer(code: Code) -> bool {
    is_of_the_messenger(code) || matches!(code, Code::UnreachableFromThere | Code::PeerRefused)
}

fn reason(response: &OutboundResponse) -> Option<Code> {
    match problem_of(response).map(|word| Code::parse(&word)) {
        // Of another catalogue, or of a later version: its message may be known all the same.
        None | Some(None) => dialects::reason(&post::message(response)?),
        Some(Some(theirs)) => turned(theirs),
    }
}

/// What a word of our catalogue means to the one whom it is said to. One that can only be about the server that says it, or
/// that makes no sense from there, means nothing: told on to a person here, it would be a statement about this server.
fn turned(theirs: Code) -> Option<Code> {
    Some(match theirs {
        Code::InvitationUnknown
        | Code::InvitationExpired
        | Code::InvitationWithdrawn
        | Code::InvitationUsedUp
        | Code::InvitationClosedToYou
        | Code::InvitationYourOwn => theirs,
        Code::NotTrustedHere => Code::NotTrustedThere,
        Code::SignatureMissing => Code::SignatureMissingThere,
        Code::SignatureUnknownKey => Code::SignatureUnknownKeyThere,
        Code::SignatureWrongHost => Code::SignatureWrongHostThere,
        Code::SignatureClock => Code::SignatureClockThere,
        Code::SignatureDigest => Code::SignatureDigestThere,
        Code::SignatureInvalid | Code::SignatureWeaker => Code::SignatureRefusedThere,
        // The next try is signed anew.
        Code::SignatureRepeated | Code::TooManyRequests | Code::TooManyTries => Code::PeerBusy,
        // It had to ask us before it could go on: for our keys, or to compare halves first. Whatever came of that, it is
        // said of this server.
        Code::PeerUnreachableForKeys
        | Code::NameNotFound
        | Code::ConnectionRefused
        | Code::Timeout
        | Code::NetworkFailed
        | Code::TlsWrongName
        | Code::TlsUnknownIssuer
        | Code::TlsExpired
        | Code::TlsOtherKey
        | Code::TlsFailed
        | Code::PeerFailed
        | Code::PeerRedirected
        | Code::PeerAnswerInvalid
        | Code::PeerBusy => Code::UnreachableFromThere,
        // The form of the message.
        Code::MemberMissing
        | Code::MemberInvalid
        | Code::MemberUnknown
        | Code::MalformedBody
        | Code::BodyTooLarge
        | Code::UnsupportedMediaType
        | Code::MethodNotAllowed
        | Code::NotFound
        | Code::NotificationUnknown => Code::PeerRefused,
        _ => return None,
    })
}
