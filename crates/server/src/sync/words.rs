//! What is said between servers of a half, and what we make of it.

use symbolon_core::UserId;
use symbolon_core::connections::{EndedBy, Generation, Half, Phase};
use symbolon_core::sync::{Claim, ClaimedEnd, ClaimedPhase};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::messages::{EndedBySide, PairClaim, PairPhase};
use symbolon_store::sync::claims::ClaimAbout;
use symbolon_store::sync::digests::Counted;

use crate::app::App;

/// What we say of one of our halves.
pub(super) fn say(counted: &Counted) -> PairClaim {
    of(counted.user.as_str(), &counted.remote, &counted.half)
}

/// The same, by the two people's identifiers.
pub(super) fn of(ours: &str, theirs: &str, half: &Half) -> PairClaim {
    let phase = match half.phase {
        Phase::Connected => PairPhase::Connected,
        Phase::Disconnected(by) => PairPhase::Disconnected {
            by: match by {
                EndedBy::Us => EndedBySide::Sender,
                EndedBy::Them => EndedBySide::Receiver,
                EndedBy::Neither => EndedBySide::Neither,
            },
        },
    };
    PairClaim {
        mine: ours.to_owned(),
        yours: theirs.to_owned(),
        generation: half.generation.0,
        phase,
    }
}

/// What another server says, about people as we know them; `None` if it cannot mean anybody here.
pub(super) fn read(app: &App, provider: &Provider, said: &PairClaim) -> Option<ClaimAbout> {
    Some(ClaimAbout {
        user: app.local_user(&said.yours)?,
        remote: RemoteId::new(&said.mine, provider).ok()?,
        claim: Claim {
            generation: Generation(said.generation),
            phase: match said.phase {
                PairPhase::Connected => ClaimedPhase::Connected,
                PairPhase::Disconnected { by } => ClaimedPhase::Disconnected(match by {
                    EndedBySide::Sender => ClaimedEnd::Theirs,
                    EndedBySide::Receiver => ClaimedEnd::Ours,
                    EndedBySide::Neither => ClaimedEnd::Neither,
                }),
            },
        },
        connection: app.env.id().into(),
    })
}

/// Our answer to a claim about somebody who is not here: there is no half, which is as good as a disconnected one.
pub(super) fn nobody(said: &PairClaim) -> PairClaim {
    PairClaim {
        mine: said.yours.clone(),
        yours: said.mine.clone(),
        generation: said.generation,
        phase: PairPhase::Disconnected {
            by: EndedBySide::Neither,
        },
    }
}

/// Whom a claim of our own is about, and at which generation.
pub(super) fn said_of(
    app: &App,
    provider: &Provider,
    said: &PairClaim,
) -> Option<(UserId, String, Generation)> {
    let remote = RemoteId::new(&said.yours, provider).ok()?;
    let subject = remote.subject().to_owned();
    Some((
        app.local_user(&said.mine)?,
        subject,
        Generation(said.generation),
    ))
}

/// A pair, for looking it up.
pub(super) fn key(user: &UserId, subject: &str) -> (UserId, String) {
    (user.clone(), subject.to_owned())
}
