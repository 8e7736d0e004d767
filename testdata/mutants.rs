//! Ten seconds of mutants of everything that is read: manifests with ignores in them,
//! configurations, baselines, kustomizations. Whatever a text is, the run ends soon and without a
//! panic, every place lies in its text, the texts beside it are judged as ever, and the reports can
//! be read.

#![allow(clippy::unwrap_used)]

use serde_json::Value;
use snapbox::dir::DirRoot;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use svclint::report::{Root, json, sarif};
use svclint::{Diagnostic, Options, Report, Span, Text, lint_paths, lint_texts};

/// How long each of the tests goes on.
const TIME: Duration = Duration::from_secs(2);

/// What one text may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

/// A text beside the mutants: what it is told does not depend on them.
const NEIGHBOUR: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: beside}\n\
                         spec: {clusterIP: None, ports: [{port: 0}]}\n";

const MANIFEST: &str = "\
# svclint: ignore-file[duplicate-key] generated
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations:
    svclint/ignore: target-port-name-not-found # known
spec:
  selector: {app: web, tier: \"front\"}
  ports:
  - name: http # svclint: ignore[invalid-service-port] rewritten
    port: 80
    targetPort: htpp
  - {name: B, port: 99999, protocol: TCPP}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: &labels {app: web, tier: front}}
    spec:
      containers:
      - name: c
        image: i
        args: [\"--upstream=http://wbe.shop.svc:81/\"]
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {port: http, path: /ready}}
---
apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: {name: web, namespace: shop}
  spec:
    rules:
    - http:
        paths:
        - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: htpp}}}}
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: p, namespace: shop}
  spec:
    podSelector: {matchLabels: *labels}
    ingress: [{ports: [{port: 8081}]}]
";

const CONFIG: &str = "\
rules: {ports: warning, duplicate-key: error, target-port-not-exposed: off}
select: [missing-readiness-probe]
ignore: [policies]
exclude: [vendor/, '*.gen.yaml']
scopes: [{name: shop, paths: [a, b/*.yaml], namespace: shop}]
namespace: web
kube-version: 1.30
node-port-range: 30000-31000
external:
  services: [{name: db-*, namespace: data, reason: elsewhere}]
  pods: [{labels: {app: redis, role: '*'}, namespace: data, reason: operator}]
ignores:
  - {rule: duplicate-key, object: Service/web, path: a/, reason: known, until: 2027-01-31}
require-reason: true
";

const KUSTOMIZATION: &str = "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop
namePrefix: x-
resources: [a.yaml, ../base, \"https://example.com/x\"]
components: [c]
commonLabels: {app: web}
patches:
- path: patch.yaml
- patch: |-
    - op: replace
      path: /spec/ports/0/port
      value: 81
  target: {kind: Service, name: web}
configMapGenerator:
- {name: c, literals: [a=b]}
";

/// xorshift64*: the same mutants in every run, as far as the time goes.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }

    fn range(&mut self, text: &str, longest: usize) -> std::ops::Range<usize> {
        let start = text.floor_char_boundary(self.below(text.len() + 1));
        let end = start + self.below(longest + 1);
        start..text.ceil_char_boundary(end.min(text.len()))
    }

    fn mutant(&mut self, seed: &str) -> String {
        const PIECES: &[&str] = &[
            " ",
            "\n",
            "\t",
            "\r",
            "\0",
            ": ",
            "- ",
            "#",
            "\"",
            "'",
            "\\",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&a ",
            "*a",
            "!!int ",
            "<<: ",
            "|",
            ">-",
            "?",
            "---\n",
            "...\n",
            "{{ x }}",
            "${X}",
            "~",
            "0",
            "-1",
            "99999999999",
            "1e400",
            "0x10",
            "on",
            "\u{feff}",
            "\u{85}",
            "\u{2028}",
            "\u{202e}",
            "\u{1f980}",
            "kind: Secret\n",
            "kind: List\nitems:\n",
            "apiVersion: v2\n",
            "*",
            "**/",
            "[a-",
            "$patch: delete\n",
            "# svclint: ignore[",
            "]",
            "svclint/ignore: x\n",
            "name: web\n",
            "port: 80\n",
            "../../",
            "/etc/passwd",
            "x-",
        ];
        let mut text = seed.to_owned();
        for _ in 0..=self.below(4) {
            let range = self.range(&text, 12);
            match self.below(6) {
                0 => text.replace_range(range, ""),
                1 => {
                    let copy = text[self.range(&text.clone(), 80)].to_owned();
                    text.insert_str(range.start, &copy);
                }
                2 => {
                    let end = range.start.max(text.len() / 2);
                    text.truncate(text.floor_char_boundary(end));
                }
                3 => {
                    let piece = PIECES[self.below(PIECES.len())];
                    text.insert_str(range.start, &piece.repeat(1 + self.below(40)));
                }
                _ => text.replace_range(range, PIECES[self.below(PIECES.len())]),
            }
            let end = text.floor_char_boundary(text.len());
            text.truncate(end);
        }
        text
    }
}

/// Does something with mutants for a while.
fn with_mutants(seeds: &[&str], number: u64, mut run: impl FnMut(String)) {
    let mut random = Random(0x5eed + number);
    let started = Instant::now();
    let mut count = 0;
    while started.elapsed() < TIME || count < 20 {
        let mutant = random.mutant(seeds[count % seeds.len()]);
        let before = Instant::now();
        run(mutant.clone());
        let took = before.elapsed();
        assert!(took < LIMIT, "{took:?}: {mutant:?}");
        count += 1;
    }
}

fn spans(found: &Diagnostic) -> impl Iterator<Item = Span> {
    let edits = found.fix.iter().flat_map(|fix| &fix.edits);
    let related = found.related.iter().map(|label| label.span);
    let own = std::iter::once(found.primary.span);
    own.chain(related).chain(edits.map(|edit| edit.span))
}

/// Holds a report to what is true of every one.
fn check(report: &Report, of: &str) {
    let found = report.diagnostics.iter().flat_map(spans);
    let suppressed = report.suppressed.iter();
    let suppressed = suppressed.flat_map(|it| spans(&it.diagnostic).chain([it.span]));
    let unverified = report.unverified.iter().map(|it| it.span);
    let skipped = report.skipped.iter().map(|it| it.span);
    for span in found.chain(suppressed).chain(unverified).chain(skipped) {
        let text = report.sources.get(span.source).text();
        assert!(text.get(span.range()).is_some(), "{span:?}: {of:?}");
    }
    let read = |write: &dyn Fn(&mut Vec<u8>)| -> Value {
        let mut out = Vec::new();
        write(&mut out);
        serde_json::from_slice(&out).unwrap_or_else(|error| panic!("{error}: {of:?}"))
    };
    let log = read(&|out| sarif(report, &Root::default(), out).unwrap());
    let results = log["runs"][0]["results"].as_array().unwrap().len();
    let document = read(&|out| json(report, out).unwrap());
    let listed = document["diagnostics"].as_array().unwrap().len();
    assert_eq!(listed, report.diagnostics.len(), "{of:?}");
    assert!(results <= listed, "{of:?}");
}

fn neighbour() -> Text {
    Text::new("beside/a.yaml", NEIGHBOUR)
}

fn is_told_of_its_port(report: &Report) -> bool {
    let of_neighbour = |found: &&Diagnostic| {
        let source = report.sources.get(found.primary.span.source);
        source.name.ends_with("beside/a.yaml")
    };
    let mut found = report.diagnostics.iter().filter(of_neighbour);
    found.any(|found| found.rule == "invalid-service-port")
}

#[test]
fn manifests() {
    let options = Options::default().pedantic();
    with_mutants(&[MANIFEST, NEIGHBOUR], 1, |text| {
        let texts = vec![Text::new("a.yaml", text.clone()), neighbour()];
        let report = lint_texts(texts, &options);
        check(&report, &text);
        assert!(is_told_of_its_port(&report), "{text:?}");
    });
}

#[test]
fn configurations_and_baselines() {
    let known = "version: 1\nfindings:\n- rule: invalid-service-port\n  object: Service/web\n  \
                 message: x\n  fingerprint: 0123456789abcdef\n  count: 2\n";
    let manifests = || vec![Text::new("a.yaml", MANIFEST), neighbour()];
    with_mutants(&[CONFIG, known], 2, |text| {
        let config = Options::from_config(".svclint.yaml", text.clone());
        let baseline = Options::default().baseline("known.yaml", text.clone());
        for options in [config, baseline] {
            let report = match options {
                Ok(options) => lint_texts(manifests(), &options),
                Err(invalid) => Report::from(invalid),
            };
            check(&report, &text);
        }
    });
}

#[test]
fn kustomizations() {
    let scratch = DirRoot::mutable_temp().unwrap();
    let here = scratch.path().unwrap();
    let write = |path: &Path, text: &str| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(&here.join("beside/a.yaml"), NEIGHBOUR);
    write(&here.join("overlay/a.yaml"), MANIFEST);
    write(&here.join("base/a.yaml"), MANIFEST);
    write(
        &here.join("overlay/patch.yaml"),
        "spec: {ports: [{port: 1}]}\n",
    );
    let base = "resources: [a.yaml]\n";
    with_mutants(&[KUSTOMIZATION, KUSTOMIZATION, base], 3, |text| {
        write(&here.join("overlay/kustomization.yaml"), &text);
        write(&here.join("base/kustomization.yaml"), base);
        let report = lint_paths([here], &Options::default());
        check(&report, &text);
        assert!(is_told_of_its_port(&report), "{text:?}");
    });
}

/// Four times the text takes about four times as long.
#[test]
fn large_texts_take_time_by_their_size() {
    const SIZE: usize = if cfg!(debug_assertions) {
        20_000
    } else {
        200_000
    };
    let mut random = Random(0x11_0ea5);
    let took = |text: &str| {
        let started = Instant::now();
        let report = lint_texts(vec![Text::new("a.yaml", text)], &Options::default());
        check(&report, "a large text");
        started.elapsed()
    };
    for seed in [MANIFEST, NEIGHBOUR, CONFIG, KUSTOMIZATION] {
        let document = random.mutant(seed) + "\n---\n";
        let of_size = |size: usize| document.repeat(size / document.len() + 1);
        let (small, large) = (took(&of_size(SIZE)), took(&of_size(4 * SIZE)));
        let most = 16 * small + Duration::from_secs(5);
        assert!(large < most, "{small:?}, {large:?}: {document:?}");
    }
}
