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
        "it shows only when the server is given such an address by a person"
    "I2" "Invite Flow, Invite Acceptance Request Details" Must
        "An acceptance names `recipientProvider`, `token`, `userID`, `email` and `name`, all strings."
        "it shows when a person there accepts an invitation of yours"
    "I3" "Invite Flow, Invite Acceptance Request Details" Should
        "It is remembered which person made an invitation."
        "it is inside the server"
    "I4" "Invite Flow, Invite Acceptance Request Details" Should
        "The server applies its own policy of trust before it sends an acceptance."
        "it is inside the server"
    "I8.trust" "Invite Flow, Invite Acceptance Response Details" Should
        "The server applies its own policy of trust before it answers an acceptance."
        "it shows only towards a server that is not trusted there"
    "I11" "Invite Flow, Invite format" Must
        "An invitation is accepted as a string in base64url, padded or not, and split at its last `@`."
        "it shows when a person there pastes one"
    "I12" "Invite Flow, Invite format" Should
        "An invitation is accepted as a link, if the server has a page for it."
        "it shows when a person there follows one"
    "W1" "Invite Flow, Invite Acceptance Request Details" Should
        "The address of a directory of servers can be configured."
        "it is a setting of the server"
    "W2" "OCM API Discovery, Fields" Should
        "The page where people say where they are from leads to `inviteAcceptDialog`."
        "the draft gives that page no fixed address"
    "H1" "HTTP Message Signatures, Signing Requirements" Must
        "A signature covers @method, @target-uri, content-digest and content-length, and has `created`."
        "it shows when the server sends something to you"
    "H2" "HTTP Message Signatures, Signing Requirements" Should
        "A signature covers `date` when the message has one."
        "it shows when the server sends something to you"
    "H3" "HTTP Message Signatures, Signing Requirements" Must
        "The digest is of a registered kind."
        "it shows when the server sends something to you"
    "H4" "HTTP Message Signatures, Signing Requirements" Must
        "A message has exactly one signature with the tag `ocm`."
        "it shows when the server sends something to you"
    "S1" "Share Creation Notification" Should
        "A share is announced by a signed POST to /shares."
        "it shows when the server sends something to you"
    "S1.query" "Share Creation Notification" Must
        "The description of the receiving server is asked for before."
        "it shows when the server sends something to you"
    "S2" "Share Creation Notification" Must
        "Who has to exchange a token gets shares that say so, and no others."
        "it shows when the server sends something to you"
    "S3" "Share Creation Notification" Should
        "Only what the receiving server announces is sent to it."
        "it shows when the server sends something to you"
    "S4" "Share Creation Notification, Fields" Must
        "A share has all required members, and a `providerId` of its own."
        "it shows when the server sends something to you"
    "S9" "OCM API Discovery, Fields" Must
        "Announcements of shares are accepted."
        "it would write a share"
    "S11" "Request for a Share" Must
        "A request for a share is verified before it is acted on."
        "it would write a request"
    "N1" "Share Acceptance Notification" Should
        "A notification that is not signed is declined."
        "without a share there is nothing to notify of"
    "N2" "Share Acceptance Notification, Fields" Must
        "A notification has `notificationType` and `providerId`."
        "it shows when the server sends something to you"
    "X1" "Resource Access" Must
        "Requirements of a share are honoured."
        "it takes a share"
    "X2" "Resource Access" Must
        "A resource is found at its URI, or under the path of the description."
        "it takes a share"
    "X3" "Resource Access" Should
        "A share of the old form is read by its secret as a user name."
        "it takes a share"
    "X4" "Resource Access" Should
        "What lies in a shared folder is found under its path."
        "it takes a share"
    "T1" "Code Flow, Token Request" Must
        "A token is asked for by a signed form with `grant_type`, `client_id` and `code`."
        "it takes a share"
    "T2" "Code Flow, Token Response" Must
        "A code that is right is answered 200 with a bearer token that expires."
        "it takes a share"
    "T3" "Code Flow, Error Responses" Must
        "A request that is wrong is answered 400 with an error of OAuth 2.0."
        "known servers have stopped at a request that was wrong, so none is sent"
    "R1" "Resharing" Must
        "Nothing is shared on without leave."
        "it is inside the server"
    "F1" "OCM API Discovery, Fields" Must
        "Who announces `enforce-mfa` asks for a second factor where a share demands one."
        "it takes a share and a person"
    "Y1" "Appendix C, Directory Service" Must
        "A directory is a signed document (RFC 7515)."
        "a directory is a service of its own"
};
