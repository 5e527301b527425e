//! The OCM test stub: relative addresses, a key that is bare text, and success for whatever it is sent.

use symbolon_proto::invite::PastedInvite;
use symbolon_proto::messages::{ConflictBody, MessageError, Notification, RemovalAnswer};

use super::{answer, conflict, discovery};

#[test]
fn description_with_relative_addresses_is_understood() {
    let document = r#"{"enabled":true,"apiVersion":"1.2.0","endPoint":"https://stub.example.org/ocm",
        "resourceTypes":[{"name":"file","shareTypes":["user","group"],"protocols":{"webdav":"/webdav-api/"}}],
        "capabilities":["invites","exchange-token"],"tokenEndPoint":"/ocm/token","inviteAcceptDialog":"/accept-invite",
        "publicKey":"-----BEGIN RSA PUBLIC KEY-----\nMIIB\n-----END RSA PUBLIC KEY-----\n"}"#;
    let peer = discovery(document, "stub.example.org");
    assert!(peer.takes_invites() && !peer.signs() && !peer.takes_notifications());
    assert_eq!(
        peer.invite_accept_dialog().unwrap().as_str(),
        "https://stub.example.org/accept-invite"
    );
}

#[test]
fn answers_are_understood() {
    let yes = answer(
        r#"{"userID":"einstein","email":"einstein@stub.example.org","name":"Albert Einstein"}"#,
        "stub.example.org",
    );
    assert_eq!(yes.user_id, "einstein");
    let again = r#"{"message":"Invite already accepted from this provider"}"#;
    assert_eq!(conflict(again), ConflictBody::default());
}

#[test]
fn its_fixed_token_stays_what_it_is() {
    let pasted = PastedInvite::parse("stub-invite-token-123456")
        .ok()
        .unwrap();
    assert_eq!(pasted.token.expose(), "stub-invite-token-123456");
    assert_eq!(pasted.provider, None);
}

#[test]
fn notification_in_its_own_dialect_is_refused_by_the_missing_member() {
    let error = Notification::parse(br#"{"type":"SHARE_ACCEPTED"}"#).unwrap_err();
    assert_eq!(error, MessageError::Missing("notificationType"));
}

#[test]
fn page_that_it_answers_to_everything_confirms_nothing() {
    assert_eq!(RemovalAnswer::parse(b"OK /ocm/notifications"), None);
}
