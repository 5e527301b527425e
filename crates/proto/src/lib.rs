//! What goes over the wire between OCM servers, and how it is signed.

pub mod digest;
pub mod keys;
pub mod signature;
