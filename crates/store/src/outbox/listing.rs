//! Deliveries by state, and by what they are about.

use std::collections::HashMap;

use symbolon_core::{AcceptanceId, ConnectionId, DeliveryId, InviteId, UserId};

use super::delivery::{columns, delivery};
use super::{Delivery, DeliveryState};
use crate::{Error, Operation, Statement, Tx};

static LIST: Statement = Statement::new(
    "outbox.list",
    concat!(
        "SELECT ",
        columns!(),
        " FROM deliveries WHERE state = $1 ORDER BY due_at, id LIMIT $2"
    ),
);
/// Whose each of the same is. A person who has left has no name but a sign before their number.
static PEOPLE: Statement = Statement::new(
    "outbox.people",
    "SELECT d.id, (SELECT u.name FROM users u WHERE u.id = COALESCE(d.user_id,
         (SELECT a.user_id FROM acceptances a WHERE a.id = d.acceptance_id),
         (SELECT c.user_id FROM connections c WHERE c.id = d.connection_id)))
     FROM deliveries d WHERE d.state = $1 ORDER BY d.due_at, d.id LIMIT $2",
);
static FIND: Statement = Statement::new(
    "outbox.find",
    concat!("SELECT ", columns!(), " FROM deliveries WHERE id = $1"),
);
macro_rules! of {
    ($column:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM deliveries WHERE ",
            $column,
            " = $1 ORDER BY created_at DESC, id DESC LIMIT $2"
        )
    };
}
static OF_CONNECTION: Statement = Statement::new("outbox.of_connection", of!("connection_id"));
static OF_ACCEPTANCE: Statement = Statement::new("outbox.of_acceptance", of!("acceptance_id"));
static OF_REFERENCE: Statement = Statement::new("outbox.of_reference", of!("reference"));
/// Those that were withdrawn last: they say something only if there is nothing else.
static OF_INVITE: Statement = Statement::new(
    "outbox.of_invite",
    concat!(
        "SELECT ",
        columns!(),
        " FROM deliveries WHERE invite_id = $1
         ORDER BY CASE WHEN state = 'withdrawn' THEN 1 ELSE 0 END, created_at DESC, id DESC LIMIT $2"
    ),
);
static OF_CONFIRMATION: Statement = Statement::new(
    "outbox.of_confirmation",
    of!("kind = 'mail_confirmation' AND user_id"),
);
static OF_PROVIDER: Statement = Statement::new("outbox.of_provider", of!("provider"));
/// Every statement of this room.
pub(crate) const STATEMENTS: &[&Statement] = &[
    &LIST,
    &PEOPLE,
    &FIND,
    &OF_CONNECTION,
    &OF_ACCEPTANCE,
    &OF_REFERENCE,
    &OF_INVITE,
    &OF_CONFIRMATION,
    &OF_PROVIDER,
];

/// Deliveries in one state, those due first.
pub struct ListDeliveries {
    /// Which state.
    pub state: DeliveryState,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListDeliveries {
    type Output = Vec<Delivery>;
    const NAME: &'static str = "list_deliveries";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Delivery>, Error> {
        let parameters = [self.state.as_str().into(), i64::from(self.limit).into()];
        let rows = tx.rows(&LIST, &parameters).await?;
        rows.iter().map(delivery).collect()
    }
}

/// The log-in names of those whom deliveries in one state are for, those due first.
pub struct NameDeliveries {
    /// Which state.
    pub state: DeliveryState,
    /// At most this many.
    pub limit: u32,
}

impl Operation for NameDeliveries {
    type Output = HashMap<DeliveryId, String>;
    const NAME: &'static str = "name_deliveries";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let parameters = [self.state.as_str().into(), i64::from(self.limit).into()];
        let rows = tx.rows(&PEOPLE, &parameters).await?;
        let named = rows.iter().map(|row| {
            let id = row.parsed(0, DeliveryId::parse)?;
            let name = row.opt_text(1)?.map(|name| name.trim_start_matches('~'));
            Ok(name.map(|name| (id, name.to_owned())))
        });
        named.filter_map(Result::transpose).collect()
    }
}

/// The newest deliveries that tell of a connection.
pub(crate) async fn of_connection(
    tx: &mut Tx<'_>,
    id: &ConnectionId,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    of(tx, &OF_CONNECTION, id.as_str(), limit).await
}

/// The deliveries of an acceptance.
pub(crate) async fn of_acceptance(
    tx: &mut Tx<'_>,
    id: &AcceptanceId,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    of(tx, &OF_ACCEPTANCE, id.as_str(), limit).await
}

/// The deliveries of an exchange.
pub(crate) async fn of_reference(
    tx: &mut Tx<'_>,
    reference: &str,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    of(tx, &OF_REFERENCE, reference, limit).await
}

/// The newest deliveries to a server.
pub(crate) async fn of_provider(
    tx: &mut Tx<'_>,
    provider: &str,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    of(tx, &OF_PROVIDER, provider, limit).await
}

async fn of(
    tx: &mut Tx<'_>,
    statement: &Statement,
    what: &str,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    let rows = tx.rows(statement, &[what.into(), limit.into()]).await?;
    rows.iter().map(delivery).collect()
}

/// The newest deliveries that carry an invite.
pub(crate) async fn of_invite(
    tx: &mut Tx<'_>,
    id: &InviteId,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    of(tx, &OF_INVITE, id.as_str(), limit).await
}

/// The last mail that was to carry what confirms a person's address.
pub(crate) async fn of_confirmation(
    tx: &mut Tx<'_>,
    user: &UserId,
) -> Result<Option<Delivery>, Error> {
    Ok(of(tx, &OF_CONFIRMATION, user.as_str(), 1).await?.pop())
}

/// One delivery, whatever its state.
pub(crate) async fn find(tx: &mut Tx<'_>, id: &DeliveryId) -> Result<Option<Delivery>, Error> {
    let row = tx.row(&FIND, &[id.as_str().into()]).await?;
    row.as_ref().map(delivery).transpose()
}
