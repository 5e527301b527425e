//! The API of our own page and of everybody's scripts.
