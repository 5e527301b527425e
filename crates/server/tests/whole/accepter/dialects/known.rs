//! What is known of servers in the field, as tables: seen in the code of the named products, and where they could be run, on
//! the wire.

use serde_json::json;
use symbolon_proto::problem::Code;

use super::CAT;
use crate::support::discovery;

/// One answer of one kind of server.
pub(super) struct Row {
    /// The products and versions that behave alike.
    pub(super) products: Products,
    pub(super) failure: &'static str,
    pub(super) status: u16,
    pub(super) body: &'static str,
    /// The entry of the catalogue.
    pub(super) ends_with: &'static str,
    /// How far the attempt got.
    pub(super) stage: &'static str,
}

const fn row(
    products: Products,
    failure: &'static str,
    (status, body): (u16, &'static str),
    (ends_with, stage): (&'static str, &'static str),
) -> Row {
    Row {
        products,
        failure,
        status,
        body,
        ends_with,
        stage,
    }
}

pub(super) type Products = &'static [&'static str];

const OCIS: Products = &["ownCloud Infinite Scale"];
const OPENCLOUD: Products = &["OpenCloud"];
const CERNBOX: Products = &["CERNBox"];
const OCM_GO: Products = &["ocm-go"];
const STUB: Products = &["the stub of the OCM test suite"];
const SYMBOLON: Products = &["Symbolon"];
const LATER: Products = &["a later version of Symbolon"];

const NEXTCLOUD_32: &str = "Nextcloud 32";
const NEXTCLOUD_33: &str = "Nextcloud 33, its first releases";
const NEXTCLOUD_34: &str = "Nextcloud 34, its first releases";
const NEXTCLOUD_33_CONTACTS: &str = "Nextcloud 33 with contacts";
const NEXTCLOUD_34_CONTACTS: &str = "Nextcloud 34 with contacts";
const NEXTCLOUD_35: &str = "Nextcloud 35 with contacts";

/// The receiver that is part of the server. It reads no signatures.
const NEXTCLOUD: Products = &[NEXTCLOUD_32, NEXTCLOUD_33, NEXTCLOUD_34];
/// The receiver in the contacts app, which has taken its place in 33 and 34, and is the only one in 35.
const CONTACTS: Products = &[NEXTCLOUD_33_CONTACTS, NEXTCLOUD_34_CONTACTS, NEXTCLOUD_35];
/// Where RFC 9421 is read; to those before, a signature of that kind is none.
const CONTACTS_RFC_9421: Products = &[NEXTCLOUD_35];

/// How a product describes itself, as far as it matters to those who accept.
pub(super) fn description(product: &str) -> String {
    let slashes: &[&str] = &["/invite-accepted", "/notifications", "/shares"];
    let plain: &[&str] = &["invite-accepted", "notifications", "shares"];
    let (version, capabilities) = match product {
        NEXTCLOUD_32 => ("1.1.0", slashes),
        NEXTCLOUD_33 | NEXTCLOUD_34 | NEXTCLOUD_33_CONTACTS | NEXTCLOUD_34_CONTACTS => {
            ("1.1.0", plain)
        }
        NEXTCLOUD_35 => {
            return json!({
                "enabled": true, "apiVersion": "1.0-proposal1", "version": "1.1.2", "endPoint": "https://cat.example.org/ocm",
                "resourceTypes": [],
                "capabilities": ["notifications", "shares", "exchange-token", "http-sig", "invite-accepted"],
                "tokenEndPoint":
                    "https://cat.example.org/apps/cloud_federation_api/api/v1/access-token",
                "jwksUri": "https://cat.example.org/apps/cloud_federation_api/api/v1/jwks",
                "inviteAcceptDialog": "https://cat.example.org/apps/contacts/ocm/invite-accept-dialog",
            })
            .to_string();
        }
        _ => return discovery(CAT, &["/invite-accepted"]),
    };
    json!({
        "enabled": true, "apiVersion": "1.0-proposal1", "version": version, "endPoint": "https://cat.example.org/ocm",
        "resourceTypes": [], "capabilities": capabilities,
    })
    .to_string()
}

const UNKNOWN: (&str, &str) = ("invitation_unknown", "invitation");
const EXPIRED: (&str, &str) = ("invitation_expired", "invitation");
const USED_UP: (&str, &str) = ("invitation_used_up", "answer");
const LISTED: (&str, &str) = ("listed_there", "answer");
const NO_TRUST: (&str, &str) = ("not_trusted_there", "trust");
const UNSIGNED: (&str, &str) = ("signature_missing_there", "signature");
const SIGNATURE: (&str, &str) = ("signature_refused_there", "signature");
const ANOTHER_SIGNED: (&str, &str) = ("signature_wrong_host_there", "signature");
const NO_KEYS: (&str, &str) = ("unreachable_from_there", "signature");
const NOT_REACHED: (&str, &str) = ("unreachable_from_there", "answer");
const REFUSED: (&str, &str) = ("peer_refused", "answer");
const NONSENSE: (&str, &str) = ("peer_answer_invalid", "answer");
const TROUBLE: (&str, &str) = ("peer_failed", "answer");

/// What known servers answer to an acceptance that they refuse, and the reason that the person ends with.
pub(super) const ROWS: [Row; 66] = [
    row(
        OCM_GO,
        "somebody else was faster, and it names the inviter to everybody",
        (
            409,
            r#"{"userID":"NGM1MUBjYXQuZXhhbXBsZS5vcmc","email":"","name":"Albert"}"#,
        ),
        USED_UP,
    ),
    row(
        OCIS,
        "this server is not on its list",
        (
            401,
            r#"{"code":"UNAUTHENTICATED","message":"provider not authorized"}"#,
        ),
        NO_TRUST,
    ),
    row(
        OCIS,
        "this server calls from an address that is not on its list",
        (
            403,
            r#"{"code":"UNTRUSTED_SERVICE","message":"provider not trusted"}"#,
        ),
        NO_TRUST,
    ),
    row(
        OPENCLOUD,
        "this server is not on its list, or it is being stopped",
        (
            403,
            r#"{"code":"UNTRUSTED_SERVICE","message":"provider not trusted"}"#,
        ),
        NO_TRUST,
    ),
    row(
        OCIS,
        "the token is unknown",
        (
            404,
            r#"{"code":"RESOURCE_NOT_FOUND","message":"token not found"}"#,
        ),
        UNKNOWN,
    ),
    row(
        OCIS,
        "the token has expired",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"token has expired"}"#,
        ),
        EXPIRED,
    ),
    row(
        OCIS,
        "it cannot read the body",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"missing parameters in request"}"#,
        ),
        REFUSED,
    ),
    row(
        OCIS,
        "a member is missing",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"token, userID and recipientProvider must not be null"}"#,
        ),
        REFUSED,
    ),
    row(
        OCIS,
        "the inviter cannot be found",
        (
            500,
            r#"{"code":"SERVER_ERROR","message":"unexpected error: user not found"}"#,
        ),
        TROUBLE,
    ),
    row(
        OCIS,
        "a part of it is down",
        (502, r#"<html>bad gateway</html>"#),
        TROUBLE,
    ),
    row(
        OCIS,
        "it has no such page",
        (404, r#"<html>not found</html>"#),
        NONSENSE,
    ),
    row(
        OPENCLOUD,
        "the token is unknown",
        (
            404,
            r#"{"code":"RESOURCE_NOT_FOUND","message":"token not found"}"#,
        ),
        UNKNOWN,
    ),
    row(
        OPENCLOUD,
        "the token has expired",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"token has expired"}"#,
        ),
        EXPIRED,
    ),
    row(
        OPENCLOUD,
        "it cannot read the body",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"missing parameters in request"}"#,
        ),
        REFUSED,
    ),
    row(
        OPENCLOUD,
        "a member is missing",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"token, userID and recipientProvider must not be null"}"#,
        ),
        REFUSED,
    ),
    row(
        OPENCLOUD,
        "the inviter cannot be found",
        (
            500,
            r#"{"code":"SERVER_ERROR","message":"unexpected error: user not found"}"#,
        ),
        TROUBLE,
    ),
    row(
        OPENCLOUD,
        "a part of it is down",
        (502, r#"<html>bad gateway</html>"#),
        TROUBLE,
    ),
    row(
        OPENCLOUD,
        "it has no such page",
        (404, r#"<html>not found</html>"#),
        NONSENSE,
    ),
    row(OCIS, "it is being stopped", (503, ""), TROUBLE),
    row(OPENCLOUD, "another method is expected", (405, ""), REFUSED),
    row(
        CERNBOX,
        "the token is unknown or has expired",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"token invalid or not found"}"#,
        ),
        UNKNOWN,
    ),
    row(
        CERNBOX,
        "it cannot read the body",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"invalid character 'x' looking for beginning of value"}"#,
        ),
        REFUSED,
    ),
    row(
        CERNBOX,
        "a member is missing",
        (
            400,
            r#"{"code":"INVALID_PARAMETER","message":"token, userID and recipientProvider must not be null"}"#,
        ),
        REFUSED,
    ),
    row(
        CERNBOX,
        "it lists the person already",
        (
            409,
            r#"{"code":"ALREADY_EXIST","message":"user already known"}"#,
        ),
        LISTED,
    ),
    row(
        CERNBOX,
        "this server is not trusted",
        (
            403,
            r#"{"code":"UNTRUSTED_SERVICE","message":"provider not trusted"}"#,
        ),
        NO_TRUST,
    ),
    row(
        CERNBOX,
        "its store fails",
        (
            500,
            r#"{"code":"SERVER_ERROR","message":"unexpected error"}"#,
        ),
        TROUBLE,
    ),
    row(
        NEXTCLOUD,
        "the token is unknown, or the inviter has no e-mail address",
        (
            400,
            r#"{"message":"Invalid or non existing token","error":true}"#,
        ),
        UNKNOWN,
    ),
    row(
        NEXTCLOUD,
        "the token has expired",
        (400, r#"{"message":"Invitation expired","error":true}"#),
        EXPIRED,
    ),
    row(
        NEXTCLOUD,
        "accepted before",
        (409, r#"{"message":"Invite already accepted","error":true}"#),
        USED_UP,
    ),
    row(
        CONTACTS,
        "the token is unknown, or the inviter has no e-mail address",
        (
            400,
            r#"{"message":"Invalid or non existing token","error":true}"#,
        ),
        UNKNOWN,
    ),
    row(
        CONTACTS,
        "the token has expired",
        (400, r#"{"message":"Invitation expired","error":true}"#),
        EXPIRED,
    ),
    row(
        CONTACTS,
        "accepted before",
        (409, r#"{"message":"Invite already accepted","error":true}"#),
        USED_UP,
    ),
    row(
        NEXTCLOUD,
        "a parameter of its framework is missing",
        (500, r#"<html>Internal Server Error</html>"#),
        TROUBLE,
    ),
    row(
        NEXTCLOUD,
        "it is being updated",
        (503, r#"<html>maintenance</html>"#),
        TROUBLE,
    ),
    row(
        CONTACTS,
        "a member is missing or empty",
        (
            404,
            r#"{"message":"Could not accept invite, user data is incomplete."}"#,
        ),
        REFUSED,
    ),
    row(
        CONTACTS,
        "the contact could not be stored",
        (500, r#"{"message":"An error occurred"}"#),
        TROUBLE,
    ),
    row(
        CONTACTS,
        "it demands a signature and got none",
        (
            400,
            r#"{"message":"Unsigned request","validationErrors":[]}"#,
        ),
        UNSIGNED,
    ),
    row(
        CONTACTS_RFC_9421,
        "it does not accept the signature",
        (
            400,
            r#"{"message":"Invalid signature","validationErrors":[]}"#,
        ),
        SIGNATURE,
    ),
    row(
        CONTACTS,
        "too many tries",
        (429, ""),
        ("peer_busy", "answer"),
    ),
    row(
        OCM_GO,
        "the signature is missing",
        (401, r#"signature required"#),
        UNSIGNED,
    ),
    row(
        OCM_GO,
        "the signature is not valid",
        (401, r#"signature verification failed"#),
        SIGNATURE,
    ),
    row(
        OCM_GO,
        "it cannot tell who speaks",
        (400, r#"invalid declared peer"#),
        REFUSED,
    ),
    row(
        OCM_GO,
        "another server signed",
        (403, r#"peer identity mismatch"#),
        ANOTHER_SIGNED,
    ),
    row(
        OCM_GO,
        "another content type is expected",
        (415, r#"{"message":"UNSUPPORTED_MEDIA_TYPE"}"#),
        REFUSED,
    ),
    row(
        OCM_GO,
        "it cannot read the body",
        (400, r#"{"message":"INVALID_BODY"}"#),
        REFUSED,
    ),
    row(
        OCM_GO,
        "a member is missing or unreadable",
        (400, r#"{"message":"RECIPIENT_PROVIDER_REQUIRED"}"#),
        REFUSED,
    ),
    row(
        OCM_GO,
        "a member is missing or unreadable",
        (400, r#"{"message":"INVALID_RECIPIENT_PROVIDER"}"#),
        REFUSED,
    ),
    row(
        OCM_GO,
        "a member is missing or unreadable",
        (400, r#"{"message":"TOKEN_REQUIRED"}"#),
        REFUSED,
    ),
    row(
        OCM_GO,
        "a member is missing or unreadable",
        (400, r#"{"message":"USERID_REQUIRED"}"#),
        REFUSED,
    ),
    row(
        OCM_GO,
        "a member is missing or unreadable",
        (400, r#"{"message":"EMAIL_REQUIRED"}"#),
        REFUSED,
    ),
    row(
        OCM_GO,
        "a member is missing or unreadable",
        (400, r#"{"message":"NAME_REQUIRED"}"#),
        REFUSED,
    ),
    row(
        OCM_GO,
        "this server is not trusted",
        (403, r#"{"message":"UNTRUSTED_PROVIDER"}"#),
        NO_TRUST,
    ),
    row(
        OCM_GO,
        "this server may not invite",
        (403, r#"{"message":"INVITE_RECEIVER_NOT_TRUSTED"}"#),
        NO_TRUST,
    ),
    row(
        OCM_GO,
        "the token is unknown",
        (400, r#"{"message":"TOKEN_INVALID"}"#),
        UNKNOWN,
    ),
    row(
        OCM_GO,
        "the token has expired",
        (400, r#"{"message":"TOKEN_EXPIRED"}"#),
        EXPIRED,
    ),
    row(
        OCM_GO,
        "it cannot fetch the keys of this server",
        (502, r#"key fetch failed"#),
        NO_KEYS,
    ),
    row(
        OCM_GO,
        "it does not know who invited",
        (500, r#"{"message":"INVITER_IDENTITY_UNAVAILABLE"}"#),
        TROUBLE,
    ),
    row(
        OCM_GO,
        "its store fails",
        (500, r#"{"message":"UPDATE_FAILED"}"#),
        ("peer_failed", "storage"),
    ),
    row(
        STUB,
        "the token is another one",
        (400, r#"{"message":"Invalid or expired invite token"}"#),
        UNKNOWN,
    ),
    row(
        STUB,
        "a member is missing",
        (
            400,
            r#"{"message":"Missing required fields: recipientProvider, token, userID"}"#,
        ),
        REFUSED,
    ),
    row(
        STUB,
        "it cannot read the body",
        (400, r#"{"message":"Cannot parse JSON body"}"#),
        REFUSED,
    ),
    row(
        STUB,
        "somebody of this server has accepted before",
        (
            409,
            r#"{"message":"Invite already accepted from this provider"}"#,
        ),
        LISTED,
    ),
    row(
        LATER,
        "a word about the signature that is not known here",
        (
            401,
            r#"{"problem":"signature_of_the_moon","detail":"The moon has to sign."}"#,
        ),
        SIGNATURE,
    ),
    row(
        LATER,
        "a word that is not known here, with a message that is",
        (
            400,
            r#"{"problem":"invitation_out_of_season","message":"TOKEN_EXPIRED"}"#,
        ),
        EXPIRED,
    ),
    row(
        LATER,
        "a word that is not known here",
        (
            400,
            r#"{"problem":"out_of_cheese","detail":"There is no cheese left."}"#,
        ),
        REFUSED,
    ),
    row(
        LATER,
        "a word that is not known here, and a status of those who do not trust",
        (
            403,
            r#"{"problem":"out_of_cheese","detail":"There is no cheese left."}"#,
        ),
        REFUSED,
    ),
];

/// What another Symbolon refuses an acceptance with, in its own words and with its own status.
pub(super) const OURS: [(Code, (&str, &str)); 42] = [
    (Code::InvitationUnknown, UNKNOWN),
    (Code::InvitationExpired, EXPIRED),
    (
        Code::InvitationWithdrawn,
        ("invitation_withdrawn", "invitation"),
    ),
    (Code::InvitationUsedUp, ("invitation_used_up", "invitation")),
    (
        Code::InvitationClosedToYou,
        ("invitation_closed_to_you", "invitation"),
    ),
    (
        Code::InvitationYourOwn,
        ("invitation_your_own", "invitation"),
    ),
    (Code::NotTrustedHere, NO_TRUST),
    (Code::SignatureMissing, UNSIGNED),
    (
        Code::SignatureUnknownKey,
        ("signature_unknown_key_there", "signature"),
    ),
    (Code::SignatureWrongHost, ANOTHER_SIGNED),
    (Code::SignatureClock, ("signature_clock_there", "signature")),
    (
        Code::SignatureDigest,
        ("signature_digest_there", "signature"),
    ),
    (Code::SignatureInvalid, SIGNATURE),
    (Code::SignatureRepeated, ("peer_busy", "answer")),
    (Code::PeerUnreachableForKeys, NO_KEYS),
    // It has to compare halves with us before it lets anybody in, and could not.
    (Code::NameNotFound, NOT_REACHED),
    (Code::ConnectionRefused, NOT_REACHED),
    (Code::Timeout, NOT_REACHED),
    (Code::NetworkFailed, NOT_REACHED),
    (Code::TlsWrongName, NOT_REACHED),
    (Code::TlsUnknownIssuer, NOT_REACHED),
    (Code::TlsExpired, NOT_REACHED),
    (Code::TlsOtherKey, NOT_REACHED),
    (Code::TlsFailed, NOT_REACHED),
    (Code::PeerFailed, NOT_REACHED),
    (Code::PeerRedirected, NOT_REACHED),
    (Code::PeerAnswerInvalid, NOT_REACHED),
    (Code::PeerBusy, NOT_REACHED),
    (Code::PeerRefused, TROUBLE),
    (Code::SignatureClockThere, TROUBLE),
    (Code::MalformedBody, REFUSED),
    (Code::MemberMissing, REFUSED),
    (Code::MemberInvalid, REFUSED),
    (Code::MemberUnknown, REFUSED),
    (Code::BodyTooLarge, REFUSED),
    (Code::UnsupportedMediaType, REFUSED),
    (Code::MethodNotAllowed, REFUSED),
    (Code::NotFound, REFUSED),
    (Code::TooManyRequests, ("peer_busy", "answer")),
    (Code::StorageFull, ("peer_failed", "storage")),
    (Code::ShuttingDown, TROUBLE),
    (Code::Internal, TROUBLE),
];

/// What known servers answer to an acceptance that they take.
pub(super) const YES: [(Products, u16, &str, &str); 7] = [
    (
        OCIS,
        200,
        "text/plain; charset=utf-8",
        r#"{"userID":"4c51@cat.example.org","email":"einstein@example.org","name":"Albert"}"#,
    ),
    (
        OPENCLOUD,
        200,
        "text/plain; charset=utf-8",
        r#"{"userID":"YjFmNzRlYzRAaHR0cHM6Ly9jYXQuZXhhbXBsZS5vcmc=","email":"einstein@example.org","name":"Albert"}"#,
    ),
    (
        CERNBOX,
        200,
        "application/json",
        r#"{"userID":"einstein","email":"einstein@example.org","name":"Albert"}"#,
    ),
    (
        NEXTCLOUD,
        200,
        "application/json",
        r#"{"userID":"einstein","email":"einstein@example.org","name":"Albert"}"#,
    ),
    (
        CONTACTS,
        200,
        "application/json",
        r#"{"userID":"einstein","email":"einstein@example.org","name":"Albert"}"#,
    ),
    (
        OCM_GO,
        200,
        "application/json",
        r#"{"userID":"NGM1MUBjYXQuZXhhbXBsZS5vcmc","email":"","name":"Albert"}"#,
    ),
    (
        STUB,
        200,
        "application/json",
        r#"{"userID":"einstein","email":"einstein@cat.example.org","name":"Albert"}"#,
    ),
];

/// What known servers answer when they are asked what they are, and what the person who accepts ends with.
pub(super) const DOCUMENTS: [(Products, &str, u16, &str, &str); 9] = [
    (
        NEXTCLOUD,
        "sharing with others is switched off",
        200,
        r#"{"enabled":false,"apiVersion":"1.0-proposal1"}"#,
        "ocm_disabled_there",
    ),
    (
        NEXTCLOUD,
        "releases before 32 know no invitations",
        200,
        r#"{"enabled":true,"apiVersion":"1.0-proposal1","endPoint":"https://cat.example.org/ocm","resourceTypes":[]}"#,
        "no_invitations_there",
    ),
    (
        CONTACTS,
        "invitations are not switched on",
        200,
        r#"{"enabled":true,"apiVersion":"1.0-proposal1","version":"1.1.2","endPoint":"https://cat.example.org/ocm",
            "resourceTypes":[],"capabilities":["notifications","shares","http-sig"]}"#,
        "no_invitations_there",
    ),
    (
        CONTACTS,
        "its list of capabilities has holes",
        200,
        r#"{"enabled":true,"apiVersion":"1.0-proposal1","endPoint":"https://cat.example.org/ocm","resourceTypes":[],
            "capabilities":{"0":"notifications","2":"invite-accepted"}}"#,
        "connected",
    ),
    (
        NEXTCLOUD,
        "it cannot describe itself",
        500,
        r#"{"message":"/ocm-provider/ not supported"}"#,
        "peer_failed",
    ),
    (
        OPENCLOUD,
        "the page of its web app instead of a document",
        200,
        "<!doctype html><title>OpenCloud</title>",
        "not_an_ocm_server",
    ),
    (
        OCIS,
        "no endpoint is configured",
        200,
        r#"{"enabled":false,"apiVersion":"1.1.0","endPoint":"","provider":"oCIS","resourceTypes":null,"capabilities":null}"#,
        "ocm_disabled_there",
    ),
    (
        CERNBOX,
        "a list that is null",
        200,
        r#"{"enabled":true,"apiVersion":"1.3.0","endPoint":"https://cat.example.org/ocm","provider":"cernbox",
            "resourceTypes":[],"capabilities":["invites","protocol-object"],"criteria":null}"#,
        "connected",
    ),
    (
        STUB,
        "relative addresses and a bare key",
        200,
        r#"{"enabled":true,"apiVersion":"1.2.0","endPoint":"https://cat.example.org/ocm","resourceTypes":[],
            "capabilities":["invites","exchange-token"],"tokenEndPoint":"/ocm/token","inviteAcceptDialog":"/accept-invite",
            "publicKey":"-----BEGIN RSA PUBLIC KEY-----"}"#,
        "connected",
    ),
];

/// What known servers answer when they are told that a connection has ended, and what the person who disconnected sees.
pub(super) const REMOVALS: [(Products, u16, &str, &str); 16] = [
    (
        OCIS,
        400,
        r#"{"code":"INVALID_PARAMETER","message":"invalid notification type"}"#,
        "not_understood",
    ),
    (OPENCLOUD, 201, "", "unconfirmed"),
    (CERNBOX, 201, "", "unconfirmed"),
    (
        NEXTCLOUD,
        400,
        r#"{"message":"RESOURCE_NOT_FOUND","validationErrors":[]}"#,
        "not_understood",
    ),
    (
        CONTACTS,
        400,
        r#"{"message":"RESOURCE_NOT_FOUND","validationErrors":[]}"#,
        "not_understood",
    ),
    (
        CONTACTS,
        400,
        r#"{"message":"Unsigned request","validationErrors":[]}"#,
        "not_understood",
    ),
    (
        OCM_GO,
        400,
        r#"{"message":"INVALID_NOTIFICATION_REQUEST"}"#,
        "not_understood",
    ),
    (OCM_GO, 403, "signature required", "telling"),
    (
        STUB,
        200,
        "<html>OK /ocm/notifications</html>",
        "unconfirmed",
    ),
    (OCM_GO, 502, "key fetch failed", "telling"),
    (
        SYMBOLON,
        201,
        r#"{"connection":{"generation":1}}"#,
        "confirmed",
    ),
    (
        SYMBOLON,
        401,
        r#"{"problem":"signature_clock","seconds":412}"#,
        "telling",
    ),
    (
        SYMBOLON,
        503,
        r#"{"problem":"peer_unreachable_for_keys"}"#,
        "telling",
    ),
    (
        SYMBOLON,
        400,
        r#"{"problem":"member_invalid"}"#,
        "not_understood",
    ),
    // A proxy in front of it, while it is being updated or moved.
    (SYMBOLON, 404, "<html>Not Found</html>", "telling"),
    (
        SYMBOLON,
        413,
        "<html>Request Entity Too Large</html>",
        "telling",
    ),
];
