//! An administrator gives up a message that waits: for a server that is gone, or a mail that should not be sent.
//!
//! The halves fit all the same. A disconnect is as final here as it was, and is told after all when the two servers compare;
//! an acceptance that may have arrived is taken back, which ends when it is known what came of it.

use symbolon_core::{AcceptanceId, DeliveryId};

use crate::acceptances::{self, CancelAcceptance, State};
use crate::connections::{self, Told};
use crate::events::{Actor, Entry, Kind as Happened, Moment};
use crate::outbox::{self, Delivery, DeliveryState, Kind};
use crate::{Error, Operation, Statement, Tx, mails};

static GIVE_UP: Statement = Statement::new(
    "giving_up.settle",
    "UPDATE deliveries SET state = 'dead', settled_at = $2, lease_token = NULL, lease_until = NULL
     WHERE id = $1 AND state IN ('due', 'leased')",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&GIVE_UP];

/// Gives up a message that waits.
pub struct GiveUp {
    /// Which.
    pub id: DeliveryId,
    /// When and under which reference.
    pub moment: Moment,
}

/// What has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenUp {
    /// It is not sent any more.
    Ended(Delivery),
    /// An acceptance that may have arrived: what came of it is asked for, and undone.
    TakenBack(Delivery),
}

impl GivenUp {
    /// The message.
    pub fn delivery(&self) -> &Delivery {
        match self {
            Self::Ended(delivery) | Self::TakenBack(delivery) => delivery,
        }
    }
}

impl Operation for GiveUp {
    /// `None`: no such message waits.
    type Output = Option<GivenUp>;
    const NAME: &'static str = "give_up";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<GivenUp>, Error> {
        let found = outbox::find(tx, &self.id).await?;
        let waits =
            |one: &Delivery| matches!(one.state, DeliveryState::Due | DeliveryState::Leased);
        let Some(found) = found.filter(waits) else {
            return Ok(None);
        };
        if let Kind::InviteAccepted(id) = &found.kind {
            return self.cancel(tx, id, &found).await;
        }
        let parameters = [self.id.as_str().into(), self.moment.now.as_millis().into()];
        tx.execute_one(&GIVE_UP, &parameters).await?;
        self.record(tx, &found).await?;
        match &found.kind {
            Kind::Mail(mail) => mails::given_up(tx, mail, &self.moment).await?,
            Kind::UserRemoved(id, generation) => {
                let told = Told::CouldNot;
                if connections::set_told(tx, id, *generation, told).await?
                    && let Some(connection) = connections::find(tx, None, id).await?
                {
                    connections::record_told(tx, &connection, told, &self.moment).await?;
                }
            }
            Kind::InviteAccepted(_) => {}
        }
        let left = outbox::find(tx, &self.id).await?;
        Ok(left.map(GivenUp::Ended))
    }
}

impl GiveUp {
    async fn cancel(
        &self,
        tx: &mut Tx<'_>,
        id: &AcceptanceId,
        found: &Delivery,
    ) -> Result<Option<GivenUp>, Error> {
        let acceptance = acceptances::existing(tx, id).await?;
        if acceptance.state != State::Pending || acceptance.cancelled.is_some() {
            return Ok(None);
        }
        self.record(tx, found).await?;
        let cancel = CancelAcceptance {
            user: acceptance.user,
            id: id.clone(),
            moment: self.moment.clone(),
        };
        let left = cancel.run(tx).await?;
        let pending = left.is_some_and(|left| left.state == State::Pending);
        let delivery = outbox::find(tx, &self.id).await?;
        Ok(delivery.map(if pending {
            GivenUp::TakenBack
        } else {
            GivenUp::Ended
        }))
    }

    async fn record(&self, tx: &mut Tx<'_>, found: &Delivery) -> Result<(), Error> {
        Entry::new(Happened::DeliveryGivenUp, Actor::Person)
            .about(found.id.as_str())
            .beside(found.kind.object())
            .with(found.peer())
            .record(tx, &self.moment)
            .await
    }
}
