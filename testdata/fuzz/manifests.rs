//! Any text as a manifest, with ignores in it, beside a Service with a finding that stays.

#![no_main]

use libfuzzer_sys::fuzz_target;
use svclint::{Options, Text, lint_texts};
use svclint_fuzz::{check, neighbour, neighbour_is_judged};

fuzz_target!(|text: &[u8]| {
    let text = String::from_utf8_lossy(text);
    let size = text.len();
    let texts = vec![Text::new("a.yaml", text), neighbour()];
    let report = lint_texts(texts, &Options::default().pedantic());
    check(&report, size);
    neighbour_is_judged(&report);
});
