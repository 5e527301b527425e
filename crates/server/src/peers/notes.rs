//! What administrators have noted about other servers, as the way out and the signatures mind it.

use futures_util::future::BoxFuture;
use symbolon_proto::address::Provider;
use symbolon_store::Store;
use symbolon_store::notes::{Aspect, FindNotes};

use crate::transport::{Belief, Beliefs};

/// What is noted in a database about whom to believe.
pub struct NotedBeliefs(Store);

impl NotedBeliefs {
    /// In this one.
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

impl Beliefs for NotedBeliefs {
    fn about<'a>(&'a self, server: &'a Provider) -> BoxFuture<'a, Result<Option<Belief>, String>> {
        Box::pin(async move {
            let find = FindNotes {
                provider: server.clone(),
            };
            let notes = self.0.read(find).await.map_err(|error| error.to_string())?;
            let text = |aspect| notes.of(aspect).map(|noted| noted.value.clone());
            let belief = Belief {
                issuers: text(Aspect::Ca),
                pins: text(Aspect::Pin),
            };
            Ok(Some(belief).filter(|belief| *belief != Belief::default()))
        })
    }
}
