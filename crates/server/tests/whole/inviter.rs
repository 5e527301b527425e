//! What other servers, and strangers, send to the doors for servers: each gets a clear answer, and nothing is written for it.
