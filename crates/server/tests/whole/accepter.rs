//! What comes back from other servers when somebody here accepts: whatever they answer, nobody here is left guessing.
