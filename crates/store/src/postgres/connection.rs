//! One connection to PostgreSQL.

use std::collections::HashMap;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use super::tls;
use super::types::Parameter;
use crate::database::PostgresUrl;
use crate::{Error, Row, Statement, Value};

/// How long a server may take to answer a call.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What every session begins with. Waiting for a lock ends in an error after a while, and a node that
/// froze in a transaction loses it, so that the others can go on. A server set to forget commits is told not to.
const SESSION: &str = "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '10s';
    SET client_min_messages = warning; SET standard_conforming_strings = on;
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// A server that can be called again and again.
#[derive(Clone)]
pub(super) struct Server {
    config: Config,
    encrypted: bool,
}

/// A connection with its prepared statements.
pub(crate) struct Connection {
    client: Client,
    prepared: HashMap<&'static str, tokio_postgres::Statement>,
    /// Carries the bytes; ends by itself when the client is dropped.
    carrier: JoinHandle<()>,
}

impl Server {
    pub(super) fn parse(url: &PostgresUrl) -> Result<Self, Error> {
        let mut config: Config = url.expose().parse()?;
        let encrypted =
            url.expose().contains("sslmode=") && config.get_ssl_mode() != SslMode::Disable;
        if !encrypted {
            config.ssl_mode(SslMode::Disable);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("symbolon");
        }
        Ok(Self { config, encrypted })
    }

    pub(super) async fn connect(&self) -> Result<Connection, Error> {
        let (client, carrier) = if self.encrypted {
            let (client, connection) = self.config.connect(tls::connector()?).await?;
            (client, tokio::spawn(carry(connection)))
        } else {
            let (client, connection) = self.config.connect(NoTls).await?;
            (client, tokio::spawn(carry(connection)))
        };
        client.batch_execute(SESSION).await?;
        Ok(Connection {
            client,
            prepared: HashMap::new(),
            carrier,
        })
    }
}

async fn carry(connection: impl Future<Output = Result<(), tokio_postgres::Error>>) {
    if let Err(error) = connection.await {
        tracing::warn!(%error, "a connection to PostgreSQL broke");
    }
}

impl Connection {
    pub(crate) async fn rows(
        &mut self,
        statement: &Statement,
        parameters: &[Value],
    ) -> Result<Vec<Row>, Error> {
        let prepared = self.prepared(statement, parameters).await?;
        let parameters: Vec<_> = parameters.iter().map(Parameter).collect();
        let found = self.client.query(&prepared, &borrowed(&parameters)).await?;
        let read = |row: tokio_postgres::Row| {
            let values = (0..row.len()).map(|column| row.try_get(column));
            Ok(Row::new(
                statement,
                values.collect::<Result<_, tokio_postgres::Error>>()?,
            ))
        };
        found.into_iter().map(read).collect()
    }

    pub(crate) async fn execute(
        &mut self,
        statement: &Statement,
        parameters: &[Value],
    ) -> Result<u64, Error> {
        let prepared = self.prepared(statement, parameters).await?;
        let parameters: Vec<_> = parameters.iter().map(Parameter).collect();
        let touched = self
            .client
            .execute(&prepared, &borrowed(&parameters))
            .await?;
        // The server counts the rows of a SELECT as well.
        Ok(if statement.changes_rows() { touched } else { 0 })
    }

    pub(crate) async fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        let prepared = self.client.prepare(statement.sql()).await?;
        self.prepared.insert(statement.sql(), prepared);
        Ok(())
    }

    pub(crate) async fn batch(&mut self, sql: &str) -> Result<(), Error> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// Carries out a text of the engine's own and reads the one number that its last result holds, if any.
    pub(super) async fn number(&mut self, sql: &str) -> Result<Option<i64>, Error> {
        let messages = self.client.simple_query(sql).await?;
        let rows = messages.iter().rev().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
            _ => None,
        });
        Ok(rows)
    }

    /// Whether the connection is known to be broken.
    pub(super) fn is_broken(&self) -> bool {
        self.client.is_closed()
    }

    /// Hangs up and waits until that is done.
    pub(super) async fn close(self) {
        drop(self.client);
        // An error would mean that the carrier was stopped from outside.
        drop(self.carrier.await);
    }

    async fn prepared(
        &mut self,
        statement: &Statement,
        parameters: &[Value],
    ) -> Result<tokio_postgres::Statement, Error> {
        if !self.prepared.contains_key(statement.sql()) {
            self.prepare(statement).await?;
        }
        let prepared = self.prepared[statement.sql()].clone();
        let expected = prepared.params().len();
        if expected != parameters.len() {
            let found = format!(
                "{} parameters where {expected} are needed",
                parameters.len()
            );
            return Err(Error::inconsistent(statement, found));
        }
        Ok(prepared)
    }
}

fn borrowed<'a>(parameters: &'a [Parameter<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    parameters
        .iter()
        .map(|parameter| parameter as &(dyn ToSql + Sync))
        .collect()
}
