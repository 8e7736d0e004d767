//! Hostile and broken texts: never a panic, a hang or a stack overflow, and always a place.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Service;
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use svclint::kube::KubeVersion;
use svclint::text::source::SourceId;
use svclint::yaml::cursor::Cursor;
use svclint::yaml::decode::{Decoded, decode};
use svclint::yaml::reader::Reader;
use svclint::yaml::tree::Tree;
use svclint::yaml::{SyntaxError, documents, parse};

/// What reading a text in every way may take, on a busy machine; otherwise it is under a second.
const LIMIT: Duration = Duration::from_secs(10);

/// Programs without optimisation get smaller texts.
const SCALE: usize = if cfg!(debug_assertions) { 20 } else { 1 };

/// Reads a text in every way there is. Returns the messages of everything that is wrong with it.
fn read(text: &str) -> Vec<String> {
    let mut errors = Vec::new();
    let mut tree = Tree::new(text);
    for document in documents(text) {
        assert!(text.get(document.range.clone()).is_some());
        let mut all = document.problems.clone();
        let parsed = parse(&mut tree, &document);
        for comment in tree.comments() {
            assert!(text[comment.start as usize..comment.end as usize].starts_with('#'));
        }
        match parsed {
            Ok(()) => errors.extend(read_tree(&tree)),
            Err(error) => all.push(error),
        }
        for SyntaxError { range, message, .. } in all {
            let place = range.start as usize..range.end as usize;
            assert!(text.get(place).is_some(), "{message} at {range:?}");
            errors.push(message);
        }
    }
    errors
}

fn read_tree(tree: &Tree<'_>) -> Vec<String> {
    let Some(root) = tree.root() else {
        return Vec::new();
    };
    let mut errors = Vec::new();
    let mut reader = Reader::new(tree, SourceId(0));
    for id in tree.ids() {
        let span = reader.span(id);
        assert!(tree.text().get(span.range()).is_some(), "{span:?}");
    }
    errors.extend(
        reader
            .conversion_errors()
            .iter()
            .map(|error| error.message.clone()),
    );
    for repeated in reader.repeated_keys() {
        assert!(reader.span(repeated.lost).start < reader.span(repeated.kept).start);
    }
    if let Some(last) = tree.ids().next_back() {
        reader.path_to(last);
    }
    let mut note = |found: (usize, usize)| {
        if found.0 + found.1 > 0 {
            errors.push(format!(
                "{} type errors, {} unknown fields",
                found.0, found.1
            ));
        }
    };
    note(counts(&decode::<Deployment>(
        &mut reader,
        root,
        &KubeVersion::NEWEST,
    )));
    note(counts(&decode::<Service>(
        &mut reader,
        root,
        &KubeVersion::NEWEST,
    )));
    note(counts(&decode::<serde_json::Value>(
        &mut reader,
        root,
        &KubeVersion::NEWEST,
    )));
    let reader = Reader::new(tree, SourceId(0));
    if let Some(cursor) = Cursor::root(&reader) {
        for name in ["apiVersion", "kind", "metadata", "spec", "data", "status"] {
            cursor.get(name);
        }
        cursor.entries();
    }
    errors
}

fn counts<T>(decoded: &Decoded<T>) -> (usize, usize) {
    (decoded.errors.len(), decoded.unknown.len())
}

/// Runs a closure where the stack is small, as in a worker thread.
fn with_small_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no panic")
}

/// Reads a text within the limit of time. Returns the first message, or nothing.
fn first_error(name: &str, text: String) -> String {
    let started = Instant::now();
    let errors = with_small_stack(move || read(&text));
    let took = started.elapsed();
    assert!(took < LIMIT, "{name} took {took:?}");
    errors.into_iter().next().unwrap_or_default()
}

fn nested(open: &str, depth: usize, close: &str) -> String {
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

const TOO_DEEP: &str = "document nests deeper than 1000 levels";

#[test]
fn deep_nesting_is_refused() {
    let mut indented = String::new();
    for depth in 0..2000 {
        let _ = writeln!(indented, "{}a:", " ".repeat(depth));
    }
    let cases = [
        ("lists in brackets", "[".repeat(100_000)),
        ("mappings in braces", "{a: ".repeat(100_000)),
        ("JSON", "{\"a\":".repeat(100_000)),
        ("JSON lists", nested("[", 100_000, "]")),
        ("items", "- ".repeat(100_000)),
        ("keys", "? ".repeat(100_000)),
        ("both", "- ? ".repeat(100_000)),
        ("indentation", indented),
    ];
    for (name, text) in cases {
        assert_eq!(first_error(name, text), TOO_DEEP, "{name}");
    }
}

#[test]
fn what_nests_less_deeply_is_read() {
    for (name, text) in [
        ("lists in brackets", nested("[", 999, "]")),
        ("mappings in braces", nested("{a: ", 999, "}")),
        ("JSON", nested("{\"a\":", 999, "}")),
        ("items", nested("- ", 999, "")),
    ] {
        let error = first_error(name, text);
        assert!(error.contains("type error"), "{name}: {error}");
    }
}

#[test]
fn aliases_cannot_run_away() {
    let mut levels = "a0: &a0 x\n".to_owned();
    let mut merges = "m0: &m0 {k: v}\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        let items = vec![format!("*a{below}"); 10].join(", ");
        let _ = writeln!(levels, "a{level}: &a{level} [{items}]");
        let sources = vec![format!("*m{below}"); 10].join(", ");
        let _ = writeln!(
            merges,
            "m{level}: &m{level} {{k{level}: v, <<: [{sources}]}}"
        );
    }
    let mut deep = "d0: &d0 [1]\n".to_owned();
    for level in 1..3000 {
        let _ = writeln!(deep, "d{level}: &d{level} [*d{}]", level - 1);
    }
    // Few aliases, each of which leads deep.
    let mut deep_steps = format!("s0: &s0 {}\n", nested("[", 500, "]"));
    for level in 1..4 {
        let step = nested("[", 500, "]").replace('1', &format!("*s{}", level - 1));
        let _ = writeln!(deep_steps, "s{level}: &s{level} {step}");
    }
    let excessive = "aliases repeat too much of the document";
    assert_eq!(first_error("aliases", levels), excessive);
    assert_eq!(first_error("merges", merges), excessive);
    assert_eq!(first_error("chain", deep), excessive);
    assert_eq!(first_error("deep steps", deep_steps), TOO_DEEP);
    let itself = "anchor `&a` contains itself";
    for text in [
        "a: &a [*a]",
        "&a {b: {<<: *a}}",
        "&a\n? *a\n: 1",
        "a: &a\n- b: *a\n",
    ] {
        assert_eq!(first_error(text, text.to_owned()), itself);
    }
}

#[test]
fn large_documents_are_read_in_time() {
    let numbered = |count: usize, line: &dyn Fn(usize) -> String| {
        (0..count).map(line).collect::<Vec<_>>().concat()
    };
    let mut aliases = numbered(100_000 / SCALE, &|n| format!("k{n}: &a{n} v\n"));
    aliases += &numbered(1000 / SCALE, &|n| format!("r{n}: *a{n}\n"));
    let merged = numbered(1000 / SCALE, &|n| {
        format!("b{n}: &b{n} {{x{n}: 1, <<: {{y: 2}}}}\n")
    });
    let cases = [
        (
            "keys",
            numbered(300_000 / SCALE, &|n| format!("key{n}: value\n")),
        ),
        ("equal keys", "key: value\n".repeat(300_000 / SCALE)),
        (
            "labels",
            format!(
                "metadata:\n  labels:\n{}",
                "    a: 1\n".repeat(100_000 / SCALE)
            ),
        ),
        (
            "wrong labels",
            format!(
                "metadata:\n  labels:\n{}",
                numbered(100_000 / SCALE, &|n| format!("    a{n}: on\n"))
            ),
        ),
        (
            "unknown fields",
            numbered(100_000 / SCALE, &|n| format!("{{x{n}: 1}}: 2\n")),
        ),
        ("numbers without JSON", "- .inf\n".repeat(100_000 / SCALE)),
        (
            "repeated keys without JSON",
            "a: .inf\n".repeat(100_000 / SCALE),
        ),
        ("anchors", aliases),
        ("merges", merged),
        ("tags", "- !!str x\n".repeat(100_000 / SCALE)),
        ("comments", "# c\n".repeat(300_000 / SCALE)),
        (
            "comments before a value",
            format!("a:\n{}  b\n", "  # c\n".repeat(300_000 / SCALE)),
        ),
        (
            "one long line",
            format!("a: {}\n", "x ".repeat(4_000_000 / SCALE)),
        ),
        (
            "one long string",
            format!("a: \"{}\"\n", "\\t".repeat(2_000_000 / SCALE)),
        ),
        (
            "a string of many lines",
            format!("a: '{}'\n", "x\n  ".repeat(500_000 / SCALE)),
        ),
        (
            "a block scalar",
            format!("a: |\n{}", "  x\n".repeat(1_000_000 / SCALE)),
        ),
        ("empty lines", "\n".repeat(4_000_000 / SCALE)),
        ("documents", "a: 1\n---\n".repeat(50_000 / SCALE)),
        ("bad separators", "--- x\n".repeat(50_000 / SCALE)),
        ("document ends", "...\n".repeat(500_000 / SCALE)),
        ("JSON objects", "{\"a\": 1}\n".repeat(100_000 / SCALE)),
        (
            "JSON keys",
            format!(
                "{{{}\"z\":1}}",
                numbered(300_000 / SCALE, &|n| format!("\"k{n}\":[{n}],"))
            ),
        ),
        (
            "JSON without end",
            format!("{{\"a\": [{}", "1,".repeat(1_000_000 / SCALE)),
        ),
        (
            "JSON, then YAML",
            format!("{{\"a\":1}}\n---\n{}", "a: 1\n---\n".repeat(20_000 / SCALE)),
        ),
    ];
    for (name, text) in cases {
        first_error(name, text);
    }
}

#[test]
fn many_oddities_are_read_in_time() {
    let cases = [
        ("tabs", "a: b\n \t\n".repeat(100_000 / SCALE)),
        (
            "tabs in brackets",
            format!("a: [\n{}]\n", "\t\"b\",\n".repeat(5_000 / SCALE)),
        ),
        (
            "a string without end",
            format!("a: \"{}", "b: 1\n".repeat(200_000 / SCALE)),
        ),
        (
            "strings that go on too far left",
            "a: 'b\nc'\n".repeat(5_000 / SCALE),
        ),
        (
            "comments without a space",
            "a: \"b\"#c\n".repeat(5_000 / SCALE),
        ),
        ("prefixes in brackets", "- [a::]\n".repeat(5_000 / SCALE)),
        ("escaped quotes", "- \"it\\'s\"\n".repeat(5_000 / SCALE)),
        (
            "line separators",
            "- \"a\u{2028}b\"\n".repeat(5_000 / SCALE),
        ),
        (
            "question marks",
            format!("{}\n", "? a\n".repeat(5_000 / SCALE)),
        ),
        ("brackets", "[]\n".repeat(5_000 / SCALE)),
        ("templates", "a: {{ .x }}\n".repeat(5_000 / SCALE)),
    ];
    for (name, text) in cases {
        first_error(name, text);
    }
}

const SAMPLE: &str = "# A sample with a bit of everything.\r
---\n\
apiVersion: apps/v1\n\
kind: Deployment   # trailing\n\
metadata: &meta\n\
\x20 name: \"we\\u00e4b\"\n\
\x20 labels: {app: 'we''b', \"tier\": ü, list: [1, 2.5, [::]]}\n\
spec:\n\
\x20 replicas: 0x3\n\
\x20 template:\n\
\x20   metadata: *meta\n\
\x20   spec:\n\
\x20     containers:\n\
\x20     - name: c\n\
\x20       image: nginx:1.27\n\
\x20       args: [\"-c\", 'x\n\
\x20         y', !!str on]\n\
\x20       command:\n\
\x20       - sh\n\
\x20       -   |+\n\
\x20         echo  hi\n\
\n\
\x20          there\n\
\x20       - >-\n\
\x20         folded\n\
\x20         text\n\
\x20       <<: {stdin: yes}\n\
\x20     -\n\
\x20     - ? tty\n\
\x20       : ~\n\
...\n\
dropped: 1\n\
--- # next\n\
{\"apiVersion\": \"v1\",\t\"kind\": \"Service\", \"spec\": {\"ports\": [{\"port\": 80}]}}\n";

#[test]
fn a_text_may_end_anywhere() {
    with_small_stack(|| {
        for end in 0..=SAMPLE.len() {
            let (Some(head), Some(tail)) = (SAMPLE.get(..end), SAMPLE.get(end..)) else {
                continue;
            };
            read(head);
            read(tail);
        }
    });
}

/// xorshift64*: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }
}

const PIECES: &[&str] = &[
    " ", "\n", "\t", "\r", ":", ": ", "- ", "? ", "#", " #", "\"", "'", "\\", "[", "]", "{", "}",
    ",", "&a ", "*a", "!", "!!int ", "|", ">", "|2-", "<<: ", "---", "...", "%", "@", "`", "é",
    "\u{85}", "\u{2028}", "\u{feff}", "\u{0}", "~", "0", "\n  ", "\n- ", "{{", "}}", "a", "a: ",
    "\n b", "x\n",
];

/// Runs a closure with random numbers again and again for a while.
fn for_a_while(run: impl Fn(&mut Random) + Send + 'static) {
    with_small_stack(move || {
        let started = Instant::now();
        let mut random = Random(0x5eed);
        for _ in 0..40_000 {
            run(&mut random);
            if started.elapsed() > Duration::from_secs(2) {
                break;
            }
        }
    });
}

#[test]
fn any_mutation_is_read() {
    for_a_while(|random| {
        let mut text: Vec<char> = SAMPLE.chars().collect();
        for _ in 0..=random.below(4) {
            let at = random.below(text.len());
            let piece = PIECES[random.below(PIECES.len())].chars();
            let length = random.below(6).min(text.len() - at);
            match random.below(4) {
                0 => drop(text.drain(at..at + length)),
                1 => drop(text.splice(at..at + length, piece)),
                2 => drop(text.splice(at..at, piece)),
                _ => text.rotate_left(at),
            }
        }
        read(&text.into_iter().collect::<String>());
    });
}

#[test]
fn any_combination_is_read() {
    for_a_while(|random| {
        let start = ["", "a: ", "a:\n  b: ", "- ", "{", "[", "{\"a\":"][random.below(7)];
        let pieces = (0..random.below(12)).map(|_| PIECES[random.below(PIECES.len())]);
        let text: String = std::iter::once(start).chain(pieces).collect();
        read(&text);
    });
}
