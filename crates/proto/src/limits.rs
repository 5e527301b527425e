//! How large anything may be that comes from outside, each with its unit and reason.

/// Bytes of a request body to `/ocm/*`. The largest known message is below 2 KiB; Nextcloud refuses to sign more than 50,000.
pub const OCM_REQUEST_BYTES: usize = 64 * 1024;

/// Bytes of an answer of another server to one of our messages.
pub const PEER_ANSWER_BYTES: usize = 64 * 1024;

/// Bytes of a discovery document or key set: what the strictest known reader allows.
pub const DISCOVERY_BYTES: usize = 1024 * 1024;

/// Bytes of a person's identifier on another server: what Nextcloud can store.
pub const IDENTIFIER_BYTES: usize = 1024;

/// Characters of a person's name.
pub const NAME_CHARS: usize = 255;

/// Characters of an e-mail address (RFC 5321: 64 before the `@`, 255 behind it).
pub const EMAIL_CHARS: usize = 320;

/// Characters of what another server says to a message of ours that are kept: for administrators, who want all of it.
pub const SAID_CHARS: usize = 2_000;

/// Characters of it that are shown to people, in one line.
pub const SAID_LINE_CHARS: usize = 200;

/// Characters of the note with which an administrator decides about a server.
pub const RULE_NOTE_CHARS: usize = 200;

/// Characters of what administrators write down about a server, line breaks included.
pub const PEER_NOTE_CHARS: usize = 1000;

/// Characters of the note on an invitation.
pub const NOTE_CHARS: usize = 1000;

/// Bytes of an invite token. Ours have 32; some servers use UUIDs, some 64 hexadecimal digits.
pub const TOKEN_BYTES: usize = 256;

/// Bytes of a server's name: a DNS name of 253, brackets, and a port.
pub const PROVIDER_BYTES: usize = 261;

/// Bytes of whatever a person pastes to accept an invitation.
pub const PASTED_BYTES: usize = 8 * 1024;

/// Digests of how many groups of buckets one message of a sync asks for: 2,732 bytes each in the answer.
pub const SYNC_GROUPS: usize = 16;

/// How many buckets one message of a sync is about: with a million connections between two servers, 16 each.
pub const SYNC_BUCKETS: usize = 256;

/// How many claims are read in one message of a sync.
pub const SYNC_CLAIMS: usize = 1000;

/// Bytes of claims that are written into one message of a sync; the rest of 64 KiB is for what stands around them.
pub const SYNC_CLAIMS_BYTES: usize = 48 * 1024;

/// Bytes of the name of a server's memory. Ours have 26.
pub const SYNC_LEDGER_BYTES: usize = 64;
