//! What the oracles are for, planted: servers that lose what they confirmed, or do not do what they should.

use std::time::Duration;

use symbolon_sim::faults::Fault;

use crate::couple::{Couple, Did};
use crate::pair::{Pair, Template};
use crate::people;
use crate::stories::{CAT, DOG};

/// Long enough to see that something is wrong.
const PATIENCE: Duration = Duration::from_secs(2);

/// Something wrong with dog, and what brings it to light.
pub(crate) struct Planted {
    pub(crate) name: &'static str,
    fault: Option<Fault>,
    loses: bool,
    play: fn(&mut Pair, &mut Couple, bool) -> Result<(), String>,
}

pub(crate) const PLANTED: &[Planted] = &[
    Planted {
        name: "a yes is answered before it is on disk",
        fault: None,
        loses: true,
        play: |pair, couple, loses| {
            couple.invites(CAT)?;
            pair.servers[DOG].kill()?;
            pair.back_up(DOG);
            pair.servers[DOG].start()?;
            couple.accepts_from(CAT)?;
            pair.servers[DOG].kill()?;
            if loses {
                pair.restore(DOG);
            }
            pair.servers[DOG].start()?;
            couple.agree().map(drop)
        },
    },
    Planted {
        name: "a disconnect is stored without its message",
        fault: Some(Fault::OutboxRowOutsideTheTransaction),
        loses: false,
        play: |_, couple, _| {
            // One message in three is lost.
            for _ in 0..20 {
                connect(couple)?;
                couple.disconnects(DOG)?;
                couple.agree()?;
            }
            Ok(())
        },
    },
    Planted {
        name: "a disconnect forgets its generation",
        fault: Some(Fault::GenerationForgotten),
        loses: false,
        play: |_, couple, _| {
            for _ in 0..2 {
                connect(couple)?;
                couple.disconnects(DOG)?;
                couple.agree()?;
            }
            Ok(())
        },
    },
    Planted {
        name: "cancelling is forgotten",
        fault: Some(Fault::CancelForgotten),
        loses: false,
        play: |pair, couple, _| {
            couple.invites(CAT)?;
            pair.servers[CAT].kill()?;
            couple.accepts_from(CAT)?;
            couple.cancels()?;
            pair.servers[CAT].start()?;
            couple.agree().map(drop)
        },
    },
];

impl Planted {
    /// What is found, with the fault or without it.
    pub(crate) fn find(&self, template: &Template, planted: bool) -> Option<String> {
        let mut pair = template.pair();
        let found = self.live(&mut pair, planted).err();
        drop(pair);
        found
    }

    fn live(&self, pair: &mut Pair, planted: bool) -> Result<(), String> {
        if let Some(fault) = self.fault.filter(|_| planted) {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            let runtime = runtime.map_err(|error| error.to_string())?;
            runtime.block_on(async {
                let store = people::open(&pair.servers[DOG].data).await;
                let planted = fault.plant(&store).await;
                planted.expect("a database takes a trigger");
                store.close().await;
            });
        }
        pair.start()?;
        let mut couple = pair.couple()?;
        if planted {
            couple.patience = PATIENCE;
        }
        (self.play)(pair, &mut couple, self.loses && planted)
    }
}

fn connect(couple: &mut Couple) -> Result<(), String> {
    couple.invites(CAT)?;
    match couple.accepts_from(CAT)? {
        Did::Answered => couple.agree().map(drop),
        _ => Err("a server that runs does not answer".to_owned()),
    }
}
