//! The people with an account here, as administrators look at them. The accounts themselves are in [`crate::users`].

use crate::users::{User, columns, user};
use crate::{Error, Operation, Statement, Tx};

/// Somebody with an account here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub user: User,
    /// With how many people they are connected now, counted up to [`COUNT_MAX`].
    pub connections: u64,
}

/// How far is counted: a page need not say how many more than this there are.
pub const COUNT_MAX: u64 = 10_000;

static LIST: Statement = Statement::new(
    "people.list",
    concat!(
        "SELECT ",
        columns!(),
        ", (SELECT COUNT(*) FROM (SELECT 1 FROM connections c WHERE c.user_id = u.id AND c.phase = 'connected' LIMIT $5)
            AS rows)
         FROM users u WHERE u.name > $1 AND u.name >= $2 AND u.name < $3 ORDER BY u.name LIMIT $4"
    ),
);
/// Behind '~' are those who have left; see `crate::departures`.
static COUNT: Statement = Statement::new(
    "people.count",
    "SELECT COUNT(*), COUNT(rows.disabled_at), CAST(COALESCE(SUM(rows.admin), 0) AS BIGINT)
     FROM (SELECT disabled_at, admin FROM users WHERE name < '~' LIMIT $1) AS rows",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&LIST, &COUNT];

/// People in the order of their log-in names.
pub struct ListPeople {
    /// Only names that begin like this.
    pub begins: String,
    /// Only names behind this one; empty for the first page.
    pub after: String,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListPeople {
    type Output = Vec<Person>;
    const NAME: &'static str = "list_people";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Person>, Error> {
        // Names are of characters below '~'.
        let parameters = [
            self.after.as_str().into(),
            self.begins.as_str().into(),
            format!("{}~", self.begins).into(),
            self.limit.into(),
            count_max(),
        ];
        let rows = tx.rows(&LIST, &parameters).await?;
        let person = |row: &crate::Row| {
            Ok(Person {
                user: user(row)?,
                connections: row.number(8)?,
            })
        };
        rows.iter().map(person).collect()
    }
}

/// How many people have an account here, counted up to [`COUNT_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// All of them.
    pub all: u64,
    /// Those whose account is disabled.
    pub disabled: u64,
    /// Those who may manage this server on its pages.
    pub admins: u64,
}

/// Counts the people.
pub struct CountPeople;

impl Operation for CountPeople {
    type Output = Counted;
    const NAME: &'static str = "count_people";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Counted, Error> {
        let row = tx.row(&COUNT, &[count_max()]).await?;
        let row = row.ok_or_else(|| Error::inconsistent(&COUNT, "no row"))?;
        Ok(Counted {
            all: row.number(0)?,
            disabled: row.number(1)?,
            admins: row.number(2)?,
        })
    }
}

fn count_max() -> crate::Value {
    i64::try_from(COUNT_MAX).unwrap_or(i64::MAX).into()
}
