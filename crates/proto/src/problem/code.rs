//! The stable names of everything that can go wrong, and whose turn it is then.

use super::catalogue::{self, Entry};

/// Every problem there is, in the order of the documentation. `Internal` stays the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The server's name cannot be read: `reason`.
    BadAddress,
    /// There is no server with the name `peer`, or the name service does not answer just now.
    NameNotFound,
    /// The machine of `peer` is there, but no server answers on it.
    ConnectionRefused,
    /// `peer` did not answer in time.
    Timeout,
    /// The connection to `peer` broke before an answer came.
    NetworkFailed,
    /// Whoever answers as `peer` shows a certificate for another name.
    TlsWrongName,
    /// The certificate of `peer` comes from an issuer that is not known here.
    TlsUnknownIssuer,
    /// The certificate of `peer` has run out or is not valid yet.
    TlsExpired,
    /// Whoever answers as `peer` shows another key (`seen`) than the administrators here have noted (`expected`).
    TlsOtherKey,
    /// A secure connection to `peer` could not be made, for any other reason.
    TlsFailed,
    /// The name `peer` leads to an address inside a private network, and this server does not go there.
    AddressNotAllowed,
    /// `peer` answers, but it is not a server that people can connect with.
    NotAnOcmServer,
    /// The server that answers as `peer` says that it is another one.
    PeerMisnamed,
    /// `peer` could take part, but its administrators have switched it off.
    OcmDisabledThere,
    /// `peer` shares files with other servers, but people there cannot be invited or invite.
    NoInvitationsThere,
    /// The administrators of this server do not allow connections with `peer`.
    NotTrustedHere,
    /// No other server is among those with which the administrators of this one allow connections.
    NobodyTrustedHere,
    /// `peer` refused to deal with this server.
    NotTrustedThere,
    /// `peer` publishes keys, so its messages must be signed, and this one was not.
    SignatureMissing,
    /// The key `key_id` is not among those that `peer` publishes.
    SignatureUnknownKey,
    /// The message speaks for `peer`, but was signed by somebody else.
    SignatureWrongHost,
    /// The signature was made `seconds` seconds away from the time here; 300 seconds into the past and 60 into the future are allowed.
    SignatureClock,
    /// The body of the message is not the one that was signed.
    SignatureDigest,
    /// The signature of the message cannot be accepted: `reason`.
    SignatureInvalid,
    /// `peer` signs with RFC 9421, and the message was signed as servers did before there was that (draft-cavage).
    SignatureWeaker,
    /// The same message, signed by `peer` at the same moment, came before, and something has changed since.
    SignatureRepeated,
    /// `peer` found no signature on a message from here.
    SignatureMissingThere,
    /// `peer` does not know the key that signed a message from here.
    SignatureUnknownKeyThere,
    /// To `peer`, a message from here was signed by another server than the one that it speaks for.
    SignatureWrongHostThere,
    /// To `peer`, a message from here was signed `seconds` seconds away from the time there.
    SignatureClockThere,
    /// The body of a message from here was another one when it came to `peer`.
    SignatureDigestThere,
    /// `peer` did not accept the signature of a message from here, for a reason that is none of those above or not known.
    SignatureRefusedThere,
    /// `peer` wanted to ask this server something before it believed a message, its keys for example, and could not.
    UnreachableFromThere,
    /// Whether the message really comes from `peer` cannot be checked, because its keys cannot be had just now.
    PeerUnreachableForKeys,
    /// The invitation is not, or no longer, known to `peer`.
    InvitationUnknown,
    /// The invitation was valid for a limited time, which is over.
    InvitationExpired,
    /// The person who invited you took the invitation back.
    InvitationWithdrawn,
    /// The invitation was for a limited number of people, and as many have accepted it.
    InvitationUsedUp,
    /// The person who invited you has disconnected from you since they sent this invitation.
    InvitationClosedToYou,
    /// You cannot connect with yourself.
    InvitationYourOwn,
    /// What you entered cannot be read as an invitation: `reason`.
    InvitationMalformed,
    /// What you entered does not say which server it comes from.
    InvitationWithoutProvider,
    /// You and this person are connected; nothing had to be done.
    AlreadyConnected,
    /// `peer` has you on its list already, does not connect twice, and does not say with whom.
    ListedThere,
    /// `peer` does not take the invitation, and was asked before, perhaps without an answer that was heard: you may be on
    /// its list.
    PerhapsListedThere,
    /// Your answer is kept and will be delivered as soon as `peer` answers.
    AcceptancePending,
    /// You cancelled accepting this invitation; if it had connected you already, you are disconnected again.
    AcceptanceCancelled,
    /// `peer` did not answer for three days, so the attempt was given up.
    AcceptanceOutOfTime,
    /// The connection was made, but one of you has disconnected since.
    DisconnectedMeanwhile,
    /// The two have been disconnected since this request was made.
    ConnectionStale,
    /// The invitation is from `peer`, but you chose `chosen`.
    ProviderMismatch,
    /// `peer` answered that something went wrong there.
    PeerFailed,
    /// `peer` answered with a redirect, and messages about people are never sent on to another address.
    PeerRedirected,
    /// `peer` does not accept the message and gives no reason that is known here.
    PeerRefused,
    /// What `peer` answered is not what such a server answers.
    PeerAnswerInvalid,
    /// `peer` asks to be left alone for a while.
    PeerBusy,
    /// This server does not know notifications of the kind `kind`.
    NotificationUnknown,
    /// This server sends no mail.
    MailOff,
    /// One more invitation by mail would be too many: `reason` says whose, and `minutes` when it is not.
    MailLimit,
    /// The mail server that takes the mail of this one cannot be reached.
    MailServerUnreachable,
    /// The mail server does not let this server in.
    MailLogInRefused,
    /// The mail server does not take this mail yet, and wants to be asked again.
    MailPutOff,
    /// The mail server knows no such address, or takes nothing for it.
    MailAddressRefused,
    /// The mail server refuses the mail.
    MailRefused,
    /// The log-in service of this server cannot be reached, or does not answer.
    LogInServiceUnreachable,
    /// The log-in service did not let somebody in; `said` is its word for why.
    LogInServiceRefused,
    /// What the log-in service says of somebody cannot be believed or read: `cause`.
    LogInAnswerInvalid,
    /// The log-in service does not take what this server asks it: a setting here or there is wrong. `said` is its word.
    LogInSetUpWrong,
    /// The log-in was begun in another browser, or too long ago.
    LogInNotBegunHere,
    /// The log-in service knows the person, but in none of the groups that may come in here.
    LogInNotAllowed,
    /// The log-in service knows the person, but nobody has given them an account here.
    LogInWithoutAccount,
    /// The name that the log-in service has for the person belongs to an account here that is not known to be theirs.
    LogInNameTaken,
    /// The log-in service tells no name of the person that an account could have.
    LogInNameMissing,
    /// People log in by the log-in service here, and not with a password.
    PasswordLogInOff,
    /// The code of the second factor is wrong, or was used before.
    SecondFactorWrong,
    /// The account exists, but it may not be used at present.
    AccountDisabled,
    /// This is only for people who are logged in, or the name or the app password with the request is wrong.
    NotAuthenticated,
    /// The user name or the password is wrong.
    LogInFailed,
    /// The password of the account, which this has to be confirmed with, is another one.
    PasswordWrong,
    /// A page of another site tried to act in your name, and was stopped.
    CrossOrigin,
    /// The log-in failed too often in a short time.
    TooManyTries,
    /// This server is asked for more of this than it does at once.
    TooManyRequests,
    /// It does not exist, or it is not yours.
    NotFound,
    /// The address exists, but not for this kind of request.
    MethodNotAllowed,
    /// The body of the request cannot be read: `reason`.
    MalformedBody,
    /// The request must contain `member`.
    MemberMissing,
    /// The request contains `member`, which this server does not know.
    MemberUnknown,
    /// `member` cannot be accepted: `reason`.
    MemberInvalid,
    /// The body of the request is larger than `limit` bytes.
    BodyTooLarge,
    /// The content type of the request is not one that is read here.
    UnsupportedMediaType,
    /// Nothing was changed, because it could not be written down.
    StorageFull,
    /// The server is being stopped or restarted; nothing was changed.
    ShuttingDown,
    /// This server made a mistake. What was confirmed before is safe.
    Internal,
}

impl Code {
    /// Every code, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        catalogue::entries().map(|entry| entry.code)
    }

    /// The stable name, which never changes its meaning.
    pub fn as_str(self) -> &'static str {
        self.entry().name
    }

    /// Reads a stable name.
    pub fn parse(name: &str) -> Option<Self> {
        catalogue::entries()
            .find(|entry| entry.name == name)
            .map(|entry| entry.code)
    }

    /// Whose turn it is.
    pub fn culprit(self) -> Culprit {
        self.entry().culprit
    }

    /// Whether the same request may succeed later.
    pub fn retry_helps(self) -> bool {
        self.entry().retry_helps
    }

    pub(super) fn entry(self) -> &'static Entry {
        let entry = catalogue::entries().nth(self as usize);
        entry.expect("the catalogue compiles only with an entry for every code, in their order")
    }
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Culprit {
    /// The person or client that asked.
    You,
    /// The person who invited.
    Inviter,
    /// The other server, or its administrators.
    TheirServer,
    /// This server, or its administrators.
    OurServer,
    /// Nobody: the network.
    Network,
}

impl Culprit {
    /// The word for it in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::You => "you",
            Self::Inviter => "inviter",
            Self::TheirServer => "their_server",
            Self::OurServer => "our_server",
            Self::Network => "network",
        }
    }
}
