//! Many connections at once, for measurements: the operations of real servers, thousands in one transaction instead of one.

use symbolon_core::connections::Generation;
use symbolon_core::invites::Uses;
use symbolon_core::trust::{Mode, Proof};
use symbolon_core::{Id, Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_store::connections::{Contact, FindByPerson};
use symbolon_store::events::Moment;
use symbolon_store::invites::{IssueInvite, TokenHash};
use symbolon_store::redeem::Redeem;
use symbolon_store::removal::Disconnect;
use symbolon_store::users::{AddUser, User};
use symbolon_store::{Error, Operation, Store, Tx};

/// How many people each of them is connected with.
const EACH: u32 = 100;

/// Operations in one transaction.
const AT_ONCE: u32 = 5_000;

/// 2026-11-24T00:00:00Z.
const START: i64 = 1_795_478_400_000;

/// Operations of one kind, one after the other in one transaction.
pub struct Many<O>(pub Vec<O>);

impl<O: Operation> Operation for Many<O> {
    type Output = Vec<O::Output>;
    const NAME: &'static str = "many";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let mut done = Vec::with_capacity(self.0.len());
        for one in &self.0 {
            done.push(one.run(tx).await?);
        }
        Ok(done)
    }
}

/// The people of two servers, everybody connected with a hundred of the other server's.
pub struct Crowd {
    /// The two servers.
    pub servers: [Provider; 2],
    /// How many connections there are.
    pub pairs: u32,
}

impl Crowd {
    /// Writes one server's people and their halves.
    pub async fn settle(&self, side: usize, store: &Store) -> Result<(), Error> {
        let people: Vec<u32> = (0..self.people()).collect();
        for some in people.chunks(AT_ONCE as usize) {
            let users = some.iter().map(|person| self.user(side, *person));
            store.write(Many(users.collect())).await?;
            let invites = some.iter().map(|person| self.invite(side, *person));
            store.write(Many(invites.collect())).await?;
        }
        let pairs: Vec<u32> = (0..self.pairs).collect();
        for some in pairs.chunks(AT_ONCE as usize) {
            let redeems: Vec<_> = some.iter().map(|pair| self.redeem(side, *pair)).collect();
            let admitted = store.write(Many(redeems)).await?;
            assert!(admitted.iter().all(Result::is_ok), "everybody is let in");
        }
        Ok(())
    }

    /// How many people each server has.
    pub fn people(&self) -> u32 {
        (self.pairs / EACH).max(2 * EACH)
    }

    /// The two people of a pair, by their numbers on either server. Pairs from `pairs` on are no connection yet.
    pub fn pair(&self, pair: u32) -> [u32; 2] {
        let people = self.people();
        let first = pair / EACH % people;
        [
            first,
            (first + pair % EACH + pair / EACH / people * EACH) % people,
        ]
    }

    /// A person accepts the invitation of another; the same on either side, as if each had invited.
    pub fn redeem(&self, side: usize, pair: u32) -> Redeem {
        let people = self.pair(pair);
        let (ours, theirs) = (people[side], people[1 - side]);
        let provider = self.servers[1 - side].clone();
        let id = user_id(1 - side, theirs);
        let remote = RemoteId::new(id.as_str(), &provider).expect("an id is an identifier");
        Redeem {
            token_hash: token(side, ours),
            contact: Contact {
                provider,
                remote,
                name: format!("Person {theirs}"),
                email: format!("person-{theirs}@example.org"),
            },
            floor: Some(Generation::NONE),
            proof: Proof::Signature,
            signature: None,
            mode: Mode::Open,
            connection: id_of(2, pair).into(),
            moment: moment(i64::from(pair)),
        }
    }

    /// One of the two disconnects. Nothing is sent: the outbox is not running.
    pub async fn disconnect(&self, side: usize, store: &Store, pair: u32) -> Result<(), Error> {
        let people = self.pair(pair);
        let find = FindByPerson {
            user: user_id(side, people[side]),
            provider: self.servers[1 - side].clone(),
            subject: user_id(1 - side, people[1 - side]).to_string(),
        };
        let connection = store.read(find).await?.expect("the two are connected");
        let disconnect = Disconnect {
            user: None,
            connection: connection.id,
            delivery: id_of(3, pair).into(),
            here: self.servers[side].clone(),
            moment: moment(i64::from(self.pairs)),
        };
        store.write(disconnect).await.map(drop)
    }

    fn user(&self, side: usize, person: u32) -> AddUser {
        let user = User {
            id: user_id(side, person),
            name: format!("person-{person}"),
            display_name: format!("Person {person}"),
            email: None,
            disabled_at: None,
            language: None,
            admin: false,
            created_at: Timestamp::from_millis(START),
        };
        AddUser {
            user,
            password_hash: None,
            moment: moment(0),
        }
    }

    fn invite(&self, side: usize, person: u32) -> IssueInvite {
        IssueInvite {
            id: id_of(4, person).into(),
            owner: user_id(side, person),
            token_hash: token(side, person),
            token_sealed: vec![0; 48],
            note: None,
            email: None,
            uses: Uses::Anyone,
            expires_at: Timestamp::from_millis(i64::MAX),
            moment: moment(0),
        }
    }
}

/// A person of one server.
pub fn user_id(side: usize, person: u32) -> UserId {
    id_of(u8::try_from(side).expect("there are two"), person).into()
}

fn id_of(kind: u8, number: u32) -> Id {
    let [a, b, c, d] = number.to_be_bytes();
    Id::from_parts(START, [kind, 0, 0, 0, 0, 0, a, b, c, d])
}

fn token(side: usize, person: u32) -> TokenHash {
    let mut hash = [0; 32];
    hash[0] = u8::try_from(side).expect("there are two");
    hash[1..5].copy_from_slice(&person.to_be_bytes());
    hash
}

fn moment(millis: i64) -> Moment {
    Moment::new(Timestamp::from_millis(START + millis), "crowd")
}
