//! The rules under a model checker: every order of every gesture, message, crash and restore within bounds.
//!
//! [`rules`] are the real functions of `core`, each of which can be exchanged for a wrong one. [`steps`] is what the store
//! does around them in one transaction each. [`moves`] are the choices that the world has in a [`state`], [`quiet`] is the world when
//! nobody acts any more, and [`promises`] is what must hold. [`scenarios`] are the bounds.

pub mod moves;
pub mod promises;
pub mod quiet;
pub mod rules;
pub mod scenarios;
pub mod state;
pub mod steps;
