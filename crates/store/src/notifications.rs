//! What people want to be told by mail.

use serde_json::json;
use symbolon_core::UserId;

use crate::events::{Actor, Entry, Kind, Moment};
use crate::{Error, Operation, Statement, Tx};

/// One person's wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notifications {
    /// That somebody has accepted an invite of theirs.
    pub accepted: bool,
    /// That an acceptance of theirs, which had to wait, has connected them.
    pub connected: bool,
    /// That a connection has ended, and not by their own hand.
    pub disconnected: bool,
    /// Whoever gets an invite by mail may answer to their own address. It is not told to anybody otherwise before an invite
    /// is accepted, so this has to be wished for.
    pub replies: bool,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            accepted: true,
            connected: true,
            disconnected: true,
            replies: false,
        }
    }
}

static FIND: Statement = Statement::new(
    "notifications.find",
    "SELECT accepted, disconnected, replies, connected FROM notifications WHERE user_id = $1",
);
static SET: Statement = Statement::new(
    "notifications.set",
    "INSERT INTO notifications (user_id, accepted, disconnected, replies, connected) SELECT $1, $2, $3, $4, $5
     WHERE NOT EXISTS (SELECT 1 FROM departures d WHERE d.user_id = $1)
     ON CONFLICT (user_id) DO UPDATE SET accepted = excluded.accepted, disconnected = excluded.disconnected,
         replies = excluded.replies, connected = excluded.connected",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&FIND, &SET];

/// The wishes of one person.
pub struct FindNotifications {
    /// Whose.
    pub user: UserId,
}

impl Operation for FindNotifications {
    type Output = Notifications;
    const NAME: &'static str = "find_notifications";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Notifications, Error> {
        of(tx, &self.user).await
    }
}

/// Sets the wishes of one person.
pub struct SetNotifications {
    /// Whose.
    pub user: UserId,
    /// All of them.
    pub wishes: Notifications,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for SetNotifications {
    /// `false`: they leave, and nothing was written.
    type Output = bool;
    const NAME: &'static str = "set_notifications";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let Notifications {
            accepted,
            connected,
            disconnected,
            replies,
        } = self.wishes;
        let id = self.user.as_str();
        let parameters = [
            id.into(),
            accepted.into(),
            disconnected.into(),
            replies.into(),
            connected.into(),
        ];
        if tx.execute(&SET, &parameters).await? == 0 {
            return Ok(false);
        }
        Entry::new(Kind::UserNotificationsChanged, Actor::Person)
            .of(&self.user)
            .about(id)
            .saying(json!({
                "user": self.user, "accepted": accepted, "connected": connected, "disconnected": disconnected,
                "replies": replies,
            }))
            .record(tx, &self.moment)
            .await?;
        Ok(true)
    }
}

/// What a person wants; the default if they never said.
pub(crate) async fn of(tx: &mut Tx<'_>, user: &UserId) -> Result<Notifications, Error> {
    let Some(row) = tx.row(&FIND, &[user.as_str().into()]).await? else {
        return Ok(Notifications::default());
    };
    Ok(Notifications {
        accepted: row.int(0)? != 0,
        disconnected: row.int(1)? != 0,
        replies: row.int(2)? != 0,
        connected: row.int(3)? != 0,
    })
}
