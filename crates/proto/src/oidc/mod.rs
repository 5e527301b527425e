//! What a provider of identities says (OpenID Connect Core and Discovery 1.0): of itself, and of somebody who logged in there.

mod claims;
mod id_token;
mod metadata;

pub use claims::Claims;
pub use id_token::{Expected, ID_TOKEN_BYTES_MAX, IdTokenError, key_id, verify};
pub use metadata::{ClientAuthentication, Metadata, MetadataError, configuration_url};
