//! Any text as a configuration, and as a baseline.

#![no_main]

use libfuzzer_sys::fuzz_target;
use svclint::{Options, Report, Text, lint_texts};
use svclint_fuzz::{check, neighbour};

const MANIFEST: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n\
                        spec: {selector: {app: web}, ports: [{port: 0}, {port: 80}]}\n";

fuzz_target!(|text: &str| {
    let config = Options::from_config(".svclint.yaml", text);
    let baseline = Options::default().baseline("known.yaml", text);
    for options in [config, baseline] {
        let report = match options {
            Ok(options) => {
                let texts = vec![Text::new("a/b.yaml", MANIFEST), neighbour()];
                lint_texts(texts, &options)
            }
            Err(invalid) => Report::from(invalid),
        };
        check(&report, text.len());
    }
});
