//! The fast parser against the full one: what it reads, it reads in the same way, to the byte.

use super::document::{RawDocument, Syntax, documents};
use super::tree::{NodeId, Tree};
use super::{fast, granit};
use std::fmt::Write as _;

/// What came of a text: documents that the fast parser has read, and those that it has left alone.
#[derive(Debug, Default)]
struct Tally {
    read: usize,
    left: usize,
}

/// Everything about a tree: forms, places, values, children, irregular mappings, comments.
fn outline(tree: &Tree<'_>) -> String {
    let mut outline = String::new();
    let name = |id: &NodeId| id.index().to_string();
    for id in tree.ids() {
        let children: Vec<_> = tree.children(id).iter().map(name).collect();
        let _ = writeln!(
            outline,
            "{} {:?} {:?} {:?} [{}] {}",
            id.index(),
            tree.form(id),
            tree.range(id),
            tree.scalar(id),
            children.join(" "),
            tree.is_irregular(id),
        );
    }
    let _ = write!(outline, "{:?} {:?}", tree.root(), tree.comments());
    outline
}

fn compare(text: &str, tally: &mut Tally) {
    let (mut quick, mut full) = (Tree::new(text), Tree::new(text));
    for RawDocument { range, syntax, .. } in documents(text) {
        if syntax == Syntax::Json {
            continue;
        }
        quick.clear();
        if fast::parse(&mut quick, range.clone()).is_err() {
            tally.left += 1;
            continue;
        }
        tally.read += 1;
        full.clear();
        let document = &text[range.clone()];
        if let Err(error) = granit::parse(&mut full, range) {
            panic!("only the fast parser reads this: {error:?}\n{document:?}");
        }
        let (ours, theirs) = (outline(&quick), outline(&full));
        if ours != theirs {
            let different = ours.lines().zip(theirs.lines()).find(|(a, b)| a != b);
            panic!("fast and full parser differ: {different:?}\n{document:?}");
        }
    }
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

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

const SCALARS: &[&str] = &[
    "a",
    "web",
    "nginx:1.27",
    "80",
    "\"8080\"",
    "'on'",
    "it's",
    "\"a\\n\\\"b\\\"\"",
    "'it''s'",
    "~",
    "a b c",
    "http://x/y?z#w",
    "-x",
    "--flag",
    "?x",
    ":x",
    "100%",
    "a#b",
    "a: b",
    "ü ö",
    "\"\"",
    "''",
    "[]",
    "{}",
    "[a, \"b\", 'c']",
    "[ 1 , 2 ]",
    "{a: b, \"c\": [d, {e: f}]}",
    "[a,\n  b]",
    "{a: b,\n c: d\n}",
    "\"a\n  b\"",
    "'a\n\n  b'",
    "\"a \\\n  b\"",
    "plain\n   goes on",
    "&x y",
    "*x",
    "!!str y",
    "a # c",
    "\"a\" # c",
    "[a] #c",
    "\"a\"#c",
    "[a: b]",
    "[a::]",
    "{a:b}",
    "{\"a\":b}",
    "\"\\u00e4\"",
    "\"\\/\"",
    "@x",
    "a\t",
    "\ta",
    "",
    "[-1, -]",
    "[-, a]",
    "{-: -, a: fd00::}",
    "[fd00::, fe80::]",
    "[a,#c\n b # d\n, c]",
    "{a: b, # c\n  c: d}",
    "[a,\n\t\"b\"\t]",
    "\"a\n\tb\"",
    "\"it\\'s\"",
    "'a'#c",
    "{a: b}#c",
    "[?a]",
    "'a\n b': c",
    "a :b",
    "a : b",
    "\u{a0}",
    "x\u{2028}y",
    "[a b, c d]",
    "{ }",
    "[ ]",
    "[a,]",
    "{a: b,}",
];

const BLOCKS: &[&str] = &[
    "|\n^one\n^two\n",
    "|-\n^one\n^ two\n\n^three\n",
    "|+\n^one\n\n\n",
    ">\n^one\n^two\n\n^three\n",
    ">-\n^one\n^ two\n^three\n",
    "| # c\n^one\n",
    "|#c\n^one\n",
    "|\n\n^one\n",
    "|\n^one\n^  \n^two\n",
    "|\n^\tone\n",
    "|2\n^one\n",
    "|\n",
    ">\n^one\n # c\n",
    "|-\n^{{ x }}: [\n^# no comment\n",
    "|\n^one  \n^two\t\n",
    ">+\n^a\n\n",
];

const KEYS: &[&str] = &[
    "a",
    "name",
    "app.kubernetes.io/name",
    "\"q\"",
    "'s'",
    "on",
    "<<",
    "x y",
    "k/l",
    "80",
    "a",
    "? a",
    "-b",
    "ä",
];

/// A manifest-like text: mappings and sequences in block style with all kinds of values.
struct Generator {
    random: Random,
    text: String,
}

impl Generator {
    fn line_end(&mut self) {
        const ENDS: &[&str] = &[
            "\n",
            "\n",
            "\n",
            "\n",
            "\n",
            "\n",
            " \n",
            " # c\n",
            "\n\n",
            "\n# c\n",
            "\n  # d\n",
        ];
        let end = self.random.pick(ENDS);
        self.text += end;
    }

    fn value(&mut self, indent: usize, depth: usize) {
        match self.random.below(12) {
            0..=2 if depth < 5 => self.nested(indent, depth),
            3 => {
                let block = self.random.pick(BLOCKS);
                let margin = " ".repeat(indent + 1 + self.random.below(3));
                self.text += " ";
                self.text += &block.replace('^', &margin);
            }
            _ => {
                let scalar = self.random.pick(SCALARS);
                self.text += self.random.pick(&[" ", " ", " ", "  "]);
                let margin = format!("\n{}", " ".repeat(indent + self.random.below(3)));
                self.text += &scalar.replace('\n', &margin);
                self.line_end();
            }
        }
    }

    fn nested(&mut self, indent: usize, depth: usize) {
        self.line_end();
        if self.random.below(2) == 0 {
            let indent = indent + 1 + self.random.below(3);
            self.mapping(indent, depth + 1);
        } else {
            let indent = indent + self.random.below(3);
            self.sequence(indent, depth + 1);
        }
    }

    fn mapping(&mut self, indent: usize, depth: usize) {
        for _ in 0..=self.random.below(4) {
            self.text += &" ".repeat(indent);
            self.pair(indent, depth);
        }
    }

    fn pair(&mut self, indent: usize, depth: usize) {
        self.text += self.random.pick(KEYS);
        self.text += ":";
        self.value(indent, depth);
    }

    fn sequence(&mut self, indent: usize, depth: usize) {
        for _ in 0..=self.random.below(3) {
            self.text += &" ".repeat(indent);
            self.text += "-";
            match self.random.below(4) {
                0 => {
                    let spaces = 1 + self.random.below(3);
                    self.text += &" ".repeat(spaces);
                    self.pair(indent + 1 + spaces, depth);
                    if self.random.below(2) == 0 {
                        self.text += &" ".repeat(indent + 1 + spaces);
                        self.pair(indent + 1 + spaces, depth);
                    }
                }
                1 => {
                    self.text += " -";
                    self.value(indent + 2, depth);
                }
                _ => self.value(indent, depth),
            }
        }
    }

    fn document(&mut self) -> String {
        self.text.clear();
        if self.random.below(4) == 0 {
            self.text += "# head\n";
        }
        match self.random.below(8) {
            0 => self.sequence(0, 0),
            _ => self.mapping(0, 0),
        }
        match self.random.below(6) {
            0 => self.text.replace('\n', "\r\n"),
            1 => self.text.trim_end().to_owned(),
            _ => self.text.clone(),
        }
    }

    fn mutant(&mut self) -> String {
        const PIECES: &[&str] = &[
            " ", "  ", "\n", "\t", ":", ": ", "- ", "-", "#", " #", "\"", "'", "\\", "[", "]", "{",
            "}", ",", "&", "*", "!", "|", ">", "%", "?", "? ", "\r", "\r\n", "...", "\u{feff}",
            "\n\n", "\n ", "x",
        ];
        let mut text: Vec<char> = self.document().chars().collect();
        for _ in 0..=self.random.below(2) {
            let at = self.random.below(text.len() + 1);
            let end = (at + self.random.below(3)).min(text.len());
            text.splice(at..end, self.random.pick(PIECES).chars());
        }
        text.into_iter().collect()
    }
}

/// Enough for every build; more by hand.
fn rounds() -> usize {
    let given = std::env::var("SVCLINT_ROUNDS").ok();
    given
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(3_000)
}

#[test]
fn generated_manifests_are_read_in_the_same_way() {
    let random = Random(0x5eed);
    let text = String::new();
    let mut generator = Generator { random, text };
    let mut tally = Tally::default();
    for _ in 0..rounds() {
        compare(&generator.document(), &mut tally);
    }
    assert!(tally.read * 10 > tally.left, "{tally:?}");
    assert!(tally.left * 10 > tally.read, "{tally:?}");
}

#[test]
fn mutants_are_read_in_the_same_way() {
    let random = Random(0xbad_5eed);
    let text = String::new();
    let mut generator = Generator { random, text };
    let mut tally = Tally::default();
    for _ in 0..rounds() {
        compare(&generator.mutant(), &mut tally);
    }
    assert!(tally.read * 10 > tally.left, "{tally:?}");
}

/// The shared corpus of real manifests, where there is one.
fn corpus() -> Option<std::path::PathBuf> {
    let project = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("SVCLINT_SHARED").unwrap_or_else(|| "../shared".into());
    let unpack = project.join(shared).join("corpus/unpack");
    let output = std::process::Command::new("sh")
        .arg(unpack)
        .current_dir(project)
        .stderr(std::process::Stdio::null())
        .output()
        .ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| folder.trim().into())
}

fn compare_folder(folder: &std::path::Path, tally: &mut Tally) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            compare_folder(&path, tally)?;
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            compare(&text, tally);
        }
    }
    Ok(())
}

#[test]
fn real_manifests_are_read_in_the_same_way() {
    let Some(folder) = corpus() else {
        eprintln!("skipped: no shared corpus");
        return;
    };
    let mut tally = Tally::default();
    compare_folder(&folder, &mut tally).expect("a readable folder");
    assert!(tally.read > 20 * tally.left, "{tally:?}");
}
