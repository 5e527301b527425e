//! `/invite-accepted`: the request as JSON and as a form, the answer, and a refusal.

use symbolon_proto::messages::{ConflictBody, InviteAcceptedAnswer, InviteAcceptedRequest};

use super::cat;

pub(crate) fn play(bytes: &[u8]) {
    for request in [
        InviteAcceptedRequest::parse_json(bytes),
        InviteAcceptedRequest::parse_form(bytes),
    ] {
        match request {
            Ok(request) => reads_back(&request),
            Err(error) => {
                let _: symbolon_proto::problem::Code = error.problem().code();
            }
        }
    }
    if let Ok(answer) = InviteAcceptedAnswer::parse(bytes, &cat()) {
        let written = answer.to_json().to_string();
        let again = InviteAcceptedAnswer::parse(written.as_bytes(), &cat());
        assert_eq!(again.as_ref(), Ok(&answer));
    }
    let conflict = ConflictBody::parse(bytes, &cat());
    assert_eq!(ConflictBody::parse(bytes, &cat()), conflict);
}

fn reads_back(request: &InviteAcceptedRequest) {
    let written = request.to_json();
    let again = InviteAcceptedRequest::parse_json(written.as_bytes());
    let again = again.unwrap_or_else(|error| panic!("{written}: {error}"));
    let floor = |request: &InviteAcceptedRequest| request.connection.and_then(|c| c.floor);
    assert_eq!(again.token.expose(), request.token.expose());
    assert_eq!(again.user_id, request.user_id);
    assert_eq!(again.recipient_provider, request.recipient_provider);
    assert_eq!(again.email, request.email);
    assert_eq!(again.name, request.name);
    assert_eq!(floor(&again), floor(request));
}
