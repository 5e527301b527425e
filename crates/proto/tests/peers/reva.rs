//! ownCloud Infinite Scale, OpenCloud and CERNBox. The bodies of `oc-a.test` and `oc-b.test` were recorded between two
//! running servers; the others are written in the shapes that the source of these servers has.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use symbolon_proto::invite::{InviteToken, PastedInvite, invite_string_std};
use symbolon_proto::messages::{
    ConflictBody, InviteAcceptedRequest, Notification, RemovalAnswer, UserRemoved,
};

use super::{answer, conflict, discovery, provider, subject};

const LYNN: &str = "60708dda-e897-11ef-919f-bbb7437d6ec2";
const ALAN: &str = "b1f74ec4-dd7e-11ef-a543-03775734d0f7";

#[test]
fn recorded_acceptance_and_answer_name_the_people() {
    let body = concat!(
        r#"{"userID":"NjA3MDhkZGEtZTg5Ny0xMWVmLTkxOWYtYmJiNzQzN2Q2ZWMyQGh0dHBzOi8vb2MtYi50ZXN0","#,
        r#""email":"lynn@example.org","name":"Lynn Conway","recipientProvider":"oc-b.test","#,
        r#""token":"ac68999d-ae83-4a1b-915b-d9348a9db686"}"#,
        "\n"
    );
    assert_eq!(body.len(), 213, "as its Content-Length said");
    let request = InviteAcceptedRequest::parse_json(body.as_bytes()).unwrap();
    assert_eq!(
        request.token.expose(),
        "ac68999d-ae83-4a1b-915b-d9348a9db686"
    );
    assert_eq!(request.email, "lynn@example.org");
    assert_eq!(subject(&request.user_id, &request.recipient_provider), LYNN);

    let body = concat!(
        r#"{"userID":"YjFmNzRlYzQtZGQ3ZS0xMWVmLWE1NDMtMDM3NzU3MzRkMGY3QGh0dHBzOi8vb2MtYS50ZXN0","#,
        r#""email":"alan@example.org","name":"Alan Turing"}"#,
        "\n"
    );
    let yes = answer(body, "oc-a.test");
    assert_eq!((yes.name.as_str(), yes.generation), ("Alan Turing", None));
    assert_eq!(subject(&yes.user_id, "oc-a.test"), ALAN);
}

#[test]
fn person_is_the_same_before_and_after_an_upgrade_of_their_server() {
    for id in [
        ALAN.to_owned(),
        format!("{ALAN}@cloud.example.org"),
        format!("{ALAN}@https://cloud.example.org"),
        format!("{ALAN}@cloud.example.org@cloud.example.org"),
        format!("{ALAN}@https://cloud.example.org@cloud.example.org"),
        base64::engine::general_purpose::URL_SAFE
            .encode(format!("{ALAN}@https://cloud.example.org")),
    ] {
        assert_eq!(subject(&id, "https://cloud.example.org"), ALAN, "{id}");
    }
    // The issuer of a server on another port is that server, and no other.
    let ported = format!("{ALAN}@https://cloud.example.org:10200");
    assert_eq!(subject(&ported, "cloud.example.org:10200"), ALAN);
    assert_ne!(subject(&ported, "cloud.example.org:9200"), ALAN);
}

#[test]
fn descriptions_of_all_three_are_understood() {
    let opencloud = r#"{"enabled":true,"apiVersion":"1.1.0","endPoint":"https://oc-a.test/ocm","provider":"OpenCloud",
 "resourceTypes":[{"name":"file","shareTypes":["user"],"protocols":{"webdav":"/dav/ocm"}}],"capabilities":["/invite-accepted"]}"#;
    let peer = discovery(opencloud, "oc-a.test");
    assert!(peer.takes_invites() && !peer.signs() && !peer.takes_notifications());
    assert_eq!(peer.brand(), Some("OpenCloud"));
    assert_eq!(
        peer.invite_accepted_url(),
        "https://oc-a.test/ocm/invite-accepted"
    );

    let newer = r#"{"enabled":true,"apiVersion":"1.2.0","endPoint":"https://cloud.example.org:9200/ocm","provider":"OpenCloud",
        "resourceTypes":[{"name":"file","shareTypes":["user"],"protocols":{"webdav":"/dav/ocm"}}],
        "capabilities":["invites","webdav-uri","protocol-object","invite-wayf"],
        "inviteAcceptDialog":"https://cloud.example.org:9200/open-cloud-mesh/accept-invite"}"#;
    let peer = discovery(newer, "cloud.example.org:9200");
    let dialog = peer.invite_accept_dialog().unwrap();
    assert!(peer.takes_invites());
    assert_eq!(dialog.path(), "/open-cloud-mesh/accept-invite");

    let cernbox = r#"{"enabled":true,"apiVersion":"1.3.0","endPoint":"https://box.example.org/ocm","provider":"cernbox",
        "resourceTypes":[{"name":"file","shareTypes":["user"],"protocols":{"webdav":"/remote.php/dav/ocm",
        "webdav-receive":{"uri":"absolute"},"webapp":{},"webapp-receive":{"targets":["blank"]}}}],
        "capabilities":["invites","protocol-object","invite-wayf"],"criteria":null}"#;
    assert!(discovery(cernbox, "box.example.org").takes_invites());
}

#[test]
fn conflict_of_this_family_says_nothing() {
    let body = "{\n  \"code\": \"ALREADY_EXIST\",\n  \"message\": \"user already known\"\n}";
    assert_eq!(conflict(body), ConflictBody::default());
}

#[test]
fn invitations_of_their_web_pages_are_understood_and_ours_by_them() {
    let token = "c81a281d-6a00-4a96-9b42-67718f932592";
    let copied = STANDARD.encode(format!("{token}@cloud.example.org:9200"));
    for text in [
        copied,
        format!("{token}@cloud.example.org:9200"),
        format!("https://cloud.example.org:9200/open-cloud-mesh/wayf?token={token}"),
        format!(
            "https://mesh.example.org/invite?token={token}&providerDomain=cloud.example.org:9200"
        ),
    ] {
        let pasted = PastedInvite::parse(&text).map_err(|error| format!("{text}: {error}"));
        let pasted = pasted.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(pasted.token.expose(), token);
        assert_eq!(pasted.provider, Some(provider("cloud.example.org:9200")));
    }
    // Their pages decode with `atob`, split at every `@` and take the first two parts.
    for byte in 0..=255 {
        let token = InviteToken::from_random([byte; 20]);
        let string = invite_string_std(&token, &provider("cat.example.org:8443"));
        let decoded = String::from_utf8(STANDARD.decode(string).unwrap()).unwrap();
        let parts: Vec<&str> = decoded.split('@').collect();
        assert_eq!(parts, [token.expose(), "cat.example.org:8443"]);
    }
}

#[test]
fn notification_of_an_ended_share_is_read_as_something_else_than_a_removal() {
    let body = r#"{"notificationType":"SHARE_UNSHARED","resourceType":"file","providerId":"0d7e3a52-97ca-4c20-9ccf-9810276dec67",
        "notification":{"grantee":"carol@dog.example.org"}}"#;
    let notification = Notification::parse(body.as_bytes()).unwrap();
    assert_eq!(notification.notification_type, "SHARE_UNSHARED");
    assert_eq!(UserRemoved::from_notification(&notification), Ok(None));
}

#[test]
fn yes_to_a_removal_from_a_server_that_says_yes_to_everything_confirms_nothing() {
    assert_eq!(RemovalAnswer::parse(b""), None);
    assert_eq!(RemovalAnswer::parse(b"[]"), None);
}
