//! What the draft demands and no look from outside shows without writing something, or without a second server in the
//! tester's hands. Listed, so that nobody takes silence for a yes.

use super::{Demand, Rule, Verdict};

macro_rules! unseen {
    ($($id:literal $section:literal $demand:ident $says:literal $why:literal)+) => {
        &[$(Rule {
            id: $id,
            section: $section,
            demand: Demand::$demand,
            says: $says,
            about: "",
            judge: |_| Verdict::unseen($why),
        }),+]
    };
}

pub(super) const RULES: &[Rule] = unseen! {
    "A1" "Terms, OCM Address" Must
        "An address is split at its last `@`; what stands before it is opaque."
        "probe-given-by-person"
    "I2" "Invite Flow, Invite Acceptance Request Details" Must
        "An acceptance names `recipientProvider`, `token`, `userID`, `email` and `name`, all strings."
        "probe-accepts-yours"
    "I3" "Invite Flow, Invite Acceptance Request Details" Should
        "It is remembered which person made an invitation."
        "probe-inside"
    "I4" "Invite Flow, Invite Acceptance Request Details" Should
        "The server applies its own policy of trust before it sends an acceptance."
        "probe-inside"
    "I8.trust" "Invite Flow, Invite Acceptance Response Details" Should
        "The server applies its own policy of trust before it answers an acceptance."
        "probe-towards-untrusted"
    "I11" "Invite Flow, Invite format" Must
        "An invitation is accepted as a string in base64url, padded or not, and split at its last `@`."
        "probe-person-pastes"
    "I12" "Invite Flow, Invite format" Should
        "An invitation is accepted as a link, if the server has a page for it."
        "probe-person-follows"
    "W1" "Invite Flow, Invite Acceptance Request Details" Should
        "The address of a directory of servers can be configured."
        "probe-setting"
    "W2" "OCM API Discovery, Fields" Should
        "The page where people say where they are from leads to `inviteAcceptDialog`."
        "probe-no-fixed-address"
    "H1" "HTTP Message Signatures, Signing Requirements" Must
        "A signature covers @method, @target-uri, content-digest and content-length, and has `created`."
        "probe-sends"
    "H2" "HTTP Message Signatures, Signing Requirements" Should
        "A signature covers `date` when the message has one."
        "probe-sends"
    "H3" "HTTP Message Signatures, Signing Requirements" Must
        "The digest is of a registered kind."
        "probe-sends"
    "H4" "HTTP Message Signatures, Signing Requirements" Must
        "A message has exactly one signature with the tag `ocm`."
        "probe-sends"
    "S1" "Share Creation Notification" Should
        "A share is announced by a signed POST to /shares."
        "probe-sends"
    "S1.query" "Share Creation Notification" Must
        "The description of the receiving server is asked for before."
        "probe-sends"
    "S2" "Share Creation Notification" Must
        "Who has to exchange a token gets shares that say so, and no others."
        "probe-sends"
    "S3" "Share Creation Notification" Should
        "Only what the receiving server announces is sent to it."
        "probe-sends"
    "S4" "Share Creation Notification, Fields" Must
        "A share has all required members, and a `providerId` of its own."
        "probe-sends"
    "S9" "OCM API Discovery, Fields" Must
        "Announcements of shares are accepted."
        "probe-writes-share"
    "S11" "Request for a Share" Must
        "A request for a share is verified before it is acted on."
        "probe-writes-request"
    "N1" "Share Acceptance Notification" Should
        "A notification that is not signed is declined."
        "probe-nothing-to-notify"
    "N2" "Share Acceptance Notification, Fields" Must
        "A notification has `notificationType` and `providerId`."
        "probe-sends"
    "X1" "Resource Access" Must
        "Requirements of a share are honoured."
        "probe-takes-share"
    "X2" "Resource Access" Must
        "A resource is found at its URI, or under the path of the description."
        "probe-takes-share"
    "X3" "Resource Access" Should
        "A share of the old form is read by its secret as a user name."
        "probe-takes-share"
    "X4" "Resource Access" Should
        "What lies in a shared folder is found under its path."
        "probe-takes-share"
    "T1" "Code Flow, Token Request" Must
        "A token is asked for by a signed form with `grant_type`, `client_id` and `code`."
        "probe-takes-share"
    "T2" "Code Flow, Token Response" Must
        "A code that is right is answered 200 with a bearer token that expires."
        "probe-takes-share"
    "T3" "Code Flow, Error Responses" Must
        "A request that is wrong is answered 400 with an error of OAuth 2.0."
        "probe-would-stop"
    "R1" "Resharing" Must
        "Nothing is shared on without leave."
        "probe-inside"
    "F1" "OCM API Discovery, Fields" Must
        "Who announces `enforce-mfa` asks for a second factor where a share demands one."
        "probe-takes-person"
    "Y1" "Appendix C, Directory Service" Must
        "A directory is a signed document (RFC 7515)."
        "probe-directory"
};
