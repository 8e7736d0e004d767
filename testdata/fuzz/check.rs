//! What holds for every report, whatever the texts are. That a run ends, and soon, is for libFuzzer
//! to see (`-timeout`).

use serde_json::Value;
use svclint::report::{Root, json, sarif};
use svclint::{Diagnostic, Report, Span, Text};

/// A text beside the fuzzed ones: what it is told does not depend on them.
pub const NEIGHBOUR: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: beside}\n\
                             spec: {clusterIP: None, ports: [{port: 0}]}\n";

/// [`NEIGHBOUR`], as a file in a directory of its own.
pub fn neighbour() -> Text {
    Text::new("beside/a.yaml", NEIGHBOUR)
}

/// Of how many inputs one is reported as SARIF, which takes as long as all else together: a log
/// holds the pages of all rules.
const SARIF_OF: usize = 32;

/// Fails if a place lies outside its text, or a report cannot be read. `size` is that of the input.
pub fn check(report: &Report, size: usize) {
    let found = report.diagnostics.iter().flat_map(spans);
    let suppressed = report.suppressed.iter();
    let suppressed = suppressed.flat_map(|it| spans(&it.diagnostic).chain([it.span]));
    let unverified = report.unverified.iter().map(|it| it.span);
    let skipped = report.skipped.iter().map(|it| it.span);
    for span in found.chain(suppressed).chain(unverified).chain(skipped) {
        let text = report.sources.get(span.source).text();
        assert!(text.get(span.range()).is_some(), "{span:?}");
    }
    let mut out = Vec::new();
    json(report, &mut out).expect("memory takes everything");
    serde_json::from_slice::<Value>(&out).expect("a report is JSON");
    if size.is_multiple_of(SARIF_OF) {
        out.clear();
        sarif(report, &Root::default(), &mut out).expect("memory takes everything");
        serde_json::from_slice::<Value>(&out).expect("a log is JSON");
    }
}

/// Fails if the neighbour's port is not refused as ever.
pub fn neighbour_is_judged(report: &Report) {
    let mut found = report.diagnostics.iter();
    assert!(found.any(|found| {
        let source = report.sources.get(found.primary.span.source);
        source.name.ends_with("beside/a.yaml") && found.rule == "invalid-service-port"
    }));
}

fn spans(found: &Diagnostic) -> impl Iterator<Item = Span> {
    let edits = found.fix.iter().flat_map(|fix| &fix.edits);
    let related = found.related.iter().map(|label| label.span);
    let own = std::iter::once(found.primary.span);
    own.chain(related).chain(edits.map(|edit| edit.span))
}
