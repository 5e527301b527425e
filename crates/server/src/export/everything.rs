//! What is kept about a person, as one JSON document: nothing of it is a secret, so that a copy in the wrong hands opens no
//! door.

use serde_json::{Value, json};
use symbolon_core::Timestamp;
use symbolon_core::connections::{EndedBy, Phase};
use symbolon_core::invites::Uses;
use symbolon_proto::address::Provider;
use symbolon_proto::language::Language;
use symbolon_store::acceptances::{Acceptance, ListAcceptances};
use symbolon_store::app_passwords::{AppPassword, ListAppPasswords};
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::connections::{Connection, Told};
use symbolon_store::email_changes::FindEmailChange;
use symbolon_store::events::Event;
use symbolon_store::identities::{FindLink, Link};
use symbolon_store::invites::{Invite, ListInvites};
use symbolon_store::notifications::FindNotifications;
use symbolon_store::second_factors::FindSecondFactor;
use symbolon_store::sessions::{ListSessions, Session};
use symbolon_store::users::User;
use symbolon_store::{Error, Store};

use super::{NEWEST, PAGE, time};
use crate::actions::acceptances::state_word;

pub(super) async fn document(
    store: &Store,
    here: &Provider,
    user: &User,
    connections: &[Connection],
    now: Timestamp,
) -> Result<Value, Error> {
    let invitations = invitations(store, user).await?;
    let acceptances = ListAcceptances {
        user: user.id.clone(),
        pending_only: false,
        limit: NEWEST,
    };
    let acceptances = store.read(acceptances).await?;
    let trail = ListEvents {
        filter: Filter {
            user: Some(user.id.clone()),
            ..Filter::default()
        },
        page: Page::Before(i64::MAX),
        limit: NEWEST,
    };
    let trail = store.read(trail).await?;
    let passwords = ListAppPasswords {
        user: user.id.clone(),
    };
    let sessions = ListSessions {
        user: user.id.clone(),
        now,
        limit: PAGE,
    };
    let wishes = FindNotifications {
        user: user.id.clone(),
    };
    let wishes = store.read(wishes).await?;
    let waiting = FindEmailChange {
        user: user.id.clone(),
    };
    let waiting = store.read(waiting).await?;
    let link = FindLink {
        user: user.id.clone(),
    };
    let link = store.read(link).await?;
    let factor = FindSecondFactor {
        user: user.id.clone(),
    };
    let factor = store.read(factor).await?;
    let (passwords, sessions) = (store.read(passwords).await?, store.read(sessions).await?);
    Ok(json!({
        "exported_at": time(now),
        "server": here.as_str(),
        "account": {
            "id": user.id,
            "name": user.name,
            "display_name": user.display_name,
            "email": user.email,
            "email_waiting": waiting.map(|(change, _)| change.email),
            "address": format!("{}@{here}", user.id),
            "language": user.language.map(Language::tag),
            "created_at": time(user.created_at),
            "second_factor_since": factor.map(|factor| time(factor.since)),
            "logs_in_with": link.as_ref().map(identity),
        },
        "told_by_mail": {
            "accepted": wishes.accepted,
            "connected": wishes.connected,
            "disconnected": wishes.disconnected,
            "replies": wishes.replies,
        },
        "connections": connections.iter().map(connection).collect::<Vec<_>>(),
        "invitations": invitations.iter().map(invitation).collect::<Vec<_>>(),
        "acceptances": acceptances.iter().map(acceptance).collect::<Vec<_>>(),
        "app_passwords": passwords.iter().map(app_password).collect::<Vec<_>>(),
        "sessions": sessions.iter().map(session).collect::<Vec<_>>(),
        "trail": trail.iter().map(event).collect::<Vec<_>>(),
    }))
}

async fn invitations(store: &Store, user: &User) -> Result<Vec<Invite>, Error> {
    let mut all: Vec<Invite> = Vec::new();
    loop {
        let list = ListInvites {
            owner: Some(user.id.clone()),
            before: all.last().map(|last| last.issued),
            limit: PAGE,
        };
        let page = store.read(list).await?;
        let more = page.len() == PAGE as usize;
        all.extend(page);
        if !more {
            return Ok(all);
        }
    }
}

fn connection(one: &Connection) -> Value {
    let by = match one.half.phase {
        Phase::Connected => None,
        Phase::Disconnected(EndedBy::Us) => Some("us"),
        Phase::Disconnected(EndedBy::Them) => Some("them"),
        Phase::Disconnected(EndedBy::Neither) => Some("neither"),
    };
    json!({
        "id": one.id,
        "address": one.address().to_string(),
        "server": one.contact.provider.as_str(),
        "name": one.contact.name,
        "nickname": one.nickname,
        "email": one.contact.given_email(),
        "state": if by.is_none() { "connected" } else { "disconnected" },
        "connected_at": Some(one.connected_at).filter(|at| at.as_millis() > 0).map(time),
        "disconnected_at": one.ended_at.map(time),
        "disconnected_by": by,
        "told": one.told.map(Told::as_str),
        "invitation": one.invite,
    })
}

/// Without the token: it would let people in.
fn invitation(one: &Invite) -> Value {
    json!({
        "id": one.id,
        "note": one.note,
        "email": one.email,
        "created_at": time(one.issued_at),
        "expires_at": time(one.expires_at),
        "withdrawn_at": one.withdrawn_at.map(time),
        "for_people": match one.uses {
            Uses::People(people) => Some(people),
            Uses::Anyone => None,
        },
        "accepted_by": one.people,
    })
}

/// Without the token, too.
fn acceptance(one: &Acceptance) -> Value {
    json!({
        "id": one.id,
        "server": one.provider.as_str(),
        "state": state_word(one),
        "keeps_email": one.keeps_email,
        "created_at": time(one.created_at),
        "settled_at": one.settled_at.map(time),
        "connection": one.connection,
    })
}

/// What happened to the account and by whom; whose address an administrator has is not the person's.
fn event(one: &Event) -> Value {
    json!({
        "at": time(one.at),
        "kind": one.kind,
        "actor": one.actor.as_str(),
        "server": one.peer,
        "result": one.result,
        "reference": one.reference,
    })
}

fn identity(one: &Link) -> Value {
    json!({
        "issuer": one.identity.issuer,
        "subject": one.identity.subject,
        "since": time(one.linked_at),
        "last_used_at": one.seen_at.map(time),
    })
}

fn app_password(one: &AppPassword) -> Value {
    json!({
        "id": one.id,
        "label": one.label,
        "created_at": time(one.created_at),
        "last_used_at": one.last_used_at.map(time),
    })
}

fn session(one: &Session) -> Value {
    json!({
        "id": one.id,
        "browser": one.browser,
        "system": one.system,
        "created_at": time(one.created_at),
        "last_used_at": one.seen_at.map(time),
    })
}
