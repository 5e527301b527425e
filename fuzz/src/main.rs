//! One target under libFuzzer, named by `SYMBOLON_FUZZ`; started by `scripts/fuzz`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use symbolon_fuzz::chosen;

fuzz_target!(|bytes: &[u8]| chosen()(bytes));
