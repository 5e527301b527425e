//! How Nextcloud 31 to 34 signs its messages and looks at those of others, as its source does it and not as this server
//! does: the two meet in tests.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use symbolon_proto::digest::legacy_digest;
use symbolon_proto::keys::{Algorithm, PublicPem, RsaKey};
use symbolon_proto::signature::{MessageParts, cavage};
use url::{Position, Url};

use super::net::Net;
use super::wire::{Asked, text};

/// How old a message may be, in seconds. There is no bound in the other direction.
const AGE_MAX_SECS: i64 = 300;

/// What has to be covered; the target of the request always is.
const COVERED: [&str; 4] = ["date", "host", "content-length", "digest"];

/// RSA keys for a double and for this server: making them takes long, so all worlds share the two.
pub fn rsa(here: bool) -> RsaKey {
    static KEYS: [OnceLock<RsaKey>; 2] = [OnceLock::new(), OnceLock::new()];
    let make = || {
        let made = RsaKey::generate().expect("the library makes keys");
        RsaKey::from_pem(&made, "unnamed").expect("it reads what it has made")
    };
    KEYS[usize::from(here)].get_or_init(make).clone()
}

/// The keys that were seen, by host: id and PEM. One that changes under its id is not believed.
pub type Signatories = HashMap<String, (String, String)>;

/// What a signature is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// One of the headers that are looked for is not there.
    Unsigned,
    /// It does not hold.
    Invalid(&'static str),
    /// This host signed.
    Signed(String),
}

/// Signs a message to another server.
pub fn sign(asked: &mut Asked, key: &RsaKey, now_secs: i64) {
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(now_secs.cast_unsigned());
    for (name, value) in [
        ("date", httpdate::fmt_http_date(date)),
        ("content-length", asked.body.len().to_string()),
        ("digest", legacy_digest(&asked.body)),
    ] {
        asked.headers.push((name.to_owned(), value));
    }
    let view = asked.view();
    let message = MessageParts::request("POST", asked.url.as_str(), &view);
    let signed = cavage::sign(&message, key).expect("all of it is there");
    asked.headers.push(("signature".to_owned(), signed));
}

/// Who signed a message, after a look at how they describe themselves at that path.
pub async fn origin(
    net: &Net,
    asked: &Asked,
    description: &str,
    known: Signatories,
) -> (Origin, Signatories) {
    let mut known = known;
    let found = match read(asked, net.now_secs()) {
        Ok(None) => Origin::Unsigned,
        Err(why) => Origin::Invalid(why),
        Ok(Some(signed)) => match signed.verify(net, description, &mut known).await {
            Ok(host) => Origin::Signed(host),
            Err(why) => Origin::Invalid(why),
        },
    };
    (found, known)
}

/// A signature whose message fits, as far as that can be said without a key.
struct Signed {
    key_id: String,
    algorithm: Algorithm,
    text: String,
    signature: Vec<u8>,
}

fn read(asked: &Asked, now_secs: i64) -> Result<Option<Signed>, &'static str> {
    let needed = ["date", "content-length", "digest", "signature"];
    let [date, length, digest, signature] = needed.map(|name| asked.header(name));
    let (Some(date), Some(length), Some(digest), Some(signature)) =
        (date, length, digest, signature)
    else {
        return Ok(None);
    };
    // No space behind a comma, and everything in quotes.
    let mut parameters = HashMap::new();
    for parameter in signature.split(',') {
        let pair = parameter.split_once("=\"");
        let pair = pair.and_then(|(name, value)| Some((name, value.strip_suffix('"')?)));
        let (name, value) = pair.ok_or("a parameter that is not quoted")?;
        parameters.insert(name, value);
    }
    let of = |name: &str| {
        parameters
            .get(name)
            .copied()
            .ok_or("a parameter is missing")
    };
    let names: Vec<&str> = of("headers")?.split(' ').collect();
    if COVERED.iter().any(|name| !names.contains(name)) {
        return Err("a header that must be covered is not");
    }
    if length != asked.body.len().to_string() || asked.body.len() > 50_000 {
        return Err("the length of the body");
    }
    let legacy = legacy_digest(&asked.body);
    if digest != legacy {
        return Err("the digest of the body");
    }
    let date_secs = httpdate::parse_http_date(date).map_err(|_| "the date")?;
    let date_secs = date_secs.duration_since(SystemTime::UNIX_EPOCH);
    let date_secs = date_secs.map_err(|_| "the date")?.as_secs().cast_signed();
    if date_secs < now_secs - AGE_MAX_SECS {
        return Err("the message is too old");
    }
    let host = &asked.url[Position::BeforeHost..Position::AfterPort];
    let target = &asked.url[Position::BeforePath..Position::AfterQuery];
    let method = asked.method.as_str().to_lowercase();
    let mut lines = vec![format!("(request-target): {method} {target}")];
    for name in names.iter().filter(|name| **name != "(request-target)") {
        let value = match *name {
            "host" => host,
            name => asked.header(name).ok_or("a covered header is missing")?,
        };
        lines.push(format!("{name}: {value}"));
    }
    let signature = STANDARD.decode(of("signature")?);
    Ok(Some(Signed {
        key_id: of("keyId")?.to_owned(),
        // Names that it does not know are taken for the older one.
        algorithm: match of("algorithm")? {
            "rsa-sha512" => Algorithm::RsaPkcs1Sha512,
            _ => Algorithm::RsaPkcs1Sha256,
        },
        text: lines.join("\n"),
        signature: signature.map_err(|_| "the signature is not base64")?,
    }))
}

impl Signed {
    async fn verify(
        &self,
        net: &Net,
        description: &str,
        known: &mut Signatories,
    ) -> Result<String, &'static str> {
        let key_url = Url::parse(&self.key_id).map_err(|_| "the key id is no address")?;
        let host = key_url[Position::BeforeHost..Position::AfterPort].to_owned();
        let asked = Asked::get(&format!("https://{host}{description}"));
        let said = net.send(asked).await.ok_or("its server does not answer")?;
        let key = said.value()["publicKey"].clone();
        if text(&key, "keyId") != self.key_id {
            return Err("another key is published");
        }
        let pem = text(&key, "publicKeyPem").to_owned();
        let (key_id, before) = known
            .entry(host.clone())
            .or_insert_with(|| (self.key_id.clone(), pem.clone()));
        if *key_id == self.key_id && *before != pem {
            return Err("the key has changed under its name");
        }
        (*key_id, *before) = (self.key_id.clone(), pem.clone());
        let key = PublicPem::parse(&pem).map_err(|_| "the key cannot be read")?;
        let key = key.verifier(self.algorithm);
        let key = key.map_err(|_| "the key cannot be used")?;
        match key.verify(self.text.as_bytes(), &self.signature) {
            true => Ok(host),
            false => Err("the signature does not fit"),
        }
    }
}
