//! What strangers send: garbage, replays, and what nobody signed.

use std::net::Ipv4Addr;

use serde_json::json;
use symbolon_proto::keys::SigningKey;

use crate::dog::{ACCEPTED, Dog, NOTIFICATIONS, now};
use crate::wire::Call;
use crate::world::World;

/// From so many addresses.
const ADDRESSES: u64 = 50;

/// One in so many is a wrong log-in, which costs a hash of a password: that much work is meant to be seldom.
const LOG_IN_EACH: u64 = 199;

/// A larger body than any that is read.
const TOO_LARGE: usize = 70 * 1024;

/// The kinds, as often as they come. Their number and that of the addresses have no common divisor, so that every address
/// sends every kind.
const KINDS: [Kind; 41] = {
    use Kind::*;
    [
        Bytes, Strange, Json, Tampered, Unsigned, Replay, Token, Stranger, //
        Bytes, Strange, Json, Tampered, Unsigned, Replay, Token, Stranger, //
        Bytes, Strange, Json, Tampered, Unsigned, Replay, Token, Stranger, //
        Bytes, Strange, Json, Tampered, Unsigned, Replay, Token, Stranger, //
        Large, Chunked, UnknownKey, Strange, Json, Large, Replay, UnknownKey, Claimed,
    ]
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// No HTTP at all.
    Bytes,
    /// Methods and paths that there are not.
    Strange,
    /// No JSON, or not what is expected.
    Json,
    /// Announces more than is read.
    Large,
    /// Sends more than is read, without a word before.
    Chunked,
    /// In the name of a server that is known, by a key that is not its own.
    UnknownKey,
    /// Signed by a server that is known, and changed since.
    Tampered,
    /// Signed by a server that is made up.
    Stranger,
    /// A notification that nobody signed.
    Unsigned,
    /// Signed by a server that is known, and sent before.
    Replay,
    /// An acceptance with a made-up token, in the name of a server that is made up.
    Token,
    /// The same in the name of a server that signs.
    Claimed,
    /// A log-in with a wrong password.
    LogIn,
}

impl Kind {
    /// With what it is refused; by a limit, everything may be.
    pub(crate) fn refused_with(self) -> &'static [u16] {
        match self {
            Self::Bytes => &[400],
            Self::Strange => &[401, 404, 405],
            Self::Json => &[400, 415],
            Self::Large | Self::Chunked => &[413],
            Self::UnknownKey | Self::Tampered | Self::Unsigned | Self::Claimed | Self::LogIn => {
                &[401]
            }
            // Nobody is there who could be asked.
            Self::Stranger | Self::Token => &[503],
            Self::Replay => &[425],
        }
    }

    /// Whether the other side may close without an answer: it was no request, or its answer was overtaken by the closing
    /// of a connection on which more was on its way.
    pub(crate) fn may_be_cut(self) -> bool {
        matches!(self, Self::Bytes | Self::Large | Self::Chunked)
    }
}

pub(crate) struct Bad {
    pub(crate) kind: Kind,
    pub(crate) from: Ipv4Addr,
    pub(crate) bytes: Vec<u8>,
}

/// The bad one of that number. No two are the same but those that are meant to be.
pub(crate) fn bad(world: &World, number: u64) -> Bad {
    let last = u8::try_from(1 + number % ADDRESSES).expect("they are few");
    let index = usize::try_from(number % KINDS.len() as u64).expect("they are few");
    let kind = if number.is_multiple_of(LOG_IN_EACH) {
        Kind::LogIn
    } else {
        KINDS[index]
    };
    Bad {
        kind,
        from: Ipv4Addr::new(127, 0, 1, last),
        bytes: bytes(world, kind, number),
    }
}

fn bytes(world: &World, kind: Kind, number: u64) -> Vec<u8> {
    let (url, dog) = (&world.server.url, &world.dog);
    let removal = || Dog::removal(&format!("mallory{number}"), None);
    let door = if number.is_multiple_of(2) {
        ACCEPTED
    } else {
        NOTIFICATIONS
    };
    // Nobody listens at port 9 of this machine.
    let host = format!("mallory{number}.localhost:9");
    let token = format!("invented-token-number-{number}");
    let by = |key_id: &str| {
        let key = SigningKey::generate([9; 32], key_id).expect("every 32 bytes are a key");
        Call::post(NOTIFICATIONS, removal()).signed(url, &key, now())
    };
    let accepts = |host: &str| json!({ "recipientProvider": host, "token": token, "userID": "mallory", "email": "", "name": "" });
    let call = match kind {
        Kind::Bytes => {
            let mut noise = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let bytes = std::iter::from_fn(|| {
                noise = noise.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                Some(noise.to_be_bytes()[0])
            });
            return bytes.take(300).chain(*b"\r\n\r\n").collect();
        }
        Kind::Chunked => {
            let head = format!(
                "POST {door} HTTP/1.1\r\nhost: cat\r\ncontent-type: application/json\r\n\
                 transfer-encoding: chunked\r\n\r\n{TOO_LARGE:x}\r\n"
            );
            return head
                .into_bytes()
                .into_iter()
                .chain(vec![b' '; TOO_LARGE])
                .collect();
        }
        Kind::Strange => match number % 5 {
            0 => Call::get("/wp-login.php"),
            1 => Call::get(door).method("BREW"),
            2 => Call::get("/../../etc/passwd"),
            3 => Call::get("/api/v1/me").method("DELETE"),
            _ => Call::get(&format!("/ocm/%00%ff/{number}")),
        },
        Kind::Json => match number % 4 {
            0 => Call::post(door, format!("{{\"number\": {number}")),
            1 => Call::post(door, "[".repeat(5_000)),
            2 => {
                Call::post(door, format!("<xml>{number}</xml>")).header("content-type", "text/xml")
            }
            _ => Call::post(door, json!({ "token": number }).to_string()),
        },
        Kind::Large => Call::post(door, vec![b' '; TOO_LARGE]),
        Kind::UnknownKey => by(&format!("{}#invented{number}", dog.host)),
        Kind::Tampered => dog
            .signed(NOTIFICATIONS, removal())
            .forged(Dog::removal("carol1", None)),
        Kind::Stranger => by(&format!("{host}#key1")),
        Kind::Unsigned => Call::post(NOTIFICATIONS, removal()),
        Kind::Replay => return world.replay.0.clone(),
        Kind::Token => Call::post(ACCEPTED, accepts(&host).to_string()),
        Kind::Claimed => Call::post(ACCEPTED, accepts(&dog.host).to_string()),
        Kind::LogIn => Call::post("/login", format!("name=bob&password=wrong{number}"))
            .header("content-type", "application/x-www-form-urlencoded"),
    };
    call.bytes(url)
}
