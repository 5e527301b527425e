//! Nextcloud: the bare receiver of releases 32 to 34, and the contacts app that took its place.

use symbolon_proto::invite::PastedInvite;
use symbolon_proto::messages::{
    ConflictBody, InviteAcceptedAnswer, InviteAcceptedRequest, Notification, UserRemoved,
};

use super::{answer, conflict, discovery, provider, subject};

#[test]
fn descriptions_of_every_release_are_understood() {
    let before_invitations = r#"{"enabled":true,"apiVersion":"1.0-proposal1","endPoint":"https://nc.example.org/index.php/ocm",
        "resourceTypes":[{"name":"file","shareTypes":["user","group"],"protocols":{"webdav":"/public.php/webdav/"}}]}"#;
    let peer = discovery(before_invitations, "nc.example.org");
    assert!(!peer.takes_invites() && !peer.signs());
    assert_eq!(
        peer.invite_accepted_url(),
        "https://nc.example.org/index.php/ocm/invite-accepted"
    );

    let slashes = r#"{"enabled":true,"apiVersion":"1.0-proposal1","version":"1.1.0","endPoint":"https://nc.example.org/ocm",
        "provider":"Nextcloud 32.0.12","resourceTypes":[],"capabilities":["/invite-accepted","/notifications","/shares"],
        "publicKey":{"keyId":"https://nc.example.org/ocm#signature","publicKeyPem":"-----BEGIN PUBLIC KEY-----"}}"#;
    let peer = discovery(slashes, "nc.example.org");
    assert!(peer.takes_invites() && peer.takes_notifications() && !peer.signs());

    // A list with holes in it leaves PHP as an object.
    let holes = r#"{"enabled":true,"apiVersion":"1.0-proposal1","version":"1.1.2","endPoint":"https://nc.example.org:8443/ocm",
        "resourceTypes":[],"capabilities":{"0":"notifications","1":"shares","3":"exchange-token","4":"http-sig","5":"invite-accepted"},
        "inviteAcceptDialog":"https://nc.example.org:8443/index.php/apps/contacts/ocm/invite-accept-dialog",
        "tokenEndPoint":"https://nc.example.org:8443/apps/cloud_federation_api/api/v1/access-token",
        "jwksUri":"https://nc.example.org:8443/apps/cloud_federation_api/api/v1/jwks"}"#;
    let peer = discovery(holes, "nc.example.org:8443");
    assert!(peer.takes_invites() && peer.signs());
    assert!(peer.invite_accept_dialog().is_some());
    assert_eq!(
        peer.jwks_uri("https://nc.example.org:8443"),
        "https://nc.example.org:8443/apps/cloud_federation_api/api/v1/jwks"
    );
}

#[test]
fn one_behind_a_proxy_that_does_not_know_so_is_talked_to_safely() {
    let document =
        r#"{"enabled":true,"apiVersion":"1.0-proposal1","endPoint":"http://nc.example.org/ocm"}"#;
    let peer = discovery(document, "nc.example.org");
    assert_eq!(
        peer.invite_accepted_url(),
        "https://nc.example.org/ocm/invite-accepted"
    );
}

#[test]
fn acceptance_of_somebody_without_an_address_is_taken() {
    let body = br#"{"recipientProvider":"nc.example.org","token":"6f1c2a52-97ca-4c20-9ccf-9810276dec67","userID":"bob","email":null,"name":"Bob"}"#;
    let request = InviteAcceptedRequest::parse_json(body).unwrap();
    assert_eq!((request.email.as_str(), request.name.as_str()), ("", "Bob"));
    assert_eq!(subject(&request.user_id, "nc.example.org"), "bob");
}

#[test]
fn answers_are_understood() {
    let yes = answer(
        r#"{"userID":"alice","email":"alice@example.org","name":"Alice"}"#,
        "nc.example.org",
    );
    assert_eq!(yes.user_id, "alice");
    for no in [
        r#"{"message":"Invalid or non existing token","error":true}"#,
        r#"{"message":"Invitation expired","error":true}"#,
        r#"{"message":"Could not accept invite, user data is incomplete."}"#,
    ] {
        let provider = provider("nc.example.org");
        assert!(InviteAcceptedAnswer::parse(no.as_bytes(), &provider).is_err());
    }
    let taken = r#"{"message":"Invite already accepted","error":true}"#;
    assert_eq!(conflict(taken), ConflictBody::default());
}

#[test]
fn invitations_of_the_contacts_app_are_understood() {
    let token = "6f1c2a52-97ca-4c20-9ccf-9810276dec67";
    for text in [
        format!(
            "https://nc.example.org/apps/contacts/wayf?token={token}&providerDomain=nc.example.org"
        ),
        format!("{token}@nc.example.org"),
        "NmYxYzJhNTItOTdjYS00YzIwLTljY2YtOTgxMDI3NmRlYzY3QG5jLmV4YW1wbGUub3Jn".to_owned(),
    ] {
        let pasted = PastedInvite::parse(&text).ok().unwrap();
        assert_eq!(pasted.token.expose(), token, "{text}");
        assert_eq!(pasted.provider, Some(provider("nc.example.org")), "{text}");
    }
}

#[test]
fn notification_with_a_number_for_an_id_is_read() {
    let body = br#"{"notificationType":"SHARE_ACCEPTED","resourceType":"file","providerId":42,"notification":{"sharedSecret":"S","message":"Recipient accept the share"}}"#;
    let notification = Notification::parse(body).unwrap();
    assert_eq!(notification.provider_id.as_deref(), Some("42"));
    assert_eq!(UserRemoved::from_notification(&notification), Ok(None));
}

#[test]
fn removal_that_we_send_has_the_envelope_that_it_demands() {
    let sent = UserRemoved {
        provider_id: "carol".to_owned(),
        grantee: Some("bob".to_owned()),
        generation: None,
    };
    let body: serde_json::Value = serde_json::from_str(&sent.to_json()).unwrap();
    for member in ["notificationType", "resourceType", "providerId"] {
        assert!(body[member].is_string(), "{member}");
    }
    assert!(body["notification"].is_object());
}
