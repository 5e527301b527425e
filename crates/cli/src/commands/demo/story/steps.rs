//! The story, step by step.

use anyhow::{Context, Result, bail};
use http::StatusCode;
use serde_json::Value;
use symbolon_proto::problem::Code;
use tokio::time::Instant;

use super::world::{BACK_TOGETHER, ONE_SECOND, World, connected, lists, words};
use super::{Seen, Step};
use crate::language::say;

/// What happens, in this order; each step begins where the one before ended.
pub(crate) const STORY: &[Step] = &[
    Step {
        gesture: "demo-connect",
        promise: "demo-connect-promise",
        play: |world| Box::pin(bob_invites_and_carol_accepts(world)),
    },
    Step {
        gesture: "demo-deletes",
        promise: "demo-deletes-promise",
        play: |world| Box::pin(carol_deletes(world)),
    },
    Step {
        gesture: "demo-again",
        promise: "demo-again-promise",
        play: |world| Box::pin(carol_accepts_again(world)),
    },
    Step {
        gesture: "demo-bob-deletes",
        promise: "demo-bob-deletes-promise",
        play: |world| Box::pin(bob_deletes(world)),
    },
    Step {
        gesture: "demo-old",
        promise: "demo-old-promise",
        play: |world| Box::pin(carol_tries_the_old_invitation(world)),
    },
    Step {
        gesture: "demo-fresh",
        promise: "demo-fresh-promise",
        play: |world| Box::pin(bob_invites_and_carol_accepts(world)),
    },
    Step {
        gesture: "demo-twice",
        promise: "demo-twice-promise",
        play: |world| Box::pin(carol_accepts_twice_at_once(world)),
    },
    Step {
        gesture: "demo-own",
        promise: "demo-own-promise",
        play: |world| Box::pin(carol_accepts_her_own_invitation(world)),
    },
    Step {
        gesture: "demo-killed",
        promise: "demo-killed-promise",
        play: |world| Box::pin(dog_is_killed_after_carol_deletes(world)),
    },
    Step {
        gesture: "demo-down",
        promise: "demo-down-promise",
        play: |world| Box::pin(carol_accepts_while_cat_is_down(world)),
    },
    Step {
        gesture: "demo-back",
        promise: "demo-back-promise",
        play: |world| Box::pin(cat_comes_back_to_an_acceptance(world)),
    },
    Step {
        gesture: "demo-down-deletes",
        promise: "demo-down-deletes-promise",
        play: |world| Box::pin(carol_deletes_while_cat_is_down(world)),
    },
    Step {
        gesture: "demo-back-deletes",
        promise: "demo-back-deletes-promise",
        play: |world| Box::pin(cat_comes_back_to_a_deletion(world)),
    },
];

async fn bob_invites_and_carol_accepts(world: &mut World) -> Result<Seen> {
    world.invitation = world.bob.invites("for carol").await?;
    let accepted_at = Instant::now();
    connected(world.carol.accepts(&world.invitation).await?)?;
    let took = world.both_list_each_other(accepted_at, ONE_SECOND).await?;
    Ok(Seen::after(took, "demo-after-accept"))
}

async fn carol_deletes(world: &mut World) -> Result<Seen> {
    let bob = world.bob_in_carols_list().await?;
    let deleted_at = Instant::now();
    let (deleted, seen) = tokio::join!(
        world.carol.deletes(&bob),
        world.nobody_lists_anybody(deleted_at, ONE_SECOND),
    );
    deleted?.expect(&[StatusCode::OK])?;
    Ok(Seen::after(seen?, "demo-after-her-click"))
}

async fn carol_accepts_again(world: &mut World) -> Result<Seen> {
    let accepted_at = Instant::now();
    connected(world.carol.accepts(&world.invitation).await?)?;
    let took = world.both_list_each_other(accepted_at, ONE_SECOND).await?;
    Ok(Seen::after(took, "demo-after-accept"))
}

async fn bob_deletes(world: &mut World) -> Result<Seen> {
    let carol = world.carol_in_bobs_list().await?;
    let deleted_at = Instant::now();
    let (deleted, seen) = tokio::join!(
        world.bob.deletes(&carol),
        world.nobody_lists_anybody(deleted_at, ONE_SECOND),
    );
    deleted?.expect(&[StatusCode::OK])?;
    Ok(Seen::after(seen?, "demo-after-his-click"))
}

async fn carol_tries_the_old_invitation(world: &mut World) -> Result<Seen> {
    let answer = world.carol.accepts(&world.invitation).await?;
    let took = answer.took;
    let problem = refused(answer.status, answer.body, Code::InvitationClosedToYou)?;
    let words = words(&problem)?;
    if !words.contains(&say!("demo-new-one")) {
        bail!("expected words that tell her to ask for a new one\nactual   {words}");
    }
    world
        .nobody_lists_anybody(Instant::now(), ONE_SECOND)
        .await?;
    Ok(Seen::after(took, "demo-after-try").saying(say!("demo-dog-says", words = words)))
}

async fn carol_accepts_twice_at_once(world: &mut World) -> Result<Seen> {
    carol_deletes(world).await?;
    let accepted_at = Instant::now();
    let (first, second) = tokio::join!(
        world.carol.accepts(&world.invitation),
        world.carol.accepts(&world.invitation),
    );
    connected(first?).context("the first click")?;
    connected(second?).context("the second click")?;
    let took = world.both_list_each_other(accepted_at, ONE_SECOND).await?;
    Ok(Seen::after(took, "demo-after-clicks"))
}

async fn carol_accepts_her_own_invitation(world: &mut World) -> Result<Seen> {
    let own = world.carol.invites("for somebody else").await?;
    let before = (
        world.carol.contacts().await?,
        world.carol.acceptances().await?,
    );
    let answer = world.carol.accepts(&own).await?;
    let took = answer.took;
    let problem = refused(answer.status, answer.body, Code::InvitationYourOwn)?;
    let after = (
        world.carol.contacts().await?,
        world.carol.acceptances().await?,
    );
    if before != after {
        bail!("expected connections and acceptances as before: {before:?}\nactual   {after:?}");
    }
    Ok(Seen::after(took, "demo-after-try").saying(say!("demo-dog-says", words = words(&problem)?)))
}

async fn dog_is_killed_after_carol_deletes(world: &mut World) -> Result<Seen> {
    let bob = world.bob_in_carols_list().await?;
    // Dog dies as soon as the connection is gone from her list: long before, or just after, it could tell cat.
    let carol = world.carol.clone();
    let click = tokio::spawn(async move { carol.deletes(&bob).await });
    lists(&world.carol, None, Instant::now(), ONE_SECOND).await?;
    world.dog.kill().await?;
    let answered = matches!(click.await, Ok(Ok(_)));
    world.dog.start().await?;
    let took = world
        .nobody_lists_anybody(Instant::now(), BACK_TOGETHER)
        .await?;
    let died = if answered {
        say!("demo-dog-died-after")
    } else {
        say!("demo-dog-died-before")
    };
    Ok(Seen::after(took, "demo-after-dog").saying(died))
}

async fn carol_accepts_while_cat_is_down(world: &mut World) -> Result<Seen> {
    world.cat.stop().await?;
    let answer = world.carol.accepts(&world.invitation).await?;
    let took = answer.took;
    let pending = answer.expect(&[StatusCode::ACCEPTED])?;
    let reason = pending.pointer("/acceptance/waits_for");
    let reason =
        reason.with_context(|| format!("expected what it waits for\nactual   {pending}"))?;
    let words = words(reason)?;
    Ok(Seen::after(took, "demo-after-accept").saying(say!("demo-dog-says", words = words)))
}

async fn cat_comes_back_to_an_acceptance(world: &mut World) -> Result<Seen> {
    world.cat.start().await?;
    let took = world
        .both_list_each_other(Instant::now(), BACK_TOGETHER)
        .await?;
    Ok(Seen::after(took, "demo-after-cat"))
}

async fn carol_deletes_while_cat_is_down(world: &mut World) -> Result<Seen> {
    world.cat.stop().await?;
    let bob = world.bob_in_carols_list().await?;
    let deleted_at = Instant::now();
    let (deleted, seen) = tokio::join!(
        world.carol.deletes(&bob),
        lists(&world.carol, None, deleted_at, ONE_SECOND),
    );
    deleted?.expect(&[StatusCode::OK])?;
    Ok(Seen::after(seen?, "demo-after-her-click"))
}

async fn cat_comes_back_to_a_deletion(world: &mut World) -> Result<Seen> {
    world.cat.start().await?;
    let took = world
        .nobody_lists_anybody(Instant::now(), BACK_TOGETHER)
        .await?;
    Ok(Seen::after(took, "demo-after-cat"))
}

/// A refusal with exactly this code; gives the problem that the person reads.
fn refused(status: StatusCode, body: Value, code: Code) -> Result<Value> {
    let actual = body.get("code").and_then(Value::as_str);
    if status.is_client_error() && actual == Some(code.as_str()) {
        return Ok(body);
    }
    bail!(
        "expected a refusal with the code {}\nactual   {status} {body}",
        code.as_str()
    );
}
