//! What goes over the wire between OCM servers, and how it is signed.
//!
//! Nothing here reads a clock, opens a socket or waits: texts and bytes go in, values or named errors come out. The
//! specification is draft-ietf-ocm-open-cloud-mesh; where servers in the field differ from it, reading is lenient and
//! writing is what all of them understand.

pub mod address;
pub mod digest;
pub mod directory;
pub mod discovery;
pub mod identity;
pub mod invite;
pub mod keys;
pub mod language;
pub mod limits;
pub mod messages;
pub mod ocmproviders;
pub mod oidc;
pub mod pairs;
pub mod problem;
pub mod signature;
pub mod text;
pub mod texts;
