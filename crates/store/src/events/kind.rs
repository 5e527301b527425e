//! The words for what can happen.

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal $(, $quiet:ident)?;)+) => {
        /// What can happen. A word never changes its meaning: exported trails are read for years.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $name,)+
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The word for it in streams, listings and the database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// Reads a word; `None` for one that this version does not know.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
            }

            /// Whether it is for the audit trail alone: streams and pages do not show it.
            pub fn is_quiet(self) -> bool {
                match self {
                    $(Self::$name => false $(|| stringify!($quiet) == "quiet")?,)+
                }
            }
        }
    };
}

kinds! {
    /// A person made an invite.
    InviteIssued = "invite.issued";
    /// Its owner looked at an invite's secret; at most once an hour for each.
    InviteShown = "invite.shown", quiet;
    /// A person looked at the list of their invites, secrets included; at most once an hour.
    InvitesListed = "invite.listed", quiet;
    /// Its owner asked for an invite to be sent by mail again.
    InviteMailAsked = "invite.mail_asked";
    /// A mail server has taken the mail with an invite.
    InviteMailed = "invite.mailed";
    /// The mail with an invite was given up.
    InviteMailFailed = "invite.mail_failed";
    /// Somebody came by an invite, and is connected by it.
    InviteAccepted = "invite.accepted";
    /// Somebody came by an invite, or none that there is, and was turned away.
    InviteRefused = "invite.refused", quiet;
    /// Its owner, or an administrator, took an invite back.
    InviteWithdrawn = "invite.withdrawn";
    /// Its owner gave an invite a new end.
    InviteRenewed = "invite.renewed";
    /// An invite came to its end.
    InviteExpired = "invite.expired";
    /// A person accepted an invite of another server.
    AcceptanceStarted = "acceptance.started";
    /// A person accepted an invite again that was still being delivered.
    AcceptanceRepeated = "acceptance.repeated";
    /// From here on a request may have reached the other server.
    AcceptanceSent = "acceptance.sent", quiet;
    /// Why it is not settled yet, when that is news.
    AcceptanceWaiting = "acceptance.waiting";
    /// A person asked for another attempt at once.
    AcceptanceHurried = "acceptance.hurried";
    /// A person cancelled, and what came of it has to be learnt first.
    AcceptanceCancelling = "acceptance.cancelling";
    /// The administrators do not let the other server in, and what came of an acceptance has to be learnt first.
    AcceptanceStopping = "acceptance.stopping";
    /// A person wanted to accept an invite, and it came to nothing before anything was written or sent.
    AcceptanceRefused = "acceptance.refused", quiet;
    /// An acceptance is over.
    AcceptanceSettled = "acceptance.settled";
    /// A half became connected.
    ConnectionConnected = "connection.connected";
    /// A half became disconnected.
    ConnectionDisconnected = "connection.disconnected";
    /// It is known whether the other server knows of a disconnect.
    ConnectionTold = "connection.told";
    /// A person gave somebody whom they are connected with a name of their own, or took it away.
    ConnectionNamed = "connection.named";
    /// An administrator sent a delivery again.
    DeliveryRetried = "delivery.retried";
    /// An administrator gave up a mail.
    DeliveryGivenUp = "delivery.given_up";
    /// Halves differed from the other server's.
    SyncFound = "sync.found";
    /// A server came without its memory: what it says is not acted on for a while.
    SyncDoubted = "sync.doubted";
    /// A server signed for the first time, or in a better way than it was known to; from now on it must.
    PeerSigns = "peer.signs";
    /// A server describes itself with a weaker way to sign than before; nothing less than before is taken from it.
    PeerWeaker = "peer.weaker";
    /// An administrator trusts a server.
    PeerTrusted = "peer.trusted";
    /// An administrator blocks a server.
    PeerBlocked = "peer.blocked";
    /// An administrator took back what they had decided about a server.
    PeerForgotten = "peer.forgotten";
    /// An administrator noted other issuers of certificates for a server, or took them back.
    PeerCaChanged = "peer.ca_changed";
    /// An administrator noted other keys by which a server is recognised, or took them back.
    PeerPinChanged = "peer.pin_changed";
    /// An administrator noted how messages to or from a server are signed, or took that back; `data` says if it is weaker.
    PeerQuirkChanged = "peer.quirk_changed";
    /// An administrator wrote something down about a server.
    PeerNoteChanged = "peer.note_changed";
    /// A request in another server's name was not believed or not understood.
    PeerRefused = "peer.refused", quiet;
    /// An administrator follows a directory of servers.
    DirectoryAdded = "directory.added";
    /// An administrator follows a directory no more.
    DirectoryRemoved = "directory.removed";
    /// The servers of a directory are others than before.
    DirectoryChanged = "directory.changed";
    /// A directory cannot be fetched or believed; the last good copy counts.
    DirectoryFailed = "directory.failed";
    /// A person logged in on a page.
    SessionOpened = "session.opened", quiet;
    /// A session got a new secret, which its browser has shown.
    SessionRenewed = "session.renewed", quiet;
    /// A person logged out.
    SessionClosed = "session.closed", quiet;
    /// A person ended a session of theirs from another one, or an administrator did.
    SessionEnded = "session.ended", quiet;
    /// A log-in failed.
    SessionRefused = "session.refused", quiet;
    /// An account was made.
    UserAdded = "user.added";
    /// An account has a new password.
    UserPasswordChanged = "user.password_changed";
    /// From now on a log-in with the password needs a code of an app, too.
    UserTotpEnabled = "user.totp_enabled";
    /// It does so no more.
    UserTotpDisabled = "user.totp_disabled";
    /// A person used up a recovery code in place of a code of the app.
    UserRecoveryCodeUsed = "user.recovery_code_used";
    /// A person changed their name or e-mail address.
    UserProfileChanged = "user.profile_changed";
    /// A person entered an e-mail address, which counts once they confirm it.
    UserEmailAsked = "user.email_asked";
    /// A person chose a language.
    UserLanguageChanged = "user.language_changed";
    /// A person chose what they are told by mail.
    UserNotificationsChanged = "user.notifications_changed";
    /// An account was locked.
    UserDisabled = "user.disabled";
    /// An account was unlocked.
    UserEnabled = "user.enabled";
    /// An account belongs to somebody of a provider of identities from now on, who logs in there.
    UserLinked = "user.linked";
    /// It does so no more.
    UserUnlinked = "user.unlinked";
    /// An account may manage this server on its pages from now on.
    UserAdminGranted = "user.admin_granted";
    /// An account may do so no more.
    UserAdminRevoked = "user.admin_revoked";
    /// A person took a copy of what is kept about them; at most once an hour on a page or by the API.
    UserExported = "user.exported", quiet;
    /// A person leaves: the account is closed, and everybody is being disconnected.
    UserLeaving = "user.leaving";
    /// A person has left: nobody is connected with them, and what was known of them is removed.
    UserLeft = "user.left";
    /// An app password was made.
    UserAppPasswordAdded = "user.app_password_added";
    /// An app or a script logged in with an app password; at most once an hour for each.
    UserAppPasswordUsed = "user.app_password_used", quiet;
    /// An app password was removed.
    UserAppPasswordRemoved = "user.app_password_removed";
    /// A backup of this server was made.
    BackupMade = "backup.made", quiet;
    /// This server goes on from a backup.
    BackupRestored = "backup.restored", quiet;
    /// A new signing key was made; it signs from the time in `data` on.
    KeysRotated = "keys.rotated";
    /// A signing key was retired: it is published no more.
    KeysRetired = "keys.retired";
    /// Old events were removed from this trail.
    AuditPruned = "audit.pruned";
}
