//! The exchanges that are interrupted: each is set up, and then played while one of the two servers is killed at one place.

use crate::couple::{Couple, Did};
use crate::gestures::APART;
use crate::pair::Pair;

/// Server 0, `cat`: bob's, who invites.
pub(crate) const CAT: usize = 0;
/// Server 1, `dog`: carol's, who accepts.
pub(crate) const DOG: usize = 1;

/// One exchange.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    /// Whether the servers must not have met before.
    pub(crate) first_contact: bool,
    /// Whether what a server does at any start counts among the steps.
    pub(crate) watches_starting: bool,
    /// What comes before.
    set_up: fn(&mut Scene<'_>) -> Result<(), String>,
    /// The exchange itself.
    play: fn(&mut Scene<'_>) -> Result<(), String>,
    /// What people do who got no answer, and those who did for good measure.
    again: fn(&mut Scene<'_>) -> Result<(), String>,
    /// Operations that must be among the steps, so that the exchange is what its name says: server and name.
    pub(crate) steps: &'static [(usize, &'static str)],
}

/// Two servers, two people, and for a sync two more.
pub(crate) struct Scene<'a> {
    pub(crate) pair: &'a mut Pair,
    pub(crate) couple: Couple,
    others: Option<Couple>,
    /// Kills by which this scene was set up.
    pub(crate) kills: u32,
}

pub(crate) const STORIES: &[Story] = &[
    Story {
        name: "accept, the first time that the two servers meet",
        first_contact: true,
        watches_starting: false,
        set_up: |scene| scene.invite(),
        play: |scene| scene.accept(),
        again: |scene| scene.accept_again(),
        steps: &[
            (DOG, "sending:GET/.well-known/ocm"),
            (DOG, "save_discovery"),
            (DOG, "begin_acceptance"),
            (DOG, "claim_due"),
            (DOG, "sending:POST/ocm/invite-accepted"),
            (DOG, "record_answer"),
            (DOG, "answering:POST/api/v1/acceptances"),
            (DOG, "answering:GET/.well-known/jwks.json"),
            (CAT, "heard:POST/ocm/invite-accepted"),
            (CAT, "sending:GET/.well-known/jwks.json"),
            (CAT, "save_keys"),
            (CAT, "note_signs"),
            (CAT, "redeem"),
            (CAT, "answering:POST/ocm/invite-accepted"),
        ],
    },
    Story {
        name: "accept again after the accepter's disconnect",
        first_contact: false,
        watches_starting: false,
        set_up: |scene| {
            scene.connect()?;
            scene.couple.disconnects(DOG)?;
            scene.couple.agree().map(drop)
        },
        play: |scene| scene.accept(),
        again: |scene| scene.accept_again(),
        steps: &[
            (DOG, "begin_acceptance"),
            (DOG, "claim_due"),
            (DOG, "record_answer"),
            (CAT, "redeem"),
        ],
    },
    Story {
        name: "accept a new invitation after the inviter's disconnect",
        first_contact: false,
        watches_starting: false,
        set_up: |scene| {
            scene.connect()?;
            scene.couple.disconnects(CAT)?;
            scene.couple.agree()?;
            scene.invite()
        },
        play: |scene| scene.accept(),
        again: |scene| scene.accept_again(),
        steps: &[
            (DOG, "begin_acceptance"),
            (DOG, "record_answer"),
            (CAT, "redeem"),
        ],
    },
    Story {
        name: "accept again when the answer was lost with the inviter's server",
        first_contact: false,
        watches_starting: true,
        set_up: |scene| {
            scene.invite()?;
            scene.lose_the_answer()
        },
        play: |scene| {
            scene.accept()?;
            scene.start(CAT)
        },
        again: |scene| scene.accept_again(),
        steps: &[
            (DOG, "begin_acceptance"),
            (DOG, "record_answer"),
            (CAT, "redeem"),
            (CAT, "release_leases"),
        ],
    },
    Story {
        name: "accept again when the answer was lost with the accepter's server",
        first_contact: false,
        watches_starting: true,
        set_up: |scene| {
            scene.invite()?;
            scene.die_at(DOG, "sent:POST/ocm/invite-accepted", Scene::accept)
        },
        play: |scene| {
            scene.start(DOG)?;
            scene.accept()
        },
        again: |scene| scene.accept_again(),
        steps: &[
            (DOG, "release_leases"),
            (DOG, "claim_due"),
            (DOG, "record_answer"),
            (CAT, "redeem"),
        ],
    },
    Story {
        name: "cancel when the inviter's server may have connected them",
        first_contact: false,
        watches_starting: false,
        set_up: |scene| {
            scene.invite()?;
            scene.lose_the_answer()
        },
        play: |scene| {
            scene.couple.cancels()?;
            scene.start(CAT)
        },
        again: |scene| scene.couple.cancels().map(drop),
        steps: &[
            (DOG, "cancel_acceptance"),
            (DOG, "claim_due"),
            (DOG, "record_answer"),
            (DOG, "sending:POST/ocm/notifications"),
            (DOG, "record_telling"),
            (CAT, "redeem"),
            (CAT, "receive_removal"),
        ],
    },
    Story {
        name: "cancel when the inviter's server knows nothing of it",
        first_contact: false,
        watches_starting: false,
        set_up: |scene| {
            scene.invite()?;
            scene.kill(CAT)?;
            scene.accept()
        },
        play: |scene| {
            scene.couple.cancels()?;
            scene.start(CAT)
        },
        again: |scene| scene.couple.cancels().map(drop),
        steps: &[
            (DOG, "cancel_acceptance"),
            (DOG, "record_answer"),
            (DOG, "record_telling"),
            (CAT, "redeem"),
            (CAT, "receive_removal"),
        ],
    },
    Story {
        name: "cancel when the outcome is known",
        first_contact: false,
        watches_starting: false,
        set_up: |scene| scene.connect(),
        play: |scene| scene.couple.cancels().map(drop),
        again: |scene| scene.couple.cancels().map(drop),
        steps: &[(DOG, "cancel_acceptance")],
    },
    Story {
        name: "the accepter disconnects",
        first_contact: false,
        watches_starting: false,
        set_up: |scene| scene.connect(),
        play: |scene| scene.couple.disconnects(DOG).map(drop),
        again: |scene| scene.couple.disconnects(DOG).map(drop),
        steps: &[
            (DOG, "disconnect"),
            (DOG, "claim_due"),
            (DOG, "sending:POST/ocm/notifications"),
            (DOG, "record_telling"),
            (CAT, "receive_removal"),
        ],
    },
    Story {
        name: "the inviter disconnects",
        first_contact: false,
        watches_starting: false,
        set_up: |scene| scene.connect(),
        play: |scene| scene.couple.disconnects(CAT).map(drop),
        again: |scene| scene.couple.disconnects(CAT).map(drop),
        steps: &[
            (CAT, "disconnect"),
            (CAT, "record_telling"),
            (DOG, "receive_removal"),
        ],
    },
    Story {
        name: "both disconnect at once",
        first_contact: false,
        watches_starting: false,
        set_up: |scene| scene.connect(),
        play: |scene| scene.couple.both_disconnect().map(drop),
        again: |scene| scene.couple.disconnects(DOG).map(drop),
        steps: &[
            (CAT, "disconnect"),
            (DOG, "disconnect"),
            (CAT, "receive_removal"),
            (DOG, "receive_removal"),
        ],
    },
    Story {
        name: "sync, when the inviter's server was restored from an older backup",
        first_contact: false,
        watches_starting: false,
        set_up: |scene| scene.restore(CAT),
        play: |scene| scene.start(CAT),
        again: |scene| scene.connect_anew(),
        steps: SYNC_FROM_CAT,
    },
    Story {
        name: "sync, when the accepter's server was restored from an older backup",
        first_contact: false,
        watches_starting: false,
        set_up: |scene| scene.restore(DOG),
        play: |scene| scene.start(DOG),
        again: |scene| scene.connect_anew(),
        steps: SYNC_FROM_DOG,
    },
];

const SYNC_FROM_CAT: &[(usize, &str)] = &[
    (CAT, "plan_all_syncs"),
    (CAT, "claim_syncs"),
    (CAT, "sending:POST/ocm/notifications"),
    (CAT, "apply_claims"),
    (CAT, "note_found"),
    (CAT, "record_sync"),
    (DOG, "heard:POST/ocm/notifications"),
    (DOG, "note_back"),
    (DOG, "apply_claims"),
    (DOG, "note_found"),
    (DOG, "answering:POST/ocm/notifications"),
];

const SYNC_FROM_DOG: &[(usize, &str)] = &[
    (DOG, "plan_all_syncs"),
    (DOG, "claim_syncs"),
    (DOG, "sending:POST/ocm/notifications"),
    (DOG, "apply_claims"),
    (DOG, "note_found"),
    (DOG, "record_sync"),
    (CAT, "heard:POST/ocm/notifications"),
    (CAT, "note_back"),
    (CAT, "apply_claims"),
    (CAT, "note_found"),
    (CAT, "answering:POST/ocm/notifications"),
];

impl Story {
    pub(crate) fn set_up(&self, scene: &mut Scene<'_>) -> Result<(), String> {
        (self.set_up)(scene)
    }

    pub(crate) fn play(&self, scene: &mut Scene<'_>) -> Result<(), String> {
        (self.play)(scene)
    }

    pub(crate) fn again(&self, scene: &mut Scene<'_>) -> Result<(), String> {
        (self.again)(scene)
    }
}

impl<'a> Scene<'a> {
    /// Starts both servers, and takes people who have never met.
    pub(crate) fn new(pair: &'a mut Pair, story: &Story) -> Result<Self, String> {
        pair.start()?;
        if !story.first_contact {
            pair.meet()?;
        }
        let couple = pair.couple()?;
        Ok(Self {
            pair,
            couple,
            others: None,
            kills: 0,
        })
    }

    /// Waits until all couples agree, in a way that may be.
    pub(crate) fn agree(&mut self) -> Result<(), String> {
        self.couple.agree()?;
        if let Some(others) = &mut self.others {
            others.agree()?;
        }
        Ok(())
    }

    /// Whether there is nothing under way any more.
    pub(crate) fn is_over(&self) -> bool {
        let others = self.others.as_ref();
        self.couple.end().is_ok() && others.is_none_or(|others| others.end().is_ok())
    }

    /// What happened, what both servers list, and what they logged last.
    pub(crate) fn tell(&self) -> String {
        let mut told = String::new();
        for couple in [Some(&self.couple), self.others.as_ref()]
            .into_iter()
            .flatten()
        {
            told += &couple.story.join("\n");
            told += &format!("\n--- lists\n{}\n", couple.lists());
        }
        format!("{told}--- logs\n{}", self.pair.logs())
    }

    fn invite(&mut self) -> Result<(), String> {
        self.couple.invites(CAT).map(drop)
    }

    fn accept(&mut self) -> Result<(), String> {
        self.couple.accepts_from(CAT).map(drop)
    }

    fn accept_again(&mut self) -> Result<(), String> {
        match self.couple.accepts_from(CAT)? {
            Did::Answered => Ok(()),
            _ => Err("accepting gets no answer from a server that runs".to_owned()),
        }
    }

    fn connect(&mut self) -> Result<(), String> {
        self.invite()?;
        self.accept()?;
        self.couple.agree().map(drop)
    }

    /// After a restore, invitations of the forgotten time are forgotten, too.
    fn connect_anew(&mut self) -> Result<(), String> {
        let others = self.others.as_mut();
        for couple in std::iter::once(&mut self.couple).chain(others) {
            couple.invites(CAT)?;
            couple.accepts_from(CAT)?;
        }
        Ok(())
    }

    fn start(&mut self, server: usize) -> Result<(), String> {
        self.pair.servers[server].start().map(drop)
    }

    fn kill(&mut self, server: usize) -> Result<(), String> {
        self.kills += 1;
        self.couple
            .note(format!("{} is killed", self.pair.servers[server].name));
        self.pair.servers[server].kill()
    }

    /// Kills a server at a place that must come while something is done.
    fn die_at(
        &mut self,
        server: usize,
        failpoint: &str,
        what: fn(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        self.pair.servers[server].arm(failpoint)?;
        what(self)?;
        self.kills += 1;
        self.couple
            .note(format!("{} dies", self.pair.servers[server].name));
        if self.pair.servers[server].dies()? {
            return Ok(());
        }
        Err(format!("{failpoint} does not come"))
    }

    fn lose_the_answer(&mut self) -> Result<(), String> {
        self.die_at(CAT, "after:redeem", Scene::accept)
    }

    /// Puts the halves apart: one server is put back to a time before one couple connected and another disconnected.
    fn restore(&mut self, server: usize) -> Result<(), String> {
        let mut others = self.pair.couple()?;
        others.invites(CAT)?;
        others.accepts_from(CAT)?;
        others.agree()?;
        self.kill(server)?;
        self.pair.back_up(server);
        self.start(server)?;
        self.connect()?;
        others.disconnects(server)?;
        others.agree()?;
        self.kill(server)?;
        self.pair.restore(server);
        // What one side has forgotten is not silently reconnected.
        self.couple.may = APART;
        self.couple.forget();
        others.forget();
        self.others = Some(others);
        Ok(())
    }
}
