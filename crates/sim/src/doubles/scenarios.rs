//! What Carol, here, and Bob, there, do with each other.

use super::net::Way;
use super::world::{Outcome, World, live};
use super::{Shown, Who};
use crate::doubles::rows::Row;

/// What is tried with every product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scenario {
    /// Bob invites, Carol accepts.
    TheyInvite,
    /// Carol invites, Bob accepts.
    WeInvite,
    /// Bob invited; Carol disconnects.
    DeleteHere,
    /// ... and accepts the same invitation again.
    DeleteHereSame,
    /// ... and accepts a new one of Bob's.
    DeleteHereNew,
    /// Carol invited and disconnects; Bob accepts the same invitation again.
    DeleteHereTheySame,
    /// ... a new one of Carol's.
    DeleteHereTheyNew,
    /// Bob invited, and removes Carol.
    DeleteThere,
    /// ... Carol accepts the same invitation again.
    DeleteThereSame,
    /// ... a new one of Bob's.
    DeleteThereNew,
    /// Carol invited, Bob removes her; he accepts the same invitation again.
    DeleteThereTheySame,
    /// ... a new one of Carol's.
    DeleteThereTheyNew,
    /// Carol accepts, and the answer is lost.
    LostAnswer,
    /// … and she cancels.
    LostAnswerCancelled,
    /// … and the invitation ends before that server is asked again.
    LostAnswerExpired,
    /// Bob accepts, the answer is lost, and he tries again.
    LostAnswerThere,
    /// Carol accepts something that is no invitation of Bob's.
    Unknown,
    /// ... one that has expired.
    Expired,
    /// ... one that Dave has accepted.
    Used,
    /// Bob accepts something that is no invitation of Carol's.
    UnknownThere,
    /// ... one that has expired.
    ExpiredThere,
    /// ... one that Eve has accepted.
    UsedThere,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The messages of the last step.
    pub between: Vec<String>,
    /// How those of them were signed that came from here.
    pub ours: Vec<Way>,
    /// The same of the others.
    pub theirs: Vec<Way>,
    /// What Carol is told in the end; empty if she is told nothing.
    pub carol: String,
    /// The same as the catalogue calls it, if she accepted something.
    pub code: Option<String>,
    /// What Bob is shown in the end; empty if he is shown nothing.
    pub bob: String,
    /// Whether Carol's list has Bob as connected.
    pub here: bool,
    /// Whether Bob's list has Carol.
    pub there: bool,
    /// Whether Carol is told if the two lists differ.
    pub carol_knows: bool,
    /// How many people Carol's list has, connected or not.
    pub people: usize,
    /// A request that the product was not made for.
    pub misused: Option<String>,
}

impl Scenario {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 22] = [
        Self::TheyInvite,
        Self::WeInvite,
        Self::DeleteHere,
        Self::DeleteHereSame,
        Self::DeleteHereNew,
        Self::DeleteHereTheySame,
        Self::DeleteHereTheyNew,
        Self::DeleteThere,
        Self::DeleteThereSame,
        Self::DeleteThereNew,
        Self::DeleteThereTheySame,
        Self::DeleteThereTheyNew,
        Self::LostAnswer,
        Self::LostAnswerCancelled,
        Self::LostAnswerExpired,
        Self::LostAnswerThere,
        Self::Unknown,
        Self::Expired,
        Self::Used,
        Self::UnknownThere,
        Self::ExpiredThere,
        Self::UsedThere,
    ];

    /// For the table.
    pub fn title(self) -> &'static str {
        match self {
            Self::TheyInvite => "Bob invites, Carol accepts",
            Self::WeInvite => "Carol invites, Bob accepts",
            Self::DeleteHere => "Bob invited; Carol disconnects",
            Self::DeleteHereSame => "… and accepts the same invitation again",
            Self::DeleteHereNew => "… and accepts a new one of Bob's",
            Self::DeleteHereTheySame => {
                "Carol invited and disconnects; Bob accepts the same invitation again"
            }
            Self::DeleteHereTheyNew => "… Bob accepts a new one of Carol's",
            Self::DeleteThere => "Bob invited; Bob removes Carol",
            Self::DeleteThereSame => "… Carol accepts the same invitation again",
            Self::DeleteThereNew => "… Carol accepts a new one of Bob's",
            Self::DeleteThereTheySame => {
                "Carol invited; Bob removes her and accepts the same invitation again"
            }
            Self::DeleteThereTheyNew => "… and accepts a new one of Carol's",
            Self::LostAnswer => "Bob invites, Carol accepts, the answer is lost",
            Self::LostAnswerCancelled => "… and she cancels",
            Self::LostAnswerExpired => "… and the invitation ends before she is told",
            Self::LostAnswerThere => {
                "Carol invites, Bob accepts, the answer is lost, he tries again"
            }
            Self::Unknown => "Carol accepts what is no invitation",
            Self::Expired => "… an expired invitation",
            Self::Used => "… an invitation that Dave, here, has accepted",
            Self::UnknownThere => "Bob accepts what is no invitation",
            Self::ExpiredThere => "… an expired invitation",
            Self::UsedThere => "… an invitation that Eve, there, has accepted",
        }
    }

    /// Lives through it in a world of its own; `None` if the product has no way to.
    pub fn play(self, row: &Row) -> Option<Seen> {
        live(async {
            let world = World::new(row).await;
            self.play_in(&world).await
        })
    }

    /// The same in a world that is there, and goes on.
    pub async fn play_in(self, world: &World) -> Option<Seen> {
        let told = self.act(world).await?;
        let (carol, bob) = match told {
            Last::Carol(outcome) => (Some(outcome), None),
            Last::Bob(shown) => (None, Some(shown)),
            Last::Nobody => (None, None),
        };
        let between = world.exchanged();
        Some(Seen {
            ours: world.ways(&between, true),
            theirs: world.ways(&between, false),
            between: between.iter().map(|one| world.line(one)).collect(),
            code: carol.as_ref().map(|outcome| outcome.code.clone()),
            carol: match carol {
                Some(outcome) => outcome.words(),
                None => self.connection(world).await,
            },
            bob: bob.map(|shown| shown.0).unwrap_or_default(),
            here: world.connected_here().await,
            there: world.listed_there().await,
            carol_knows: world.carol_knows().await,
            people: world.carol_sees().await.len(),
            misused: world.there.misused(),
        })
    }

    /// What Carol reads at her connection.
    async fn connection(self, world: &World) -> String {
        let all = world.carol_sees().await;
        let known = |one: &&serde_json::Value| {
            !one["name"]
                .as_str()
                .unwrap_or_default()
                .eq_ignore_ascii_case("eve")
        };
        let Some(one) = all.iter().find(known) else {
            return String::new();
        };
        match super::wire::text(one, "told") {
            "" => super::wire::text(one, "state").to_owned(),
            told => format!("disconnected, `{told}`"),
        }
    }

    async fn act(self, world: &World) -> Option<Last> {
        match self {
            Self::TheyInvite => {
                let invite = world.there.invites().await?;
                carol(world, &invite).await
            }
            Self::WeInvite => {
                let invite = world.carol_invites().await;
                bob(world, &invite).await
            }
            Self::DeleteHere | Self::DeleteHereSame | Self::DeleteHereNew => {
                let invite = world.there.invites().await?;
                world.carol_accepts(&invite).await;
                world.exchanged();
                world.carol.disconnects().await;
                match self {
                    Self::DeleteHere => Some(Last::Nobody),
                    Self::DeleteHereSame => carol_afresh(world, &invite).await,
                    _ => {
                        let invite = world.there.invites().await?;
                        carol_afresh(world, &invite).await
                    }
                }
            }
            Self::DeleteHereTheySame | Self::DeleteHereTheyNew => {
                let mut invite = world.carol_invites().await;
                world.they_accept(Who::Bob, &invite).await?;
                world.carol.disconnects().await;
                if self == Self::DeleteHereTheyNew {
                    invite = world.carol_invites().await;
                }
                bob_afresh(world, &invite).await
            }
            Self::DeleteThere | Self::DeleteThereSame | Self::DeleteThereNew => {
                let mut invite = world.there.invites().await?;
                world.carol_accepts(&invite).await;
                world.exchanged();
                if !world.there.removes().await {
                    return None;
                }
                if self == Self::DeleteThere {
                    return Some(Last::Nobody);
                }
                if self == Self::DeleteThereNew {
                    invite = world.there.invites().await?;
                }
                carol_afresh(world, &invite).await
            }
            Self::DeleteThereTheySame | Self::DeleteThereTheyNew => {
                let mut invite = world.carol_invites().await;
                world.they_accept(Who::Bob, &invite).await?;
                if !world.there.removes().await {
                    return None;
                }
                if self == Self::DeleteThereTheyNew {
                    invite = world.carol_invites().await;
                }
                bob_afresh(world, &invite).await
            }
            _ => self.act_badly(world).await,
        }
    }

    /// What goes wrong, or is refused.
    async fn act_badly(self, world: &World) -> Option<Last> {
        match self {
            Self::LostAnswer => {
                let invite = world.there.invites().await?;
                world.net.loses_answer("/invite-accepted");
                carol(world, &invite).await
            }
            Self::LostAnswerCancelled => {
                let invite = world.there.invites().await?;
                world.net.loses_answer("/invite-accepted");
                Some(Last::Carol(world.carol_accepts_and_cancels(&invite).await))
            }
            Self::LostAnswerExpired => {
                let invite = world.there.invites().await?;
                world.net.loses_answer("/invite-accepted");
                let told = world.carol.accepts(&invite).await;
                if !world.there.time_passes().await {
                    return None;
                }
                Some(Last::Carol(World::comes_of(&world.carol, told).await))
            }
            Self::LostAnswerThere => {
                let invite = world.carol_invites().await;
                world.net.loses_answer("/invite-accepted");
                let first = world.they_accept(Who::Bob, &invite).await?;
                let again = world.they_accept(Who::Bob, &invite).await?;
                Some(Last::Bob(Shown(format!("{}; then {}", first.0, again.0))))
            }
            Self::Unknown => carol(world, &format!("no-such-token@{}", super::world::THERE)).await,
            Self::Expired => {
                let invite = world.there.invites().await?;
                if !world.there.time_passes().await {
                    return None;
                }
                carol(world, &invite).await
            }
            Self::Used => {
                let invite = world.there.invites().await?;
                world.dave_accepts(&invite).await;
                carol_afresh(world, &invite).await
            }
            Self::UnknownThere => bob(world, &format!("no-such-token@{}", world.here.host)).await,
            Self::ExpiredThere => {
                let invite = world.carol_has_invited().await;
                bob(world, &invite).await
            }
            _ => {
                let invite = world.carol_invites().await;
                world.they_accept(Who::Eve, &invite).await?;
                bob_afresh(world, &invite).await
            }
        }
    }
}

/// Who did the last thing, and what they are told of it.
enum Last {
    Carol(Outcome),
    Bob(Shown),
    Nobody,
}

async fn carol(world: &World, invite: &str) -> Option<Last> {
    Some(Last::Carol(world.carol_accepts(invite).await))
}

/// The same, leaving out what was said before.
async fn carol_afresh(world: &World, invite: &str) -> Option<Last> {
    world.exchanged();
    carol(world, invite).await
}

async fn bob(world: &World, invite: &str) -> Option<Last> {
    world.they_accept(Who::Bob, invite).await.map(Last::Bob)
}

async fn bob_afresh(world: &World, invite: &str) -> Option<Last> {
    world.exchanged();
    bob(world, invite).await
}
