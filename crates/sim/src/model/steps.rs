//! What the store does in one transaction, step by step: the same order as in its `redeem`, `settle`, `removal` and
//! `sync::claims`.

use symbolon_core::Timestamp;
use symbolon_core::acceptances::{self, Answer, Next, Outcome};
use symbolon_core::connections::{Conclusion, EndedBy, Generation, Gesture, Half, Phase, Removal};
use symbolon_core::invites::{Refusal, Terms, Uses};
use symbolon_core::sync::{Claim, ClaimedEnd, ClaimedPhase, Verdict};
use symbolon_proto::problem::Code;

use super::promises::Promise;
use super::rules::{Mutation, Rules};
use super::state::{Acceptance, Ended, Invite, Kept, Message, Person, Reply, Said, State, home};

/// A person issues an invite.
pub fn issue(state: &mut State, owner: Person, uses: Option<u8>) {
    let id = state.invites;
    state.invites += 1;
    let server = state.of_mut(owner);
    let invite = Invite {
        owner,
        issued: server.gesture(),
        uses,
        counted: 0,
        came: Default::default(),
        connected: Default::default(),
    };
    server.invites.insert(id, invite);
}

/// A person accepts an invite: joins the acceptance under way, finds the two connected by it, or begins anew.
pub fn accept(state: &mut State, user: Person, invite: u8, at: u8) {
    let id = state.acceptances;
    let server = state.of_mut(user);
    let open = server
        .acceptances
        .values_mut()
        .find(|one| one.user == user && one.invite == invite && one.ended.is_none());
    if let Some(open) = open {
        server.gestures += 1;
        open.gesture = Gesture(server.gestures);
        open.cancelled = None;
        return;
    }
    let by_token = server.halves.iter().any(|((us, _), kept)| {
        *us == user && kept.token == Some(invite) && kept.half.is_connected()
    });
    if by_token {
        return;
    }
    let gesture = server.gesture();
    let acceptance = Acceptance {
        user,
        invite,
        at,
        gesture,
        cancelled: None,
        sent: false,
        floor: Generation::NONE,
        waiting: None,
        attempts: 0,
        ended: None,
    };
    server.acceptances.insert(id, acceptance);
    state.acceptances += 1;
}

/// A person takes an acceptance back.
pub fn cancel(state: &mut State, user: Person, id: u8) {
    let server = state.of_mut(user);
    let gesture = server.gesture();
    if let Some(one) = server.acceptances.get_mut(&id) {
        one.cancelled = Some(gesture);
        if !one.sent {
            one.ended = Some(Ended::Cancelled);
        }
    }
}

/// A person disconnects.
pub fn disconnect(state: &mut State, us: Person, them: Person) {
    let server = state.of_mut(us);
    let gesture = server.gesture();
    if let Some(kept) = server.halves.get_mut(&(us, them)) {
        kept.half.phase = Phase::Disconnected(EndedBy::Us);
        kept.half.barrier = gesture;
        let generation = kept.half.generation;
        server.removals.retain(|(a, b, _)| (*a, *b) != (us, them));
        server.removals.insert((us, them, generation));
        server.ended.insert((us, them), gesture);
    }
}

/// Whether an acceptance may be sent: what is older than the process waits for a comparison.
pub fn may_ask(rules: Rules, state: &State, server: u8, id: u8) -> bool {
    let server = &state.servers[usize::from(server)];
    let Some(one) = server.acceptances.get(&id) else {
        return false;
    };
    let waits = one.gesture <= server.started && !server.synced.contains(&one.at);
    one.ended.is_none()
        && one.waiting.is_none()
        && (!waits || rules.is(Mutation::OldAcceptanceSentBeforeSync) || rules.is(Mutation::NoSync))
}

/// Sends an acceptance.
pub fn ask(rules: Rules, state: &mut State, server: u8, id: u8) {
    let from = state.at(server);
    let Some(one) = from.acceptances.get(&id).copied() else {
        return;
    };
    let gesture = match rules.wrong {
        Some(Mutation::OvertakenSpeaksOfIt) => Gesture(i64::MAX),
        _ => one.gesture,
    };
    let known = from.floor(one.user, one.at, gesture);
    let floor = acceptances::floor(known, one.floor, one.cancelled.is_some());
    let attempt = one.attempts;
    if let Some(one) = from.acceptances.get_mut(&id) {
        one.attempts += 1;
        one.waiting = Some(attempt);
        one.sent = true;
    }
    state.net.insert(Message::Request {
        acceptance: id,
        attempt,
        user: one.user,
        invite: one.invite,
        to: one.at,
        floor: (!rules.is(Mutation::NoFloor)).then_some(floor),
    });
}

/// A message arrives.
pub fn deliver(rules: Rules, state: &mut State, message: &Message, copy: bool) {
    match message {
        Message::Request {
            acceptance,
            attempt,
            user,
            invite,
            to,
            floor,
        } => {
            let server = state.at(*to);
            let old = server
                .invites
                .get(invite)
                .is_some_and(|one| one.issued <= server.started);
            if old
                && !server.synced.contains(&home(*user))
                && !rules.is(Mutation::OldInviteOpenBeforeSync)
            {
                sync(rules, state, *to, home(*user));
            }
            let reply = redeem(
                rules,
                state,
                (*user, *acceptance, copy),
                *invite,
                *to,
                *floor,
            );
            let home = home(*user);
            let waits = state.servers[usize::from(home)].acceptances.get(acceptance);
            if waits.is_some_and(|one| one.waiting == Some(*attempt)) {
                state.net.insert(Message::Answer {
                    acceptance: *acceptance,
                    attempt: *attempt,
                    to: home,
                    reply,
                });
            }
        }
        Message::Answer {
            acceptance,
            attempt,
            to,
            reply,
        } => answered(rules, state, *to, *acceptance, *attempt, *reply),
        Message::Removed {
            from,
            to,
            generation,
        } => removed(rules, state, *from, *to, *generation),
        Message::Claims {
            from: _,
            to,
            claims,
        } => {
            apply(rules, state, *to, claims);
        }
    }
}

/// The inviter's side.
fn redeem(
    rules: Rules,
    state: &mut State,
    (them, acceptance, copy): (Person, u8, bool),
    id: u8,
    at: u8,
    floor: Option<Generation>,
) -> Reply {
    let connected_before = state
        .of(them)
        .acceptances
        .get(&acceptance)
        .is_some_and(|one| one.ended == Some(Ended::Connected));
    let anybody_restored = state.servers.iter().any(|server| server.restored);
    let server = state.at(at);
    let Some(invite) = server.invites.get(&id).cloned() else {
        return Reply::No;
    };
    let us = invite.owner;
    let before = server.halves.get(&(us, them)).copied();
    let came = invite.came.contains(&them);
    let terms = Terms {
        issued: invite.issued,
        uses: invite
            .uses
            .map_or(Uses::Anyone, |most| Uses::People(most.into())),
        people: invite.counted.into(),
        expires_at: Timestamp::from_millis(1),
        withdrawn: false,
    };
    let half = before.as_ref().map(|kept| &kept.half);
    let yes = match rules.redeem(&terms, came, half, floor) {
        Ok(yes) => yes,
        Err(Refusal::Stale(generation)) => return Reply::Stale(us, generation),
        Err(_) => return Reply::No,
    };
    let was = half.is_some_and(Half::is_connected);
    let kept = Kept {
        half: Half {
            generation: yes.generation,
            phase: Phase::Connected,
            barrier: half.map(|half| half.barrier).unwrap_or_default(),
        },
        token: before.and_then(|kept| kept.token),
        by: match before {
            Some(kept) if was => kept.by.max(invite.issued),
            _ => invite.issued,
        },
    };
    server.halves.insert((us, them), kept);
    if let Some(invite) = server.invites.get_mut(&id) {
        if yes.counts {
            invite.counted += 1;
        }
        if came || yes.counts {
            invite.came.insert(them);
        }
        if yes.connects {
            invite.connected.insert(them);
        }
    }
    if yes.connects {
        server.removals.retain(|(a, b, _)| (*a, *b) != (us, them));
    }
    let fell = half.is_some_and(|half| half.generation > yes.generation);
    let late = !was && copy && connected_before && !anybody_restored;
    if fell || late {
        state.breaks(Promise::NoZombie);
    }
    Reply::Yes(us, yes.generation)
}

/// The accepter's side.
fn answered(rules: Rules, state: &mut State, at: u8, id: u8, attempt: u8, reply: Reply) {
    let server = state.at(at);
    let Some(one) = server.acceptances.get(&id).copied() else {
        return;
    };
    if one.waiting != Some(attempt) || one.ended.is_some() {
        return;
    }
    let mut next = Acceptance {
        waiting: None,
        ..one
    };
    match reply {
        Reply::Yes(them, generation) => conclude(rules, state, (at, id), next, them, generation),
        Reply::No | Reply::Stale(..) => {
            let (answer, since) = match reply {
                Reply::Stale(them, generation) => {
                    let since = server.disconnected_since(one.user, them, one.gesture);
                    (Answer::Stale(generation), since)
                }
                _ => (Answer::No(Code::InvitationUnknown), Generation::NONE),
            };
            match rules.after(&answer, one.cancelled.is_some(), since) {
                Next::AskAgain(floor) => next.floor = next.floor.max(floor),
                Next::Wait(_) => {}
                Next::Settle(Outcome::Cancelled) => next.ended = Some(Ended::Cancelled),
                Next::Settle(_) => next.ended = Some(Ended::Refused),
            }
            server.acceptances.insert(id, next);
            if next.ended == Some(Ended::Refused) && matches!(reply, Reply::Stale(..)) {
                // The invite is valid; it was the request that spoke of the past.
                state.breaks(Promise::Progress);
            }
        }
    }
}

fn conclude(
    rules: Rules,
    state: &mut State,
    (at, id): (u8, u8),
    mut next: Acceptance,
    them: Person,
    answered: Generation,
) {
    let us = next.user;
    let server = state.at(at);
    let before = server.halves.get(&(us, them)).copied();
    let half = before.as_ref().map(|kept| &kept.half);
    let was = half.is_some_and(Half::is_connected);
    let connected = |generation| Kept {
        half: Half {
            generation,
            phase: Phase::Connected,
            barrier: half.map(|half| half.barrier).unwrap_or_default(),
        },
        token: Some(next.invite),
        by: match before {
            Some(kept) if was && next.cancelled.is_some() => kept.by,
            Some(kept) if was => kept.by.max(next.gesture),
            _ => next.gesture,
        },
    };
    let mut rolled_back = true;
    match rules.conclude(half, answered, next.gesture, next.cancelled.is_some()) {
        Conclusion::Connect(generation) => {
            rolled_back = was || next.cancelled.is_none();
            server.halves.insert((us, them), connected(generation));
            server.removals.retain(|(a, b, _)| (*a, *b) != (us, them));
            next.ended = Some(ending(&next));
        }
        Conclusion::Already(generation) => {
            server.halves.insert((us, them), connected(generation));
            next.ended = Some(ending(&next));
        }
        Conclusion::Over => next.ended = Some(Ended::Cancelled),
        Conclusion::AskAgain(floor) => next.floor = next.floor.max(floor),
        Conclusion::Undo(generation) => {
            let mut undone = connected(generation);
            undone.half.phase = Phase::Disconnected(EndedBy::Us);
            let undoing = match rules.is(Mutation::UndoIsAGesture) {
                true => server.gesture(),
                false => next.cancelled.unwrap_or(next.gesture),
            };
            undone.half.barrier = undone.half.barrier.max(undoing);
            server.halves.insert((us, them), undone);
            server.removals.retain(|(a, b, _)| (*a, *b) != (us, them));
            if !rules.is(Mutation::UndoneWithoutTelling) {
                server.removals.insert((us, them, generation));
            }
            next.ended = Some(Ended::Cancelled);
        }
    }
    server.acceptances.insert(id, next);
    if !rolled_back {
        state.breaks(Promise::RollBack);
    }
}

fn ending(acceptance: &Acceptance) -> Ended {
    if acceptance.cancelled.is_some() {
        Ended::Cancelled
    } else {
        Ended::Connected
    }
}

/// The other side has disconnected.
fn removed(rules: Rules, state: &mut State, from: Person, to: Person, generation: Generation) {
    let server = state.of_mut(to);
    let Some(kept) = server.halves.get_mut(&(to, from)) else {
        if server.any_open(to, home(from)) && !rules.is(Mutation::EarlyRemovalForgotten) {
            server
                .halves
                .insert((to, from), tombstone(generation, EndedBy::Them));
        }
        return;
    };
    let before = kept.half;
    if let Removal::Disconnect(at) = rules.removed_by_peer(&before, generation) {
        kept.half.generation = at;
        if before.is_connected() {
            kept.half.phase = Phase::Disconnected(EndedBy::Them);
            if before.generation > generation {
                state.breaks(Promise::NoZombie);
            }
        } else {
            server.removals.retain(|(a, b, _)| (*a, *b) != (to, from));
        }
    }
}

fn tombstone(generation: Generation, by: EndedBy) -> Kept {
    Kept {
        half: Half {
            generation,
            phase: Phase::Disconnected(by),
            barrier: Gesture(0),
        },
        token: None,
        by: Gesture(0),
    }
}

/// What a server says of everything that it shares with another.
pub fn claims(state: &State, from: u8, to: u8) -> Vec<(Person, Person, Said)> {
    let halves = state.servers[usize::from(from)].halves.iter();
    halves
        .filter(|((_, them), _)| home(*them) == to)
        .map(|((us, them), kept)| (*us, *them, Said(Claim::of(&kept.half))))
        .collect()
}

/// Applies what another server says, and returns what differs still.
pub fn apply(
    rules: Rules,
    state: &mut State,
    at: u8,
    said: &[(Person, Person, Said)],
) -> Vec<(Person, Person, Said)> {
    let mut differs = Vec::new();
    for (them, us, Said(claim)) in said {
        let (us, them) = (*us, *them);
        let server = state.at(at);
        let open = server.any_open(us, home(them));
        let before = server.halves.get(&(us, them)).copied();
        let half = before.map(|kept| kept.half);
        let (verdict, given) = rules.compare(half.as_ref(), claim, open);
        if given {
            let mut believed = tombstone(claim.generation, EndedBy::Neither);
            believed.half.phase = Phase::Connected;
            server.halves.insert((us, them), believed);
            continue;
        }
        if let Verdict::Disconnect {
            generation,
            by,
            renew_barrier,
        } = verdict
        {
            let mut kept = before.unwrap_or_else(|| tombstone(generation, by));
            kept.half.generation = generation;
            kept.half.phase = Phase::Disconnected(by);
            let gesture = renew_barrier.then(|| server.gesture());
            if let Some(gesture) = gesture {
                kept.half.barrier = gesture;
                server.forgotten.insert((us, them), gesture);
            }
            if claim.phase == ClaimedPhase::Disconnected(ClaimedEnd::Ours) {
                // The promises learn of the gesture again, as the person's server must.
                let until_now = Gesture(server.gestures);
                server.ended.insert((us, them), until_now);
            }
            server.halves.insert((us, them), kept);
            server.removals.retain(|(a, b, _)| (*a, *b) != (us, them));
        }
        let now = server.halves.get(&(us, them)).map(|kept| kept.half);
        if let Some(now) = now.filter(|now| !claim.agrees_with(now))
            && verdict != Verdict::Later
        {
            differs.push((us, them, Said(Claim::of(&now))));
        }
    }
    differs
}

/// Two servers compare: everything that the one says, what the other makes of it and says in turn, until nothing differs.
pub fn sync(rules: Rules, state: &mut State, asks: u8, answers: u8) {
    if rules.is(Mutation::NoSync) {
        return;
    }
    let ours = claims(state, asks, answers);
    let mut told = apply(rules, state, answers, &ours);
    let mentioned: Vec<_> = ours.iter().map(|(us, them, _)| (*them, *us)).collect();
    let theirs = claims(state, answers, asks);
    let unmentioned = theirs
        .into_iter()
        .filter(|(us, them, _)| !mentioned.contains(&(*us, *them)));
    told.extend(unmentioned);
    for _ in 0..3 {
        let differs = apply(rules, state, asks, &told);
        if differs.is_empty() {
            break;
        }
        told = apply(rules, state, answers, &differs);
    }
    state.at(asks).synced.insert(answers);
}
