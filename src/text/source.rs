//! Texts and places in them. A place always names its text.

use super::encoding::Encoding;
use super::split::split;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Names one text of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A range of bytes of one text; `start <= end`, both on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// The first byte, from 0.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The number of bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether nothing is between start and end (an absent value has its place all the same).
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The byte range.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a value at a place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A line and a column, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// One text: a file, or standard input.
#[derive(Debug)]
pub struct Source {
    /// What people call it: the path as given, with `/` on every system.
    pub name: String,
    /// Whether it is standard input.
    pub is_stream: bool,
    /// Whether it is a setting of the run (the configuration, the baseline) rather than input.
    pub is_setting: bool,
    /// Where it lies, if it is a file: an absolute path.
    pub path: Option<PathBuf>,
    text: Arc<str>,
    encoding: Encoding,
    lines: OnceLock<Vec<u32>>,
    /// Where lines start in the file, where that is another place.
    lines_in_file: OnceLock<Vec<u32>>,
    hidden: OnceLock<Vec<Range<usize>>>,
    templates: Vec<Section>,
    /// The file that all of it was built from.
    origin: Option<String>,
}

/// A document of rendered templates, up to the start of the next one.
#[derive(Debug)]
struct Section {
    start: u32,
    template: Option<String>,
}

impl Source {
    /// A text under a name. It must be shorter than 4 GiB: offsets have 32 bits.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            is_stream: false,
            is_setting: false,
            path: None,
            text: text.into(),
            encoding: Encoding::Utf8,
            lines: OnceLock::new(),
            lines_in_file: OnceLock::new(),
            hidden: OnceLock::new(),
            templates: Vec::new(),
            origin: None,
        }
    }

    /// A setting of the run.
    pub fn setting(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self {
            is_setting: true,
            ..Self::new(name, text)
        }
    }

    /// Says where it lies.
    #[must_use]
    pub fn at(self, path: PathBuf) -> Self {
        Self {
            path: Some(path),
            ..self
        }
    }

    /// Says how its file is written.
    #[must_use]
    pub fn written_in(self, encoding: Encoding) -> Self {
        Self { encoding, ..self }
    }

    /// A stream that may be the output of `helm template`: its documents are called by the
    /// template that their `# Source:` comment names, because nobody knows the stream by a name.
    pub fn stream(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let mut source = Self::new(name, text);
        source.is_stream = true;
        source.templates = sections(&source.text);
        source
    }

    /// Says which file it was built from, where it does not say so itself.
    #[must_use]
    pub fn built_from(self, origin: Option<String>) -> Self {
        Self { origin, ..self }
    }

    /// The file that the text at this byte was made from: the template, if the stream names one,
    /// or the kustomization.
    pub fn template_at(&self, offset: u32) -> Option<&str> {
        let after = self
            .templates
            .partition_point(|section| section.start <= offset);
        let section = self.templates[..after].last();
        let template = section.and_then(|section| section.template.as_deref());
        template.or(self.origin.as_deref())
    }

    /// Whether every document says which template it was rendered from: the text is the whole
    /// output of `helm template`.
    pub fn is_rendered(&self) -> bool {
        !self.templates.is_empty()
            && self
                .templates
                .iter()
                .all(|section| section.template.is_some())
    }

    /// Whether it is the output of `helm template`, be it in a file.
    pub fn is_chart(&self) -> bool {
        let begins = || {
            let text = self.text.trim_start();
            let text = text.strip_prefix("---").map_or(text, str::trim_start);
            text.starts_with("# Source: ")
        };
        let sections = || sections(&self.text);
        self.is_rendered()
            || begins() && sections().iter().all(|section| section.template.is_some())
    }

    /// What people call the text at this byte: the template, or the name of the whole.
    pub fn name_at(&self, offset: u32) -> &str {
        self.template_at(offset).unwrap_or(&self.name)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text between two places.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// The offsets at which lines start, found on first use. A line feed, a carriage return and
    /// both together end a line, as they do for YAML, SARIF and editors.
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
            let is_end = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
            let starts = ends.filter(is_end).map(|at| at as u32 + 1);
            std::iter::once(0).chain(starts).collect()
        })
    }

    /// Where a byte of the text stands in the file.
    pub fn offset_in_file(&self, offset: u32) -> u32 {
        if self.encoding.is_verbatim() {
            return offset;
        }
        let in_file = self.lines_in_file.get_or_init(|| {
            let mut known = (0, self.encoding.start());
            let starts = self.lines().iter().map(|&start| {
                known = (start, self.encoding.in_file(&self.text, start, known));
                known.1
            });
            starts.collect()
        });
        let line = self.line_index(offset);
        let known = (self.lines()[line], in_file[line]);
        self.encoding.in_file(&self.text, offset, known)
    }

    /// The index, from 0, of the line that holds this byte.
    pub fn line_index(&self, offset: u32) -> usize {
        self.lines().partition_point(|&start| start <= offset) - 1
    }

    /// The byte at which a line (counted from 0) starts; the end of the text behind the last one.
    pub fn line_start(&self, index: usize) -> usize {
        self.lines()
            .get(index)
            .map_or(self.text.len(), |&start| start as usize)
    }

    /// Where a line (counted from 0) is, without what ends it and without a byte order mark.
    pub fn line_range(&self, index: usize) -> Range<usize> {
        let (start, end) = (self.line_start(index), self.line_start(index + 1));
        let line = &self.text[start..end];
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let end = start + line.len();
        end - line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line).len()..end
    }

    /// The parts that are not to be shown, found on first use.
    pub(crate) fn hidden(&self, find: impl Fn(&str) -> Vec<Range<usize>>) -> &[Range<usize>] {
        self.hidden.get_or_init(|| find(&self.text))
    }

    /// The number of lines; a text that ends with a newline has an empty last one.
    pub fn line_count(&self) -> usize {
        self.lines().len()
    }

    /// Line and column of a byte, from 1; columns count characters, as editors show them.
    pub fn position(&self, offset: u32) -> Position {
        let (index, before) = self.before(offset);
        Position {
            line: index + 1,
            column: before.chars().count() + 1,
        }
    }

    /// The same with columns that count UTF-16 code units.
    pub fn utf16_position(&self, offset: u32) -> Position {
        let (index, before) = self.before(offset);
        Position {
            line: index + 1,
            column: before.encode_utf16().count() + 1,
        }
    }

    /// The line of a byte, from 0, and what stands before the byte on it.
    fn before(&self, offset: u32) -> (usize, &str) {
        let index = self.line_index(offset);
        let before = &self.text[self.line_start(index)..offset as usize];
        (
            index,
            before.strip_prefix(BYTE_ORDER_MARK).unwrap_or(before),
        )
    }
}

/// Some editors put it before the first character of a file; it is no column of the line.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The documents of a stream with the templates that Helm says they come from; none if it says so
/// of no document.
fn sections(text: &str) -> Vec<Section> {
    let sections: Vec<_> = split(text)
        .into_iter()
        .map(|document| Section {
            start: document.range.start as u32,
            template: helm_template(&text[document.range]),
        })
        .collect();
    let rendered = sections.iter().any(|section| section.template.is_some());
    if rendered { sections } else { Vec::new() }
}

/// The template that the first line of a document names. Helm writes `# Source:` and the path of
/// the template, which is always in `templates` or `crds` of a chart; other such comments are
/// prose, or lead to files that are none of the chart's.
fn helm_template(document: &str) -> Option<String> {
    let path = document.lines().next()?.strip_prefix("# Source: ")?.trim();
    let in_chart = ["templates/", "crds/"].into_iter().any(|directory| {
        let (before, _) = path.split_once(directory).unwrap_or(("", ""));
        path.starts_with(directory) || before.ends_with('/')
    });
    let is_below = path.split('/').all(|part| !part.is_empty() && part != "..");
    (in_chart && is_below && !path.contains("://")).then(|| path.to_owned())
}

/// All texts of a run; a [`SourceId`] is an index.
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Takes in a text and gives it its id.
    ///
    /// # Panics
    /// With more than 2^32 texts.
    pub fn add(&mut self, source: Source) -> SourceId {
        let id = u32::try_from(self.0.len()).expect("fewer than 2^32 sources");
        self.0.push(source);
        SourceId(id)
    }

    /// The text with this id.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// The text at a place.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).slice(span)
    }

    /// All texts with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0
            .iter()
            .enumerate()
            .map(|(index, source)| (SourceId(index as u32), source))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::new("x", "a: é\r\nbc: ü!\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(3), Position { line: 1, column: 4 });
        assert_eq!(source.position(5), Position { line: 1, column: 5 });
        let bang = source.text().find('!').unwrap() as u32;
        assert_eq!(source.position(bang), Position { line: 2, column: 6 });
        let end = source.text().len() as u32;
        assert_eq!(source.position(end), Position { line: 3, column: 1 });
        assert_eq!(source.line_count(), 3);
        let outside = Source::new("x", "a: \u{1f642} b");
        assert_eq!(outside.position(8), Position { line: 1, column: 6 });
        assert_eq!(outside.utf16_position(8), Position { line: 1, column: 7 });
    }

    #[test]
    fn a_carriage_return_ends_a_line() {
        let source = Source::new("x", "a\rb\r\nc\r");
        assert_eq!(source.line_count(), 4);
        let ranges: Vec<_> = (0..4).map(|line| source.line_range(line)).collect();
        assert_eq!(ranges, [0..1, 2..3, 5..6, 7..7]);
        assert_eq!(source.position(5), Position { line: 3, column: 1 });
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let source = Source::new("x", "\u{feff}a: 1\r\nb");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(3), Position { line: 1, column: 1 });
        assert_eq!(source.position(6), Position { line: 1, column: 4 });
        assert_eq!((source.line_range(0), source.line_range(1)), (3..7, 9..10));
    }

    #[test]
    fn documents_of_a_stream_are_called_by_their_helm_template() {
        let text = "a: 1\n---\n# Source: shop/templates/web.yaml\nb: 1\n---\nc: 1\n---\n\
                    # Source: shop/charts/db/templates/svc.yaml\r\nd: 1\n---\n\
                    # Source: https://example.com/templates/x\ne: 1\n---\n\
                    # Source: web/../../templates/x\nf: 1\n---\n\
                    # Source: /etc/templates/x\ng: 1\n";
        let source = Source::stream("<stdin>", text);
        let name = |key: &str| source.name_at(text.find(key).unwrap() as u32);
        assert_eq!(name("a: 1"), "<stdin>");
        assert_eq!(name("b: 1"), "shop/templates/web.yaml");
        assert_eq!(name("c: 1"), "<stdin>");
        assert_eq!(name("d: 1"), "shop/charts/db/templates/svc.yaml");
        assert_eq!(name("e: 1"), "<stdin>");
        assert_eq!(name("f: 1"), "<stdin>");
        assert_eq!(name("g: 1"), "<stdin>");
        assert_eq!(Source::new("x", text).name_at(20), "x");
    }

    #[test]
    fn an_empty_text_has_one_line() {
        let source = Source::new("x", "");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.line_count(), 1);
    }
}
