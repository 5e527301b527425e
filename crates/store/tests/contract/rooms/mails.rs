//! Mails: written with what they tell of, and gone when that is over.

use symbolon_core::acceptances::Answer;
use symbolon_core::connections::Generation;
use symbolon_core::invites::{InviteState, Uses};
use symbolon_core::mails::{
    Attempted, NEWS_TO_ONE_PER_DAY_MAX, PER_HOUR_MAX, TO_ONE_PER_DAY_MAX, TooMany,
};
use symbolon_core::trust::Mode;
use symbolon_core::{ConnectionId, InviteId, UserId};
use symbolon_proto::language::Language;
use symbolon_proto::problem::Code;
use symbolon_store::accept::{AcceptHere, Begun};
use symbolon_store::acceptances::HurryAcceptance;
use symbolon_store::attempts::{Attempt, Stage};
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::departures::{BeginDeparture, ContinueDeparture, Progress};
use symbolon_store::events::Moment;
use symbolon_store::giving_up::GiveUp;
use symbolon_store::invites::{
    FindInvite, IssueInvite, ListOpenInvites, RenewInvite, WithdrawInvite,
};
use symbolon_store::mails::{
    Content, IssueAndMail, Letter, LoadMail, MailInvite, MailOfInvite, MailToSend, NotMailed,
    Posting, RecordMail,
};
use symbolon_store::notifications::{FindNotifications, Notifications, SetNotifications};
use symbolon_store::outbox::{Delivery, DeliveryState, Kind, ListDeliveries, RetryDelivery};
use symbolon_store::removal::{Disconnect, ReceiveRemoval};
use symbolon_store::settle::RecordAnswer;
use symbolon_store::users::{AddUser, ChangeProfile, FindUser, SetLanguage, User};

use super::{World, at, attempt, contact, here, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory: the_invite_and_its_mail_are_written_together_or_not_at_all, what_fails_for_good_is_given_up_and_the_invite_stays,
        a_mail_whose_reason_is_over_is_not_sent, news_are_told_to_those_who_want_them_and_nobody_else,
        whoever_waited_long_is_told_that_they_are_connected_unless_they_have_just_asked,
        too_many_mails_are_refused_before_anything_is_written, whoever_did_it_themselves_gets_no_mail,
        a_server_without_mail_writes_none, one_address_gets_no_more_news_than_its_share_from_all_accounts_together,
        whoever_leaves_takes_wishes_and_addresses_along_and_others_here_are_told;
    on_postgres: the_invite_and_its_mail_are_written_together_or_not_at_all, what_fails_for_good_is_given_up_and_the_invite_stays,
        a_mail_whose_reason_is_over_is_not_sent, news_are_told_to_those_who_want_them_and_nobody_else,
        whoever_waited_long_is_told_that_they_are_connected_unless_they_have_just_asked,
        too_many_mails_are_refused_before_anything_is_written, whoever_did_it_themselves_gets_no_mail,
        a_server_without_mail_writes_none, one_address_gets_no_more_news_than_its_share_from_all_accounts_together,
        whoever_leaves_takes_wishes_and_addresses_along_and_others_here_are_told;
}

/// On a server that sends mail.
fn mailing(secs: i64) -> Moment {
    Moment {
        mail: true,
        ..moment(secs)
    }
}

fn tried(code: Option<Code>) -> Attempt {
    Attempt {
        stage: Stage::Answer,
        code,
        ..attempt(1)
    }
}

impl World {
    async fn person(&mut self, name: &str) -> UserId {
        let id: UserId = self.id();
        let user = User {
            id: id.clone(),
            name: name.to_owned(),
            display_name: name.to_uppercase(),
            email: Some(format!("{name}@cat.example.org")),
            disabled_at: None,
            language: None,
            created_at: at(0),
            admin: false,
        };
        let add = AddUser {
            user,
            password_hash: None,
            moment: moment(0),
        };
        assert_eq!(self.store.write(add).await, Ok(true));
        let set = SetLanguage {
            id: id.clone(),
            language: Some(Language::De),
            moment: moment(0),
        };
        assert_eq!(self.store.write(set).await, Ok(true));
        id
    }

    fn posting(&mut self, recipient: &str) -> Posting {
        Posting {
            delivery: self.id(),
            recipient: recipient.to_owned(),
            language: Language::ZhCn,
        }
    }

    fn issuing(&mut self, owner: &UserId, recipient: &str, secs: i64) -> IssueAndMail {
        let id: InviteId = self.id();
        let mut token_hash = [7; 32];
        token_hash[..26].copy_from_slice(id.as_str().as_bytes());
        IssueAndMail {
            issue: IssueInvite {
                id,
                owner: owner.clone(),
                token_hash,
                token_sealed: vec![7],
                note: None,
                email: Some(recipient.to_owned()),
                uses: Uses::People(1),
                expires_at: at(secs + 1_000),
                moment: mailing(secs),
            },
            posting: self.posting(recipient),
        }
    }

    async fn load(&self, delivery: &Delivery, secs: i64) -> Option<MailToSend> {
        let load = LoadMail {
            mail: mail(delivery).clone(),
            now: at(secs),
        };
        self.store.read(load).await.unwrap()
    }

    async fn record(&self, delivery: &Delivery, attempted: Option<Attempted>, code: Option<Code>) {
        let record = RecordMail {
            delivery: delivery.id.clone(),
            lease: "lease".to_owned(),
            attempts: delivery.attempts,
            attempt: tried(code),
            gives_up_at: delivery.gives_up_at,
            letter: mail(delivery).letter.clone(),
            user: mail(delivery).user.clone(),
            attempted,
            jitter: 0,
            moment: moment(5),
        };
        assert_eq!(self.store.write(record).await, Ok(true));
    }

    async fn told(&self) -> Vec<String> {
        let list = ListEvents {
            filter: Filter::default(),
            page: Page::After(0),
            limit: 1_000,
        };
        let events = self.store.read(list).await.unwrap();
        let mails = |kind: &str| kind.starts_with("invite.mail") || kind == "delivery.given_up";
        let told = events.into_iter().filter(|event| mails(&event.kind));
        told.map(|event| format!("{} {}", event.kind, event.result.unwrap()))
            .collect()
    }

    async fn last_mail(&self, id: &InviteId) -> Delivery {
        let find = MailOfInvite { id: id.clone() };
        self.store.read(find).await.unwrap().unwrap()
    }
}

fn mail(delivery: &Delivery) -> &symbolon_store::mails::Mail {
    match &delivery.kind {
        Kind::Mail(mail) => mail,
        other => panic!("{other:?}"),
    }
}

async fn the_invite_and_its_mail_are_written_together_or_not_at_all(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.person("bob").await;
    let issuing = world.issuing(&bob, "Carol@dog.example.org", 1);
    let (invite, delivery) = world.store.write(issuing).await.unwrap().unwrap();
    assert_eq!(delivery.to(), "Carol@dog.example.org");
    assert_eq!(delivery.reference, "reference 1");
    assert_eq!(
        (mail(&delivery).language, delivery.peer()),
        (Language::ZhCn, None)
    );

    let claimed = world.claim(1, "lease").await;
    assert_eq!(claimed.len(), 1);
    let sent = world.load(&claimed[0], 1).await.unwrap();
    assert_eq!(
        (sent.user.id, sent.recipient.as_str()),
        (bob, "Carol@dog.example.org")
    );
    let Content::Invitation(sent) = sent.content else {
        panic!("no invitation")
    };
    assert_eq!((sent.id, sent.token_sealed), (invite.id.clone(), vec![7]));
    world
        .record(&claimed[0], Some(Attempted::Taken), None)
        .await;
    assert_eq!(world.last_mail(&invite.id).await.state, DeliveryState::Done);
    assert_eq!(world.told().await, ["invite.mailed done"]);
}

async fn what_fails_for_good_is_given_up_and_the_invite_stays(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.person("bob").await;
    let issuing = world.issuing(&bob, "carrol@dog.example.org", 1);
    let (invite, _) = world.store.write(issuing).await.unwrap().unwrap();
    let claimed = world.claim(1, "lease").await;
    let (no, code) = (Some(Attempted::NotYet), Some(Code::MailPutOff));
    world.record(&claimed[0], no, code).await;
    let waiting = world.last_mail(&invite.id).await;
    assert_eq!(
        (waiting.state, waiting.last_code),
        (DeliveryState::Due, code)
    );
    assert!(world.told().await.is_empty());

    let claimed = world.claim(60, "lease").await;
    let (no, code) = (Some(Attempted::Refused), Some(Code::MailAddressRefused));
    world.record(&claimed[0], no, code).await;
    let dead = world.last_mail(&invite.id).await;
    assert_eq!((dead.state, dead.last_code), (DeliveryState::Dead, code));
    let find = FindInvite {
        owner: None,
        id: invite.id.clone(),
    };
    let still = world.store.read(find).await.unwrap().unwrap();
    assert_eq!(still.state(at(60)), InviteState::Open);

    // Its owner mends the address; the old mail is of the past.
    let resend = MailInvite {
        owner: bob.clone(),
        id: invite.id.clone(),
        posting: world.posting("carol@dog.example.org"),
        moment: mailing(70),
    };
    let (mended, again) = world.store.write(resend).await.unwrap().unwrap().unwrap();
    assert_eq!(mended.email.as_deref(), Some("carol@dog.example.org"));
    assert_eq!(world.last_mail(&invite.id).await.id, again.id);
    let retry = RetryDelivery {
        id: dead.id,
        moment: moment(71),
    };
    assert_eq!(world.store.write(retry).await, Ok(None), "it was withdrawn");

    let give_up = || GiveUp {
        id: again.id.clone(),
        moment: moment(72),
    };
    assert!(world.store.write(give_up()).await.unwrap().is_some());
    assert_eq!(world.store.write(give_up()).await, Ok(None));
    let expected = [
        "invite.mail_failed mail_address_refused",
        "invite.mail_asked done",
        "delivery.given_up done",
        "invite.mail_failed given_up",
    ];
    assert_eq!(world.told().await, expected);
}

async fn a_mail_whose_reason_is_over_is_not_sent(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.person("bob").await;
    let issuing = world.issuing(&bob, "carol@dog.example.org", 1);
    let (invite, delivery) = world.store.write(issuing).await.unwrap().unwrap();
    assert!(world.load(&delivery, 1_000).await.is_some());
    assert!(
        world.load(&delivery, 1_001).await.is_none(),
        "it has expired"
    );
    let withdraw = WithdrawInvite {
        owner: Some(bob.clone()),
        id: invite.id.clone(),
        moment: moment(2),
    };
    world.store.write(withdraw).await.unwrap();
    assert!(world.claim(3, "lease").await.is_empty());
    assert_eq!(
        world.last_mail(&invite.id).await.state,
        DeliveryState::Withdrawn
    );
    let resend = MailInvite {
        owner: bob,
        id: invite.id,
        posting: world.posting("carol@dog.example.org"),
        moment: mailing(4),
    };
    let over = NotMailed::Over(InviteState::Withdrawn);
    let answered = world.store.write(resend).await.unwrap().unwrap();
    assert_eq!(answered.err(), Some(over));
}

/// The mails that wait, by what they are about.
async fn waiting(world: &World, secs: i64) -> Vec<Delivery> {
    let claimed = world.claim(secs, "lease").await;
    let mails = claimed.into_iter();
    mails
        .filter(|one| matches!(one.kind, Kind::Mail(_)))
        .collect()
}

impl World {
    /// Somebody elsewhere accepts the invite of a token.
    async fn comes(&mut self, token: u8, name: &str, moment: Moment) -> ConnectionId {
        let mut redeem = self.redeeming(token, contact(name), 0);
        redeem.moment = moment;
        let admitted = self.store.write(redeem).await.unwrap().unwrap();
        admitted.connection.id
    }

    /// The same person disconnects.
    async fn goes(&mut self, name: &str, moment: Moment) {
        let removal = ReceiveRemoval {
            provider: there(),
            remote: contact(name).remote,
            user: None,
            generation: None,
            signature: None,
            connection: self.id(),
            moment,
        };
        self.store.write(removal).await.unwrap().unwrap();
    }

    /// A person leaves, to the end.
    async fn leaves(&mut self, user: &UserId, secs: i64) {
        let begin = BeginDeparture {
            user: user.clone(),
            moment: moment(secs),
        };
        assert!(self.store.write(begin).await.unwrap());
        loop {
            let step = ContinueDeparture {
                user: user.clone(),
                deliveries: vec![self.id()],
                here: here(),
                mail: true,
                now: at(secs),
            };
            if self.store.write(step).await.unwrap() == Progress::Left {
                break;
            }
        }
    }

    /// Somebody whose profile has an address that may be anybody's.
    async fn person_with(&mut self, name: &str, email: &str) -> UserId {
        let id = self.person(name).await;
        let change = ChangeProfile {
            id: id.clone(),
            display_name: None,
            email: Some(Some(email.to_owned())),
            moment: moment(0),
        };
        assert!(self.store.write(change).await.unwrap().is_some());
        id
    }

    async fn wishes(&self, user: &UserId, wishes: Notifications) {
        let set = SetNotifications {
            user: user.clone(),
            wishes,
            moment: moment(2),
        };
        self.store.write(set).await.unwrap();
        let find = FindNotifications { user: user.clone() };
        assert_eq!(self.store.read(find).await, Ok(wishes));
    }
}

impl World {
    /// Bob accepted at 1, did something about it at `asked`, and was connected at `yes`; gives the mails of then.
    async fn waits(&mut self, bob: &UserId, asked: Option<i64>, yes: i64) -> Vec<Delivery> {
        let store = self.store.clone();
        let accept = self.accepting(bob, there(), 1);
        let Begun::Pending(pending) = store.write(accept).await.unwrap() else {
            panic!("nobody was connected before");
        };
        if let Some(secs) = asked {
            let hurry = HurryAcceptance {
                user: bob.clone(),
                id: pending.id.clone(),
                moment: moment(secs),
            };
            assert!(store.write(hurry).await.unwrap().is_some());
        }
        let mut claimed = self.claim(yes, "lease").await.into_iter();
        let carrying = claimed.find(|one| matches!(one.kind, Kind::InviteAccepted(_)));
        let carrying = carrying.unwrap();
        let answer = RecordAnswer {
            delivery: carrying.id,
            lease: "lease".to_owned(),
            attempts: carrying.attempts,
            accounted: false,
            attempt: attempt(yes),
            gives_up_at: carrying.gives_up_at,
            acceptance: pending.id,
            mode: Mode::Open,
            answer: Answer::Yes {
                contact: contact("Carol"),
                generation: Some(Generation(1)),
            },
            inviter: None,
            detail: None,
            retry_after: None,
            connection: self.id(),
            undo: self.id(),
            jitter: 0,
            moment: mailing(yes),
        };
        assert_eq!(store.write(answer).await, Ok(true));
        let mut mails = waiting(self, yes).await;
        mails.retain(|one| mail(one).user == *bob);
        mails
    }
}

async fn whoever_waited_long_is_told_that_they_are_connected_unless_they_have_just_asked(
    fixture: Fixture,
) {
    let mut world = World::new(&fixture).await;
    let bob = world.person("bob").await;
    let told = world.waits(&bob, None, 302).await;
    assert_eq!(told.len(), 1);
    let sent = world.load(&told[0], 302).await.unwrap();
    assert_eq!(sent.recipient, "bob@cat.example.org");
    let Content::Connected(connection) = sent.content else {
        panic!("another mail")
    };
    assert_eq!(connection.contact.name, "Carol");
    world.goes("Carol", mailing(303)).await;
    assert!(
        world.load(&told[0], 303).await.is_none(),
        "that is no longer true"
    );
    for (name, asked, yes) in [("carol", None, 301), ("dave", Some(100), 400)] {
        let other = world.person(name).await;
        assert!(world.waits(&other, asked, yes).await.is_empty(), "{name}");
    }
    let erin = world.person("erin").await;
    let wishes = Notifications {
        connected: false,
        ..Notifications::default()
    };
    world.wishes(&erin, wishes).await;
    assert!(world.waits(&erin, None, 1_000).await.is_empty());
}

async fn news_are_told_to_those_who_want_them_and_nobody_else(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.person("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    let connection = world.comes(1, "Carol", mailing(2)).await;
    world.comes(1, "Carol", mailing(2)).await;
    let accepted = waiting(&world, 2).await;
    assert_eq!(accepted.len(), 1, "once, however often she asks");
    assert_eq!(accepted[0].reference, "reference 2");
    let sent = world.load(&accepted[0], 2).await.unwrap();
    assert_eq!(sent.recipient, "bob@cat.example.org");
    assert_eq!(mail(&accepted[0]).language, Language::De);
    assert!(matches!(sent.content, Content::Accepted(carol) if carol.id == connection));

    world.goes("Carol", mailing(3)).await;
    assert!(
        world.load(&accepted[0], 3).await.is_none(),
        "that is no longer true"
    );
    world.record(&accepted[0], None, None).await;
    let ended = waiting(&world, 3).await;
    assert!(matches!(&mail(&ended[0]).letter, Letter::Disconnected(id, _) if *id == connection));
    let none = Notifications {
        accepted: false,
        connected: false,
        disconnected: false,
        replies: false,
    };
    world.wishes(&bob, none).await;
    assert!(
        world.load(&ended[0], 3).await.is_none(),
        "he wants it no more"
    );
    world.record(&ended[0], None, None).await;
    world.comes(1, "Dave", mailing(4)).await;
    world.goes("Dave", mailing(5)).await;
    assert!(waiting(&world, 6).await.is_empty());

    // Nor is anybody flooded.
    world.wishes(&bob, Notifications::default()).await;
    for number in 0..NEWS_TO_ONE_PER_DAY_MAX + 10 {
        world.comes(1, &format!("Guest{number}"), mailing(7)).await;
    }
    let mut count = 0;
    loop {
        let claimed = waiting(&world, 8).await;
        if claimed.is_empty() {
            break;
        }
        for one in &claimed {
            world.record(one, Some(Attempted::Taken), None).await;
            count += 1;
        }
    }
    assert_eq!(count, NEWS_TO_ONE_PER_DAY_MAX - 2);
}

async fn whoever_did_it_themselves_gets_no_mail(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.person("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for (administrator, mails) in [(false, 0), (true, 1)] {
        let name = format!("Carol{mails}");
        let connection = world.comes(1, &name, moment(2)).await;
        let disconnect = Disconnect {
            user: Some(bob.clone()),
            connection,
            delivery: world.id(),
            here: here(),
            moment: Moment {
                administrator,
                ..mailing(3)
            },
        };
        world.store.write(disconnect).await.unwrap();
        let waiting = waiting(&world, 3).await;
        assert_eq!(waiting.len(), mails, "{administrator}");
    }
}

async fn whoever_leaves_takes_wishes_and_addresses_along_and_others_here_are_told(
    fixture: Fixture,
) {
    let mut world = World::new(&fixture).await;
    let (bob, carol) = (world.person("bob").await, world.person("carol").await);
    let issuing = world.issuing(&bob, "dave@dog.example.org", 1);
    let (mailed, _) = world.store.write(issuing).await.unwrap().unwrap();
    world.invite(&bob, 1, Uses::People(1)).await;
    let find = FindUser { id: carol.clone() };
    let person = world.store.read(find).await.unwrap().unwrap();
    let accept = AcceptHere {
        begin: world.accepting(&carol, here(), 2),
        redeem: world.redeeming(1, person.contact(&here()), 0),
        connection: world.id(),
    };
    assert!(world.store.write(accept).await.unwrap().unwrap().is_ok());
    let none = Notifications {
        accepted: false,
        connected: false,
        disconnected: false,
        replies: false,
    };
    world.wishes(&bob, none).await;

    world.leaves(&bob, 3).await;
    let told = waiting(&world, 3).await;
    let told: Vec<_> = told.iter().map(|one| (&mail(one).user, one.to())).collect();
    assert_eq!(told, [(&carol, "carol@cat.example.org")]);
    let of_bob = world.last_mail(&mailed.id).await;
    assert_eq!((of_bob.state, of_bob.to()), (DeliveryState::Withdrawn, ""));
    let find = FindNotifications { user: bob };
    assert_eq!(world.store.read(find).await, Ok(Notifications::default()));
}

async fn a_server_without_mail_writes_none(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.person("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.comes(1, "Carol", moment(2)).await;
    world.goes("Carol", moment(3)).await;
    assert!(waiting(&world, 4).await.is_empty());
}

async fn too_many_mails_are_refused_before_anything_is_written(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, eve) = (world.person("bob").await, world.person("eve").await);
    for number in 0..PER_HOUR_MAX {
        let issuing = world.issuing(&bob, &format!("carol{number}@dog.example.org"), 1);
        world.store.write(issuing).await.unwrap().unwrap();
    }
    let one_more = world.issuing(&bob, "dave@dog.example.org", 2);
    let id = one_more.issue.id.clone();
    let refused = world.store.write(one_more).await.unwrap().err();
    let too_many = TooMany::Yours(at(1 + 3_600));
    assert_eq!(refused, Some(NotMailed::TooMany(too_many)));
    let find = FindInvite { owner: None, id };
    assert!(world.store.read(find).await.unwrap().is_none());
    let later = world.issuing(&bob, "dave@dog.example.org", 3_602);
    world.store.write(later).await.unwrap().unwrap();

    for case in 0..TO_ONE_PER_DAY_MAX {
        let address = ["grace@dog.example.org", "Grace@Dog.example.org"][case as usize % 2];
        let issuing = world.issuing(&eve, address, 4_000);
        world.store.write(issuing).await.unwrap().unwrap();
    }
    let by_another = world.issuing(&bob, "GRACE@dog.example.org", 4_001);
    let refused = world.store.write(by_another).await.unwrap().err();
    let too_many = TooMany::ToAddress(at(4_000 + 86_400));
    assert_eq!(refused, Some(NotMailed::TooMany(too_many)));
}

async fn one_address_gets_no_more_news_than_its_share_from_all_accounts_together(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let mut people = Vec::new();
    for (token, name) in [(1, "bob"), (2, "eve"), (3, "mallory")] {
        let address = ["victim@fox.example.org", "Victim@fox.example.org"][token % 2];
        let person = world.person_with(name, address).await;
        let token = u8::try_from(token).unwrap();
        world.invite(&person, token, Uses::Anyone).await;
        people.push(person);
    }
    for number in 0..NEWS_TO_ONE_PER_DAY_MAX {
        let token = u8::try_from(1 + number % 2).unwrap();
        world
            .comes(token, &format!("Guest{number}"), mailing(2))
            .await;
    }
    let count = async |world: &World| {
        let list = ListDeliveries {
            state: DeliveryState::Due,
            limit: 100,
        };
        let due = world.store.read(list).await.unwrap().into_iter();
        let to = |one: &Delivery| one.to().to_lowercase() == "victim@fox.example.org";
        due.filter(to).count()
    };
    assert_eq!(count(&world).await, NEWS_TO_ONE_PER_DAY_MAX as usize);
    for token in [1, 2, 3] {
        world.comes(token, "Dave", mailing(3)).await;
    }
    assert_eq!(count(&world).await, NEWS_TO_ONE_PER_DAY_MAX as usize);

    // Leaving, and coming again under another name, gives nobody a new share.
    let (bob, mallory) = (people.remove(0), people.remove(1));
    world.leaves(&bob, 4).await;
    let left = count(&world).await;
    assert_eq!(left, NEWS_TO_ONE_PER_DAY_MAX as usize / 2);
    world.comes(3, "Erin", mailing(5)).await;
    assert_eq!(count(&world).await, left);
    // Invitations have a share of their own, and the next day is another one.
    let open = ListOpenInvites {
        owner: mallory.clone(),
        now: at(6),
        limit: 1,
    };
    let third = world.store.read(open).await.unwrap().remove(0).id;
    let issuing = world.issuing(&mallory, "victim@fox.example.org", 6);
    world.store.write(issuing).await.unwrap().unwrap();
    assert_eq!(count(&world).await, left + 1);
    let renew = RenewInvite {
        owner: mallory.clone(),
        id: third,
        expires_at: at(86_400 + 1_000),
        moment: moment(7),
    };
    world.store.write(renew).await.unwrap().unwrap().unwrap();
    world.comes(3, "Frank", mailing(86_400 + 10)).await;
    assert_eq!(count(&world).await, left + 2);
}
