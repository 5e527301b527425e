//! Bob and Carol, as their own servers know them: every gesture is one request of the public API.

use anyhow::{Context, Result, bail};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::http::{Answer, Client};
use crate::language::say;

/// One of the two people.
#[derive(Clone)]
pub(crate) struct Person {
    /// As others see them.
    pub(crate) name: &'static str,
    /// The server that they have an account on.
    pub(crate) server: &'static str,
    client: Client,
}

/// Somebody whom a person lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contact {
    /// The connection's id on the listing server.
    pub(crate) id: String,
    /// As their server calls them.
    pub(crate) name: String,
    /// Their OCM address.
    pub(crate) address: String,
}

impl Contact {
    /// The contact in a line: the name and the server, without the opaque identifier between them.
    pub(crate) fn shown(&self) -> String {
        let provider = self
            .address
            .rsplit_once('@')
            .map_or("nowhere", |(_, provider)| provider);
        say!("demo-from", name = &self.name, server = provider)
    }
}

impl Person {
    /// A person who is logged in.
    pub(crate) fn new(name: &'static str, server: &'static str, client: Client) -> Self {
        Self {
            name,
            server,
            client,
        }
    }

    /// Issues an invitation for one person and gives its string, as one would paste it into a mail.
    pub(crate) async fn invites(&self, note: &str) -> Result<String> {
        let body = json!({ "note": note, "uses": 1 });
        let answer = self
            .client
            .send(Method::POST, "/api/v1/invites", Some(&body))
            .await?;
        let invite = answer.expect(&[StatusCode::CREATED])?;
        text(&invite, "string").map(str::to_owned)
    }

    /// Accepts an invitation; what comes of it is for the caller to judge.
    pub(crate) async fn accepts(&self, invitation: &str) -> Result<Answer> {
        let body = json!({ "invite": invitation });
        self.client
            .send(Method::POST, "/api/v1/acceptances", Some(&body))
            .await
    }

    /// Deletes the connection with a contact.
    pub(crate) async fn deletes(&self, contact: &Contact) -> Result<Answer> {
        let path = format!("/api/v1/connections/{}", contact.id);
        self.client.send(Method::DELETE, &path, None).await
    }

    /// Whom this person is connected with.
    pub(crate) async fn contacts(&self) -> Result<Vec<Contact>> {
        let answer = self
            .client
            .send(Method::GET, "/api/v1/connections", None)
            .await?;
        let page = answer.expect(&[StatusCode::OK])?;
        items(&page)?.iter().map(contact).collect()
    }

    /// How many acceptances are on record for this person, whatever came of them.
    pub(crate) async fn acceptances(&self) -> Result<usize> {
        let answer = self
            .client
            .send(Method::GET, "/api/v1/acceptances", None)
            .await?;
        let page = answer.expect(&[StatusCode::OK])?;
        Ok(items(&page)?.len())
    }
}

fn contact(connection: &Value) -> Result<Contact> {
    Ok(Contact {
        id: text(connection, "id")?.to_owned(),
        name: text(connection, "name")?.to_owned(),
        address: text(connection, "address")?.to_owned(),
    })
}

fn items(page: &Value) -> Result<&Vec<Value>> {
    let items = page.get("items").and_then(Value::as_array);
    items.with_context(|| format!("the answer has no list `items`: {page}"))
}

fn text<'a>(object: &'a Value, member: &str) -> Result<&'a str> {
    let Some(text) = object.get(member).and_then(Value::as_str) else {
        bail!("the answer has no text `{member}`: {object}");
    };
    Ok(text)
}
