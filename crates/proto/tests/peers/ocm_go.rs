//! opencloudmesh-go: the strictest reader, and the only one that repeats its yes in a 409.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use symbolon_proto::discovery::Discovery;
use symbolon_proto::invite::PastedInvite;
use symbolon_proto::messages::{Notification, UserRemoved};
use url::Url;

use super::{answer, conflict, discovery, provider, subject};

const UUID: &str = "0192f0c1-1111-7aaa-8bbb-0123456789ab";

#[test]
fn description_is_understood() {
    let document = r#"{"enabled":true,"apiVersion":"1.4.0","endPoint":"https://go.example.org:9200/ocm","provider":"OpenCloudMesh Go",
        "resourceTypes":[{"name":"file","shareTypes":["user"],"protocols":{"webdav":"/webdav/ocm/","webdav-receive":{"uri":"relative"}}}],
        "capabilities":["http-sig","exchange-token","invites","invite-wayf","notifications"],
        "criteria":["must-use-http-sig","must-exchange-token","must-invite"],"tokenEndPoint":"https://go.example.org:9200/ocm/token",
        "jwksUri":"https://go.example.org:9200/ocm/jwks","inviteAcceptDialog":"https://go.example.org:9200/ui/accept-invite"}"#;
    let peer = discovery(document, "go.example.org:9200");
    assert!(peer.signs() && peer.takes_invites() && peer.takes_notifications());
    assert_eq!(
        peer.jwks_uri("https://go.example.org:9200"),
        "https://go.example.org:9200/ocm/jwks"
    );
}

#[test]
fn our_description_satisfies_its_rules() {
    let base = "https://cat.example.org:8443";
    let document = serde_json::to_value(Discovery::new(base, "Cat")).unwrap();
    assert_eq!(document["enabled"], true);
    assert!(!document["apiVersion"].as_str().unwrap().is_empty());
    let origin = Url::parse(base).unwrap().origin();
    for member in ["endPoint", "jwksUri", "inviteAcceptDialog"] {
        let url = Url::parse(document[member].as_str().unwrap()).unwrap();
        assert_eq!(url.origin(), origin, "{member}");
        assert_eq!((url.query(), url.fragment()), (None, None), "{member}");
    }
    for member in ["capabilities", "criteria"] {
        let names = document[member].as_array().unwrap();
        assert!(names.iter().all(Value::is_string), "{member}");
    }
    assert!(document["resourceTypes"].is_array());
    let exchange = Value::from("exchange-token");
    let capabilities = document["capabilities"].as_array().unwrap();
    assert!(!capabilities.contains(&exchange) && document.get("tokenEndPoint").is_none());
}

#[test]
fn opaque_identifier_is_the_person_behind_it() {
    let id = URL_SAFE_NO_PAD.encode(format!("{UUID}@go.example.org"));
    assert_eq!(subject(&id, "go.example.org"), UUID);
    assert_eq!(
        subject(&format!("{id}@go.example.org"), "go.example.org"),
        UUID
    );
    // Encoded for a server of another name, it is nobody whom this one may speak for.
    assert_eq!(subject(&id, "cat.example.org"), id);
}

#[test]
fn yes_is_understood_also_as_a_conflict() {
    let id = URL_SAFE_NO_PAD.encode(format!("{UUID}@cat.example.org"));
    let body = format!(r#"{{"userID":"{id}","email":"","name":"Bob"}}"#);
    let yes = answer(&body, "cat.example.org");
    assert_eq!(yes.name, "Bob");
    assert_eq!(conflict(&body).identity, Some(yes));
    assert_eq!(conflict(r#"{"message":"TOKEN_INVALID"}"#).identity, None);
}

#[test]
fn invite_string_without_padding_is_understood() {
    let token = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let string = URL_SAFE_NO_PAD.encode(format!("{token}@go.example.org:9200"));
    let pasted = PastedInvite::parse(&string).ok().unwrap();
    assert_eq!(pasted.token.expose(), token);
    assert_eq!(pasted.provider, Some(provider("go.example.org:9200")));
}

#[test]
fn notification_without_its_object_is_read() {
    let body =
        br#"{"notificationType":"SHARE_ACCEPTED","resourceType":"file","providerId":"0192f0c1"}"#;
    let notification = Notification::parse(body).unwrap();
    assert_eq!(notification.details, Value::Null);
    assert_eq!(UserRemoved::from_notification(&notification), Ok(None));
}
