//! What can happen next.

use stateright::{Model, Property};
use symbolon_core::connections::{EndedBy, Generation, Gesture, Phase};
use symbolon_core::sync::{Claim, ClaimedEnd, ClaimedPhase};

use super::promises::{self, Promise};
use super::rules::{Mutation, Rules};
use super::state::{Budget, Message, Person, Reply, Said, Server, State, home};
use super::steps;

/// The model: bounds and rules.
#[derive(Clone, Debug)]
pub struct World {
    /// The rules, of which one may be wrong.
    pub rules: Rules,
    /// How many servers.
    pub servers: u8,
    /// Who acts.
    pub people: Vec<Person>,
    /// How many each invite may be for.
    pub uses: Vec<Option<u8>>,
    /// Invites that there are from the beginning: whose, and for how many.
    pub issued: Vec<(Person, Option<u8>)>,
    /// How much may happen.
    pub budget: Budget,
    /// The last server lies.
    pub liar: bool,
    /// Nothing gets lost, so that halves must agree without any comparison.
    pub calm: bool,
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// A person issues an invite.
    Issue(Person, Option<u8>),
    /// A person accepts an invite.
    Accept(Person, u8, u8),
    /// A person takes an acceptance back.
    Cancel(Person, u8),
    /// A person disconnects.
    Disconnect(Person, Person),
    /// An acceptance is sent.
    Ask(u8, u8),
    /// An answer is no longer waited for.
    Impatience(u8, u8),
    /// A disconnect is told.
    Tell(Person, Person, Generation),
    /// A message arrives.
    Deliver(Message),
    /// A message arrives, and will do so again.
    Copy(Message),
    /// A server stops and starts.
    Crash(u8),
    /// A server is backed up.
    BackUp(u8),
    /// A server is restored.
    Restore(u8),
    /// A server compares with another; the copy of what it said arrives again later.
    Sync(u8, u8, bool),
    /// The liar says something.
    Lie(Message),
}

impl Model for World {
    type State = State;
    type Action = Move;

    fn init_states(&self) -> Vec<State> {
        let mut state = State {
            servers: vec![Server::default(); usize::from(self.servers)],
            net: Default::default(),
            left: self.budget,
            invites: 0,
            acceptances: 0,
            broken: None,
        };
        for (owner, uses) in &self.issued {
            steps::issue(&mut state, *owner, *uses);
        }
        vec![state]
    }

    fn actions(&self, state: &State, moves: &mut Vec<Move>) {
        if state.broken.is_some() {
            return;
        }
        if state.left.gestures > 0 {
            self.gestures(state, moves);
        }
        self.deliveries(state, moves);
        self.mishaps(state, moves);
        if self.liar && state.left.lies > 0 {
            self.lies(state, moves);
        }
    }

    fn next_state(&self, last: &State, action: Move) -> Option<State> {
        let mut state = last.clone();
        self.happen(&mut state, &action);
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(Promise::Consent.name(), |world, state| {
                !promises::broken(world, state, Promise::Consent)
            }),
            Property::always(Promise::Agreement.name(), |world, state| {
                !promises::broken(world, state, Promise::Agreement)
            }),
            Property::always(Promise::NoZombie.name(), |world, state| {
                !promises::broken(world, state, Promise::NoZombie)
            }),
            Property::always(Promise::Progress.name(), |world, state| {
                !promises::broken(world, state, Promise::Progress)
            }),
            Property::always(Promise::Once.name(), |world, state| {
                !promises::broken(world, state, Promise::Once)
            }),
            Property::always(Promise::RollBack.name(), |world, state| {
                !promises::broken(world, state, Promise::RollBack)
            }),
        ]
    }
}

impl World {
    /// Whether a person is one of the liar's.
    pub fn lies_for(&self, person: Person) -> bool {
        self.liar && home(person) + 1 == self.servers
    }

    fn gestures(&self, state: &State, moves: &mut Vec<Move>) {
        for person in &self.people {
            let person = *person;
            if self.lies_for(person) {
                continue;
            }
            for uses in &self.uses {
                moves.push(Move::Issue(person, *uses));
            }
            for (at, server) in (0..).zip(&state.servers) {
                if at == home(person) {
                    continue;
                }
                for invite in server.invites.keys() {
                    moves.push(Move::Accept(person, *invite, at));
                }
            }
            let own = state.of(person);
            for (id, one) in &own.acceptances {
                if one.user == person && one.ended.is_none() && one.cancelled.is_none() {
                    moves.push(Move::Cancel(person, *id));
                }
            }
            for (us, them) in own.halves.keys() {
                if *us == person && own.connects(*us, *them) {
                    moves.push(Move::Disconnect(*us, *them));
                }
            }
        }
    }

    fn deliveries(&self, state: &State, moves: &mut Vec<Move>) {
        for (at, server) in (0..).zip(&state.servers) {
            for (id, one) in &server.acceptances {
                if steps::may_ask(self.rules, state, at, *id) && one.attempts < 4 {
                    moves.push(Move::Ask(at, *id));
                }
                if one.waiting.is_some() && one.ended.is_none() && state.left.losses > 0 {
                    moves.push(Move::Impatience(at, *id));
                }
            }
            for (us, them, generation) in &server.removals {
                moves.push(Move::Tell(*us, *them, *generation));
            }
        }
        for message in &state.net {
            moves.push(Move::Deliver(message.clone()));
            if state.left.copies > 0 && !matches!(message, Message::Answer { .. }) {
                moves.push(Move::Copy(message.clone()));
            }
        }
    }

    fn mishaps(&self, state: &State, moves: &mut Vec<Move>) {
        for at in 0..self.servers {
            if self.liar && at + 1 == self.servers {
                continue;
            }
            let server = &state.servers[usize::from(at)];
            if state.left.crashes > 0 {
                moves.push(Move::Crash(at));
            }
            if at == 0 && state.left.restores > 0 {
                moves.push(if server.backup.is_some() {
                    Move::Restore(at)
                } else {
                    Move::BackUp(at)
                });
            }
            for other in 0..self.servers {
                if other == at || (self.liar && other + 1 == self.servers) {
                    continue;
                }
                let waits = server.acceptances.values().any(|one| {
                    one.at == other
                        && one.ended.is_none()
                        && one.gesture <= server.started
                        && !server.synced.contains(&other)
                });
                if waits || state.left.syncs > 0 {
                    moves.push(Move::Sync(at, other, false));
                }
                if state.left.syncs > 0 && state.left.copies > 0 {
                    moves.push(Move::Sync(at, other, true));
                }
            }
        }
    }

    /// Any well-formed message about the liar's person, the last but one, to anybody.
    fn lies(&self, state: &State, moves: &mut Vec<Move>) {
        let from = self.servers - 1;
        let liar: Person = from * 2;
        let generations = || (1..=2).map(Generation);
        for person in self.people.iter().filter(|person| !self.lies_for(**person)) {
            let person = *person;
            for generation in generations() {
                moves.push(Move::Lie(Message::Removed {
                    from: liar,
                    to: person,
                    generation,
                }));
                for phase in [
                    ClaimedPhase::Connected,
                    ClaimedPhase::Disconnected(ClaimedEnd::Theirs),
                    ClaimedPhase::Disconnected(ClaimedEnd::Ours),
                ] {
                    let said = Said(Claim { generation, phase });
                    moves.push(Move::Lie(Message::Claims {
                        from,
                        to: home(person),
                        claims: vec![(liar, person, said)],
                    }));
                }
            }
        }
        for (at, server) in (0..from).zip(&state.servers) {
            for invite in server.invites.keys() {
                for user in [liar, liar + 1] {
                    for floor in 0..=2 {
                        moves.push(Move::Lie(Message::Request {
                            acceptance: u8::MAX,
                            attempt: 0,
                            user,
                            invite: *invite,
                            to: at,
                            floor: Some(Generation(floor)),
                        }));
                    }
                }
            }
            for (id, one) in &server.acceptances {
                let Some(attempt) = one.waiting.filter(|_| one.at == from) else {
                    continue;
                };
                let replies = [
                    Reply::No,
                    Reply::Stale(liar, Generation(2)),
                    Reply::Stale(liar + 1, Generation(2)),
                    Reply::Yes(liar, Generation(1)),
                    Reply::Yes(liar, Generation(2)),
                    Reply::Yes(liar + 1, Generation(1)),
                ];
                for reply in replies {
                    moves.push(Move::Lie(Message::Answer {
                        acceptance: *id,
                        attempt,
                        to: at,
                        reply,
                    }));
                }
            }
        }
    }

    /// Carries a move out.
    pub fn happen(&self, state: &mut State, action: &Move) {
        let rules = self.rules;
        match action {
            Move::Issue(person, uses) => {
                state.left.gestures -= 1;
                steps::issue(state, *person, *uses);
            }
            Move::Accept(person, invite, at) => {
                state.left.gestures -= 1;
                steps::accept(state, *person, *invite, *at);
            }
            Move::Cancel(person, id) => {
                state.left.gestures -= 1;
                steps::cancel(state, *person, *id);
            }
            Move::Disconnect(us, them) => {
                state.left.gestures -= 1;
                steps::disconnect(state, *us, *them);
            }
            Move::Ask(server, id) => steps::ask(rules, state, *server, *id),
            Move::Impatience(server, id) => {
                state.left.losses -= 1;
                if let Some(one) = state.at(*server).acceptances.get_mut(id) {
                    one.waiting = None;
                }
            }
            Move::Tell(us, them, generation) => {
                state
                    .of_mut(*us)
                    .removals
                    .remove(&(*us, *them, *generation));
                state.net.insert(Message::Removed {
                    from: *us,
                    to: *them,
                    generation: *generation,
                });
            }
            Move::Deliver(message) => {
                let copy = !self.is_waited_for(state, message);
                state.net.remove(message);
                steps::deliver(rules, state, message, copy);
            }
            Move::Copy(message) => {
                state.left.copies -= 1;
                let copy = !self.is_waited_for(state, message);
                steps::deliver(rules, state, message, copy);
            }
            Move::Crash(server) => {
                state.left.crashes -= 1;
                restart(state.at(*server));
            }
            Move::BackUp(server) => {
                let server = state.at(*server);
                server.backup = Some(Box::new(server.clone()));
            }
            Move::Restore(at) => {
                state.left.restores -= 1;
                let server = state.at(*at);
                let lost = server.clone();
                if let Some(backup) = server.backup.take() {
                    *server = *backup;
                    server.restored = true;
                    restart(server);
                }
                remembered_elsewhere(state, *at, &lost);
            }
            Move::Sync(asks, answers, copy) => {
                state.left.syncs = state.left.syncs.saturating_sub(1);
                if *copy {
                    state.left.copies -= 1;
                    let claims = steps::claims(state, *asks, *answers);
                    state.net.insert(Message::Claims {
                        from: *asks,
                        to: *answers,
                        claims,
                    });
                }
                steps::sync(rules, state, *asks, *answers);
            }
            Move::Lie(message) => {
                state.left.lies -= 1;
                steps::deliver(rules, state, message, false);
            }
        }
        self.tidy(state);
    }

    /// Whether a request is the one whose answer is waited for.
    fn is_waited_for(&self, state: &State, message: &Message) -> bool {
        match message {
            Message::Request {
                acceptance,
                attempt,
                user,
                ..
            } => {
                let one = state.of(*user).acceptances.get(acceptance);
                one.is_some_and(|one| one.waiting == Some(*attempt))
            }
            _ => true,
        }
    }

    /// Answers that nobody waits for are nothing.
    fn tidy(&self, state: &mut State) {
        let servers = &state.servers;
        state.net.retain(|message| match message {
            Message::Answer {
                acceptance,
                attempt,
                to,
                ..
            } => {
                let one = servers[usize::from(*to)].acceptances.get(acceptance);
                one.is_some_and(|one| one.waiting == Some(*attempt) && one.ended.is_none())
            }
            // The liar's people have no server that would take it.
            Message::Removed { to, .. } => !self.lies_for(*to),
            Message::Request { to, .. } => !(self.liar && *to + 1 == self.servers),
            Message::Claims { .. } => !self.rules.is(Mutation::NoSync),
        });
    }
}

/// For the promises: a disconnect that the backup does not know is a gesture all the same if the other server knows of it,
/// unless the person has accepted again since.
fn remembered_elsewhere(state: &mut State, at: u8, lost: &Server) {
    let mut ended = Vec::new();
    for server in &state.servers {
        for ((them, us), theirs) in &server.halves {
            let mine = (home(*us) == at).then(|| state.of(*us).halves.get(&(*us, *them)));
            let Some(mine) = mine else { continue };
            let by_us = theirs.half.phase == Phase::Disconnected(EndedBy::Them);
            let newer = mine.is_none_or(|mine| {
                let (mine, theirs) = (&mine.half, &theirs.half);
                mine.generation < theirs.generation
                    || (mine.generation == theirs.generation && mine.is_connected())
            });
            let since = lost.ended.get(&(*us, *them)).copied().unwrap_or_default();
            let accepted_again = lost
                .acceptances
                .values()
                .any(|one| one.user == *us && one.at == home(*them) && one.gesture > since);
            if by_us && newer && !accepted_again {
                ended.push((*us, *them));
            }
        }
    }
    let server = state.at(at);
    let until_now = Gesture(server.gestures);
    server
        .ended
        .extend(ended.into_iter().map(|pair| (pair, until_now)));
}

/// What a process knows is gone when it ends.
fn restart(server: &mut Server) {
    for one in server.acceptances.values_mut() {
        one.waiting = None;
    }
    server.synced.clear();
    server.started = Gesture(server.gestures);
}
