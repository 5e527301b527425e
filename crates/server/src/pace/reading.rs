//! How many bodies of requests are being read at a time, whichever door they come to.
//!
//! Reading takes as long as the sender likes, up to the limits on bodies. So whoever is being read holds no place of those
//! who are worked on, and makes room if too many are being read.

use std::sync::Arc;

use http::Extensions;
use symbolon_proto::problem::Problem;

use super::room::Room;
use super::{Client, Limit, Wait, refuse};
use crate::telemetry::Metrics;

/// Bodies that are being read at a time.
const ALL: usize = 256;

/// Of these, from one address.
const OF_ONE: usize = 32;

/// The places of one server, which every request carries.
#[derive(Clone)]
pub(crate) struct Reading {
    metrics: Arc<Metrics>,
    room: Room,
}

impl Reading {
    pub(super) fn new(metrics: Arc<Metrics>) -> Self {
        Self {
            metrics,
            room: Room::new(ALL, OF_ONE),
        }
    }

    /// The places for the body of a request, and where it comes from.
    pub(crate) fn carried(extensions: &Extensions) -> (Option<Self>, Client) {
        let places = extensions.get().cloned();
        (places, Client::carried(extensions))
    }

    /// Reads on until somebody else needs the place.
    pub(crate) async fn within<F: Future>(
        &self,
        client: Client,
        reading: F,
    ) -> Result<F::Output, Problem> {
        let place = self.room.enter(client.0);
        let read = place.within(reading).await;
        read.ok_or_else(|| refuse(&self.metrics, Limit::UnderWay, Wait(1)))
    }
}
