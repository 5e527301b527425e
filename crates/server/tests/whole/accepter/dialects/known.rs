//! What is known of servers in the field, as tables: seen in the code of the named products, and where they could be run, on
//! the wire.

/// One answer of one kind of server.
pub(super) struct Row {
    pub(super) product: &'static str,
    pub(super) failure: &'static str,
    pub(super) status: u16,
    pub(super) body: &'static str,
    /// The entry of the catalogue.
    pub(super) ends_with: &'static str,
    /// How far the attempt got.
    pub(super) stage: &'static str,
}

const fn row(
    product: &'static str,
    failure: &'static str,
    (status, body): (u16, &'static str),
    (ends_with, stage): (&'static str, &'static str),
) -> Row {
    Row {
        product,
        failure,
        status,
        body,
        ends_with,
        stage,
    }
}

const OCIS: &str = "ownCloud Infinite Scale";
const OPENCLOUD: &str = "OpenCloud";
const CERNBOX: &str = "CERNBox";
/// The receiver that is part of the server.
const NEXTCLOUD: &str = "Nextcloud 32 to early 34";
/// The receiver in the contacts app, which has taken its place.
const CONTACTS: &str = "Nextcloud 33 to 35 with contacts";
const OCM_GO: &str = "ocm-go";
const STUB: &str = "the stub of the OCM test suite";
const SYMBOLON: &str = "Symbolon";

const UNKNOWN: (&str, &str) = ("invitation_unknown", "invitation");
const EXPIRED: (&str, &str) = ("invitation_expired", "invitation");
const USED_UP: (&str, &str) = ("invitation_used_up", "answer");
const LISTED: (&str, &str) = ("listed_there", "answer");
const NO_TRUST: (&str, &str) = ("not_trusted_there", "trust");
const SIGNATURE: (&str, &str) = ("signature_refused_there", "signature");
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
            r#"{"code":"INVALID_PARAMETER","message":"invalid character"}"#,
        ),
        UNKNOWN,
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
        SIGNATURE,
    ),
    row(
        CONTACTS,
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
        SIGNATURE,
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
        TROUBLE,
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
        SYMBOLON,
        "its disk is full",
        (
            507,
            r#"{"problem":"storage_full","message":"STORAGE_FULL"}"#,
        ),
        ("peer_failed", "storage"),
    ),
    row(
        SYMBOLON,
        "it is being stopped",
        (
            503,
            r#"{"problem":"shutting_down","message":"SHUTTING_DOWN"}"#,
        ),
        TROUBLE,
    ),
    row(
        SYMBOLON,
        "the invitation is withdrawn",
        (
            400,
            r#"{"problem":"invitation_withdrawn","message":"TOKEN_INVALID"}"#,
        ),
        ("invitation_withdrawn", "invitation"),
    ),
    row(
        SYMBOLON,
        "the invitation is from before a disconnect",
        (
            400,
            r#"{"problem":"invitation_closed_to_you","message":"TOKEN_INVALID"}"#,
        ),
        ("invitation_closed_to_you", "invitation"),
    ),
    row(
        SYMBOLON,
        "the invitation has been used",
        (
            409,
            r#"{"problem":"invitation_used_up","message":"INVITE_ALREADY_ACCEPTED"}"#,
        ),
        ("invitation_used_up", "invitation"),
    ),
];

/// What known servers answer to an acceptance that they take.
pub(super) const YES: [(&str, u16, &str, &str); 6] = [
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
pub(super) const DOCUMENTS: [(&str, &str, u16, &str, &str); 9] = [
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
pub(super) const REMOVALS: [(&str, u16, &str, &str); 9] = [
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
    (
        SYMBOLON,
        201,
        r#"{"connection":{"generation":1}}"#,
        "confirmed",
    ),
];
