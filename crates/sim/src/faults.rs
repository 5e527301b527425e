//! Faults planted in a server, to see that the oracles find them: in its database as triggers, in its disk, or on its way out.
//!
//! The program itself knows nothing of them. A trigger does to a transaction exactly what a forgotten line of code would.

use symbolon_store::{Error, Operation, Statement, Store, Tx};

/// One mistake that somebody could make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The row that tells the other server is written outside the transaction of the disconnect, and is lost sometimes.
    OutboxRowOutsideTheTransaction,
    /// People and servers are answered before the commit, and a crash takes back what they were told.
    AnswerBeforeCommit,
    /// A repeated acceptance carries another token than the first.
    RetryWithAnotherToken,
    /// The answer to an older acceptance is taken for that to a newer one.
    LateAnswerForANewerAcceptance,
    /// Acceptances say nothing of what is on record.
    NoFloor,
    /// A change leaves no line in the audit trail.
    EventForgotten,
    /// What has been overtaken is delivered all the same.
    DeliveryNotStopped,
    /// Cancelling is confirmed and forgotten.
    CancelForgotten,
    /// The uses of an invite are not counted.
    UsesNotCounted,
    /// A person's disconnect does not close their older invites.
    BarrierDropped,
    /// All messages of a server wait in one queue.
    OneQueueForAll,
    /// What another server says in a comparison connects people.
    ComparisonBelieved,
    /// A disconnected half does not keep its generation.
    GenerationForgotten,
    /// Servers never compare their halves.
    NoSync,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::OutboxRowOutsideTheTransaction,
        Self::AnswerBeforeCommit,
        Self::RetryWithAnotherToken,
        Self::LateAnswerForANewerAcceptance,
        Self::NoFloor,
        Self::EventForgotten,
        Self::DeliveryNotStopped,
        Self::CancelForgotten,
        Self::UsesNotCounted,
        Self::BarrierDropped,
        Self::OneQueueForAll,
        Self::ComparisonBelieved,
        Self::GenerationForgotten,
        Self::NoSync,
    ];

    /// What has to be done to the database, if it is there that the fault is planted.
    fn trigger(self) -> Option<&'static Statement> {
        static OUTBOX: Statement = Statement::new(
            "fault.outbox",
            "CREATE TRIGGER fault AFTER INSERT ON deliveries WHEN NEW.kind = 'user_removed' AND NEW.created_at % 3 = 0
             BEGIN DELETE FROM deliveries WHERE id = NEW.id; END",
        );
        static EVENT: Statement = Statement::new(
            "fault.event",
            "CREATE TRIGGER fault AFTER INSERT ON events WHEN NEW.kind = 'connection.disconnected' AND NEW.at % 3 = 0
             BEGIN DELETE FROM events WHERE seq = NEW.seq; END",
        );
        static DELIVERY: Statement = Statement::new(
            "fault.delivery",
            "CREATE TRIGGER fault AFTER UPDATE OF state ON deliveries WHEN NEW.state = 'withdrawn'
             BEGIN UPDATE deliveries SET state = 'due' WHERE id = NEW.id; END",
        );
        static CANCEL: Statement = Statement::new(
            "fault.cancel",
            "CREATE TRIGGER fault AFTER UPDATE OF cancel_requested ON acceptances WHEN NEW.cancel_requested > 0
             BEGIN UPDATE acceptances SET cancel_requested = 0 WHERE id = NEW.id; END",
        );
        static USES: Statement = Statement::new(
            "fault.uses",
            "CREATE TRIGGER fault AFTER UPDATE OF people ON invites WHEN NEW.people > 0
             BEGIN UPDATE invites SET people = 0 WHERE id = NEW.id; END",
        );
        static BARRIER: Statement = Statement::new(
            "fault.barrier",
            "CREATE TRIGGER fault AFTER UPDATE OF barrier ON connections WHEN NEW.barrier > 0
             BEGIN UPDATE connections SET barrier = 0 WHERE id = NEW.id; END",
        );
        static BELIEVED: Statement = Statement::new(
            "fault.believed",
            "CREATE TRIGGER fault AFTER UPDATE OF ended_by ON connections WHEN NEW.ended_by = 'neither'
             BEGIN UPDATE connections SET phase = 'connected', ended_by = NULL WHERE id = NEW.id; END",
        );
        static GENERATION: Statement = Statement::new(
            "fault.generation",
            "CREATE TRIGGER fault AFTER UPDATE OF phase ON connections WHEN NEW.phase = 'disconnected'
             BEGIN UPDATE connections SET generation = 1 WHERE id = NEW.id; END",
        );
        match self {
            Self::OutboxRowOutsideTheTransaction => Some(&OUTBOX),
            Self::EventForgotten => Some(&EVENT),
            Self::DeliveryNotStopped => Some(&DELIVERY),
            Self::CancelForgotten => Some(&CANCEL),
            Self::UsesNotCounted => Some(&USES),
            Self::BarrierDropped => Some(&BARRIER),
            Self::ComparisonBelieved => Some(&BELIEVED),
            Self::GenerationForgotten => Some(&GENERATION),
            _ => None,
        }
    }

    /// Plants it in a database.
    pub async fn plant(self, store: &Store) -> Result<(), Error> {
        match self.trigger() {
            Some(trigger) => store.write(Plant(trigger)).await,
            None => Ok(()),
        }
    }
}

struct Plant(&'static Statement);

impl Operation for Plant {
    type Output = ();
    const NAME: &'static str = "plant";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        tx.execute(self.0, &[]).await.map(drop)
    }
}
