//! People who leave. The gesture is kept first and closes the account at once; then everybody is disconnected in small
//! steps, each a transaction of its own, so that ten thousand connections keep nobody waiting and a crash loses no step.
//! What is known of the person is removed when nothing needs it any more.

use symbolon_core::{DeliveryId, Timestamp, UserId};
use symbolon_proto::address::Provider;

use crate::acceptances::{CancelAcceptance, ListAcceptances};
use crate::audit::{Filter, ListEvents, Page};
use crate::connections::listing::ListConnections;
use crate::events::{Actor, Kind, Moment};
use crate::invites::{ListOpenInvites, WithdrawInvite};
use crate::removal::Disconnect;
use crate::users::account;
use crate::{Error, Operation, Statement, Tx, email_changes, identities, second_factors, sessions};

/// How long a departure rests that waits for the outcome of acceptances, in milliseconds.
const REST_MS: i64 = 60_000;

static BEGIN: Statement = Statement::new(
    "departures.begin",
    "INSERT INTO departures (user_id, asked_at, by_administrator, reference, due_at)
     SELECT id, $2, $3, $4, $2 FROM users WHERE id = $1
     ON CONFLICT (user_id) DO NOTHING",
);
static CLOSE_ACCOUNT: Statement = Statement::new(
    "departures.close_account",
    "UPDATE users SET disabled_at = $2, password_hash = NULL, admin = 0 WHERE id = $1",
);
static REMOVE_APP_PASSWORDS: Statement = Statement::new(
    "departures.remove_app_passwords",
    "DELETE FROM app_passwords WHERE user_id = $1",
);
static NEXT: Statement = Statement::new(
    "departures.next",
    "SELECT user_id, due_at FROM departures WHERE done_at IS NULL ORDER BY due_at LIMIT 1",
);
static OPEN: Statement = Statement::new(
    "departures.open",
    "SELECT reference, by_administrator FROM departures WHERE user_id = $1 AND done_at IS NULL",
);
static REST: Statement = Statement::new(
    "departures.rest",
    "UPDATE departures SET due_at = $2 WHERE user_id = $1",
);
static DONE: Statement = Statement::new(
    "departures.done",
    "UPDATE departures SET done_at = $2 WHERE user_id = $1 AND done_at IS NULL",
);
/// The row stays for the halves that point at it. No log-in name begins with '~', so the name is free again.
static FORGET_USER: Statement = Statement::new(
    "departures.forget_user",
    "UPDATE users SET name = '~' || id, display_name = '', email = NULL, language = NULL WHERE id = $1",
);
static FORGET_CONTACTS: Statement = Statement::new(
    "departures.forget_contacts",
    "UPDATE connections SET name = '', email = '', nickname = NULL, words = '', called = ''
     WHERE user_id = $1",
);
static FORGET_INVITES: Statement = Statement::new(
    "departures.forget_invites",
    "UPDATE invites SET note = NULL, email = NULL, token_sealed = $2 WHERE owner = $1",
);
static FORGET_ACCEPTANCES: Statement = Statement::new(
    "departures.forget_acceptances",
    "UPDATE acceptances SET token_sealed = $2 WHERE user_id = $1",
);
/// What the address is counted by stays, and goes with the row: leaving gives nobody a new share.
static FORGET_MAILS: Statement = Statement::new(
    "departures.forget_mails",
    "UPDATE deliveries SET recipient = '', last_detail = NULL WHERE user_id = $1",
);
/// Mail servers repeat addresses in what they say.
static FORGET_SAID: Statement = Statement::new(
    "departures.forget_said",
    "UPDATE delivery_attempts SET said = NULL, fault = NULL
     WHERE delivery_id IN (SELECT id FROM deliveries WHERE user_id = $1)",
);
static FORGET_WISHES: Statement = Statement::new(
    "departures.forget_wishes",
    "DELETE FROM notifications WHERE user_id = $1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &BEGIN,
    &CLOSE_ACCOUNT,
    &REMOVE_APP_PASSWORDS,
    &NEXT,
    &OPEN,
    &REST,
    &DONE,
    &FORGET_USER,
    &FORGET_CONTACTS,
    &FORGET_INVITES,
    &FORGET_ACCEPTANCES,
    &FORGET_MAILS,
    &FORGET_SAID,
    &FORGET_WISHES,
];

/// A person leaves: from now on nobody can log in as them, and their invites connect nobody. The rest is
/// [`ContinueDeparture`].
pub struct BeginDeparture {
    /// Who.
    pub user: UserId,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for BeginDeparture {
    /// `false`: no such account, or it is on its way already.
    type Output = bool;
    const NAME: &'static str = "begin_departure";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let (id, now) = (self.user.as_str(), self.moment.now.as_millis());
        let parameters = [
            id.into(),
            now.into(),
            self.moment.administrator.into(),
            self.moment.reference.as_str().into(),
        ];
        if tx.execute(&BEGIN, &parameters).await? == 0 {
            return Ok(false);
        }
        tx.execute_one(&CLOSE_ACCOUNT, &[id.into(), now.into()])
            .await?;
        tx.execute(&REMOVE_APP_PASSWORDS, &[id.into()]).await?;
        second_factors::forget(tx, &self.user).await?;
        sessions::end_all(tx, &self.user, self.moment.now).await?;
        account(Kind::UserLeaving, &self.user)
            .record(tx, &self.moment)
            .await?;
        Ok(true)
    }
}

/// Who leaves next, and when they are to be looked at.
pub struct NextDeparture;

impl Operation for NextDeparture {
    type Output = Option<(UserId, Timestamp)>;
    const NAME: &'static str = "next_departure";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let row = tx.row(&NEXT, &[]).await?;
        row.map(|row| {
            let due = Timestamp::from_millis(row.int(1)?);
            Ok((row.parsed(0, UserId::parse)?, due))
        })
        .transpose()
    }
}

/// How far a departure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A step was done; there may be more.
    Going,
    /// Requests may have reached other servers: what came of them has to be learnt first, so that it can be undone.
    Waiting,
    /// They have left.
    Left,
}

/// One step of a departure: connections first, as many as there are ids for deliveries, then invites, then acceptances.
/// Doing it twice is no error.
pub struct ContinueDeparture {
    /// Who leaves.
    pub user: UserId,
    /// Ids of the deliveries that tell the other servers; not empty.
    pub deliveries: Vec<DeliveryId>,
    /// This server.
    pub here: Provider,
    /// Whether it sends mail: others here may want to be told.
    pub mail: bool,
    /// The time.
    pub now: Timestamp,
}

impl Operation for ContinueDeparture {
    type Output = Progress;
    const NAME: &'static str = "continue_departure";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Progress, Error> {
        let id = self.user.as_str();
        let Some(row) = tx.row(&OPEN, &[id.into()]).await? else {
            return Ok(Progress::Left);
        };
        let (reference, administrator) = (row.text(0)?, row.bool(1)?);
        let by = match administrator {
            true => self.asked_by(tx, reference).await?,
            false => None,
        };
        let moment = Moment {
            administrator,
            by,
            mail: self.mail,
            ..Moment::new(self.now, reference)
        };
        if self.disconnect(tx, &moment).await?
            || self.withdraw(tx, &moment).await?
            || self.cancel(tx, &moment).await?
        {
            return Ok(Progress::Going);
        }
        if !self.acceptances().run(tx).await?.is_empty() {
            let rested = self.now.plus_millis(REST_MS).as_millis();
            tx.execute_one(&REST, &[id.into(), rested.into()]).await?;
            return Ok(Progress::Waiting);
        }
        self.forget(tx).await?;
        let done = self.now.as_millis();
        tx.execute_one(&DONE, &[id.into(), done.into()]).await?;
        // Whoever asked for it has done that with the first event.
        account(Kind::UserLeft, &self.user)
            .by(Actor::Server)
            .record(tx, &moment)
            .await?;
        Ok(Progress::Left)
    }
}

impl ContinueDeparture {
    fn limit(&self) -> u32 {
        u32::try_from(self.deliveries.len()).unwrap_or(u32::MAX)
    }

    /// The account of the administrator who asked for it on a page.
    async fn asked_by(&self, tx: &mut Tx<'_>, reference: &str) -> Result<Option<UserId>, Error> {
        let asked = ListEvents {
            filter: Filter {
                user: Some(self.user.clone()),
                kind: Some(Kind::UserLeaving.as_str().to_owned()),
                reference: Some(reference.to_owned()),
                ..Filter::default()
            },
            page: Page::After(0),
            limit: 1,
        };
        let asked = asked.run(tx).await?.pop();
        let by = asked.and_then(|event| event.data["by_user"].as_str().and_then(UserId::parse));
        Ok(by)
    }

    async fn disconnect(&self, tx: &mut Tx<'_>, moment: &Moment) -> Result<bool, Error> {
        let connected = ListConnections {
            user: self.user.clone(),
            connected: true,
            search: None,
            server: None,
            after: None,
            limit: self.limit(),
        };
        let connected = connected.run(tx).await?;
        for (connection, delivery) in connected.iter().zip(&self.deliveries) {
            let disconnect = Disconnect {
                user: Some(self.user.clone()),
                connection: connection.id.clone(),
                delivery: delivery.clone(),
                here: self.here.clone(),
                moment: moment.clone(),
            };
            disconnect.run(tx).await?;
        }
        Ok(!connected.is_empty())
    }

    async fn withdraw(&self, tx: &mut Tx<'_>, moment: &Moment) -> Result<bool, Error> {
        let open = ListOpenInvites {
            owner: self.user.clone(),
            now: self.now,
            limit: self.limit(),
        };
        let open = open.run(tx).await?;
        for invite in &open {
            let withdraw = WithdrawInvite {
                owner: Some(self.user.clone()),
                id: invite.id.clone(),
                moment: moment.clone(),
            };
            withdraw.run(tx).await?;
        }
        Ok(!open.is_empty())
    }

    fn acceptances(&self) -> ListAcceptances {
        ListAcceptances {
            user: self.user.clone(),
            pending_only: true,
            limit: self.limit(),
        }
    }

    async fn cancel(&self, tx: &mut Tx<'_>, moment: &Moment) -> Result<bool, Error> {
        let open = self.acceptances().run(tx).await?;
        let open = open.iter().filter(|one| one.cancelled.is_none());
        let mut any = false;
        for acceptance in open {
            let cancel = CancelAcceptance {
                user: self.user.clone(),
                id: acceptance.id.clone(),
                moment: moment.clone(),
            };
            cancel.run(tx).await?;
            any = true;
        }
        Ok(any)
    }

    async fn forget(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let id = self.user.as_str();
        let nothing: &[u8] = &[];
        tx.execute_one(&FORGET_USER, &[id.into()]).await?;
        identities::forget(tx, &self.user).await?;
        email_changes::forget(tx, &self.user, self.now).await?;
        for statement in [
            &FORGET_CONTACTS,
            &FORGET_MAILS,
            &FORGET_SAID,
            &FORGET_WISHES,
        ] {
            tx.execute(statement, &[id.into()]).await?;
        }
        for statement in [&FORGET_INVITES, &FORGET_ACCEPTANCES] {
            tx.execute(statement, &[id.into(), nothing.into()]).await?;
        }
        Ok(())
    }
}
