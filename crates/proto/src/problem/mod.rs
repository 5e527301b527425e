//! What can go wrong, once and for all: a stable code, whose turn it is, and words for the person who meets it.
//!
//! One JSON body serves three kinds of readers (`docs/decisions/0006-errors-one-body-three-readers.md`): RFC 9457
//! clients, OCM servers, and clients written for oCIS.

mod catalogue;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Every problem there is, in the order of the documentation.
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
    /// A secure connection to `peer` could not be made: its certificate is missing, expired, or for another name.
    TlsFailed,
    /// The name `peer` leads to an address inside a private network, and this server does not go there.
    AddressNotAllowed,
    /// `peer` answers, but it is not a server that people can connect with.
    NotAnOcmServer,
    /// `peer` could take part, but its administrators have switched it off.
    OcmDisabledThere,
    /// `peer` shares files with other servers, but people there cannot be invited or invite.
    NoInvitationsThere,
    /// The administrators of this server do not allow connections with `peer`.
    NotTrustedHere,
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
    /// Whether the message really comes from `peer` cannot be checked, because `peer` does not answer just now.
    PeerUnreachableForKeys,
    /// The invitation is not, or no longer, known to `peer`.
    InvitationUnknown,
    /// The invitation was valid for a limited time, which is over.
    InvitationExpired,
    /// The person who invited you took the invitation back.
    InvitationWithdrawn,
    /// The invitation was for a limited number of people, and they have connected.
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
    /// Your answer is kept and will be delivered as soon as `peer` answers.
    AcceptancePending,
    /// You cancelled accepting this invitation; nobody was connected by it.
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
    /// The account exists, but it may not be used at present.
    AccountDisabled,
    /// This is only for people who are logged in, or the user name or password is wrong.
    NotAuthenticated,
    /// Your account may not do that.
    Forbidden,
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
    /// There is an account with the name `name` already.
    NameTaken,
    /// Nothing was changed, because it could not be written down.
    StorageFull,
    /// The server is being stopped or restarted; nothing was changed.
    ShuttingDown,
    /// This server made a mistake. What was confirmed before is safe.
    Internal,
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

/// Who reads an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// Another OCM server.
    Ocm,
    /// A client written for oCIS or OpenCloud.
    Sciencemesh,
    /// A client of our own API.
    Api,
    /// A person, on a page.
    Page,
}

/// One line of the catalogue. Texts contain names of facts in braces.
#[derive(Debug)]
pub struct Entry {
    code: Code,
    name: &'static str,
    culprit: Culprit,
    status: u16,
    ocm_message: &'static str,
    ocis_code: &'static str,
    ocis_status: u16,
    ocis_message: Option<&'static str>,
    retry_helps: bool,
    title: &'static str,
    detail: &'static str,
    remedy: &'static str,
}

impl Code {
    /// Every code, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        catalogue::ENTRIES.iter().map(|entry| entry.code)
    }

    /// The stable name, which never changes its meaning.
    pub fn as_str(self) -> &'static str {
        self.entry().name
    }

    /// Reads a stable name.
    pub fn parse(name: &str) -> Option<Self> {
        catalogue::ENTRIES
            .iter()
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

    fn entry(self) -> &'static Entry {
        &catalogue::ENTRIES[self as usize]
    }
}

/// What stands in for a fact that is not known.
fn stand_in(fact: &str) -> &'static str {
    match fact {
        "peer" | "chosen" => "the other server",
        "reason" => "it has the wrong form",
        "what" => "thing",
        "member" => "a member",
        "seconds" => "too many",
        "limit" => "the allowed number of",
        "key_id" => "that was used",
        "kind" => "that was sent",
        _ => "it",
    }
}

/// A problem with the facts of the case at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    code: Code,
    facts: BTreeMap<&'static str, String>,
    members: Map<String, Value>,
}

impl Problem {
    /// A problem without facts yet.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            facts: BTreeMap::new(),
            members: Map::new(),
        }
    }

    /// Adds a fact, which the texts may name. Never a secret: facts are shown and logged.
    #[must_use]
    pub fn with(mut self, fact: &'static str, value: &str) -> Self {
        self.facts.insert(fact, value.to_owned());
        self
    }

    /// Adds a member to the JSON body, for machines.
    #[must_use]
    pub fn with_member(mut self, name: &str, value: Value) -> Self {
        self.members.insert(name.to_owned(), value);
        self
    }

    /// Which problem.
    pub fn code(&self) -> Code {
        self.code
    }

    /// A fact of the case.
    pub fn fact(&self, fact: &str) -> Option<&str> {
        self.facts.get(fact).map(String::as_str)
    }

    /// What it is, in a few words.
    pub fn title(&self) -> String {
        self.fill(self.code.entry().title)
    }

    /// What happened; with the other server's own words if it said something.
    pub fn detail(&self) -> String {
        let detail = self.fill(self.code.entry().detail);
        match self.fact("said") {
            Some(said) => format!("{detail} It said: “{said}”."),
            None => detail,
        }
    }

    /// Whose turn it is, and to do what.
    pub fn remedy(&self) -> String {
        self.fill(self.code.entry().remedy)
    }

    /// The HTTP status for a reader.
    pub fn status(&self, surface: Surface) -> u16 {
        match surface {
            Surface::Sciencemesh => self.code.entry().ocis_status,
            Surface::Ocm | Surface::Api | Surface::Page => self.code.entry().status,
        }
    }

    /// The JSON body for a reader. `type` leads to this server's own page about the problem.
    pub fn body(&self, surface: Surface, reference: &str) -> Value {
        let entry = self.code.entry();
        let (code, message) = match surface {
            Surface::Ocm => (entry.name, entry.ocm_message.to_owned()),
            Surface::Sciencemesh => {
                let message = entry
                    .ocis_message
                    .map_or_else(|| self.title(), str::to_owned);
                (entry.ocis_code, message)
            }
            Surface::Api | Surface::Page => (entry.name, self.title()),
        };
        let mut body = json!({
            "type": format!("/errors#{}", entry.name),
            "title": self.title(),
            "status": self.status(surface),
            "detail": self.detail(),
            "remedy": self.remedy(),
            "problem": entry.name,
            "culprit": entry.culprit.as_str(),
            "retry_helps": entry.retry_helps,
            "code": code,
            "message": message,
            "reference": reference,
        });
        if let (Surface::Ocm, Some(member)) = (surface, self.fact("member")) {
            let message = match self.code {
                Code::MemberMissing => "REQUIRED",
                _ => "INVALID",
            };
            body["validationErrors"] = json!([{ "name": member, "message": message }]);
        }
        for (name, value) in &self.members {
            body[name] = value.clone();
        }
        body
    }

    fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((fact, after)) = behind.split_once('}') else {
                break;
            };
            filled.push_str(before);
            filled.push_str(self.fact(fact).unwrap_or_else(|| stand_in(fact)));
            rest = after;
        }
        filled.push_str(rest);
        match filled.chars().next() {
            // A stand-in at the beginning of a sentence.
            Some(first) if text.starts_with('{') && self.facts.is_empty() => {
                format!("{}{}", first.to_uppercase(), &filled[first.len_utf8()..])
            }
            _ => filled,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn catalogue_is_in_the_order_of_its_codes_and_names_are_unique() {
        let mut names = HashSet::new();
        for (place, entry) in catalogue::ENTRIES.iter().enumerate() {
            assert_eq!(entry.code as usize, place, "{}", entry.name);
            assert!(names.insert(entry.name), "{} twice", entry.name);
            assert_eq!(Code::parse(entry.name), Some(entry.code));
        }
    }

    #[test]
    fn every_entry_has_words_a_sane_status_and_only_known_facts() {
        let known = [
            "peer", "chosen", "reason", "what", "member", "seconds", "limit", "key_id", "kind",
            "name",
        ];
        let jargon = ["token", "provider", "OCM", "ScienceMesh", "sciencemesh"];
        for entry in &catalogue::ENTRIES {
            for text in [entry.title, entry.detail, entry.remedy] {
                assert!(!text.is_empty(), "{}", entry.name);
                assert!(
                    !jargon.iter().any(|word| text.contains(word)),
                    "{}: {text}",
                    entry.name
                );
                for part in text.split('{').skip(1) {
                    let fact = part.split('}').next().unwrap();
                    assert!(known.contains(&fact), "{}: {fact}", entry.name);
                }
            }
            assert!(
                entry.detail.ends_with('.') && entry.remedy.ends_with('.'),
                "{}",
                entry.name
            );
            assert!((200..600).contains(&entry.status) && (200..600).contains(&entry.ocis_status));
        }
    }

    #[test]
    fn words_name_the_server_and_what_it_said() {
        let problem = Problem::new(Code::InvitationUnknown)
            .with("peer", "cat.example.org")
            .with("said", "400: no such thing");
        assert_eq!(
            problem.title(),
            "cat.example.org does not know this invitation"
        );
        assert!(problem.detail().ends_with("It said: “400: no such thing”."));
        assert_eq!(
            Problem::new(Code::Timeout).title(),
            "The other server does not answer"
        );
    }

    #[test]
    fn one_body_serves_three_readers() {
        let problem = Problem::new(Code::AlreadyConnected);
        let ocis = problem.body(Surface::Sciencemesh, "ref-1");
        assert_eq!(
            (&ocis["code"], &ocis["message"]),
            (&json!("ALREADY_EXIST"), &json!("user already known"))
        );
        assert_eq!(problem.status(Surface::Sciencemesh), 409);
        let ours = problem.body(Surface::Api, "ref-1");
        assert_eq!(ours["code"], "already_connected");
        assert_eq!(ours["type"], "/errors#already_connected");
        assert_eq!(ours["reference"], "ref-1");
        let member = Problem::new(Code::MemberMissing).with("member", "token");
        let ocm = member.body(Surface::Ocm, "ref-1");
        assert_eq!(ocm["message"], "MISSING_REQUIRED_FIELDS");
        assert_eq!(ocm["validationErrors"][0]["name"], "token");
    }

    #[test]
    fn nobody_who_may_connect_is_told_409_by_a_peer_and_nobody_is_logged_out_by_one() {
        for code in Code::all() {
            let problem = Problem::new(code);
            let allowed = matches!(
                code,
                Code::InvitationUsedUp
                    | Code::ConnectionStale
                    | Code::AlreadyConnected
                    | Code::AcceptanceCancelled
                    | Code::DisconnectedMeanwhile
                    | Code::NameTaken
            );
            assert!(
                problem.status(Surface::Ocm) != 409 || allowed,
                "{}",
                code.as_str()
            );
            let log_in = code == Code::NotAuthenticated;
            assert!(
                problem.status(Surface::Sciencemesh) != 401 || log_in,
                "{}",
                code.as_str()
            );
        }
    }
}
