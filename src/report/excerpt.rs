//! The lines around the places of a finding, made fit for a terminal: few, short, and without
//! control characters. However large the texts are, an excerpt is small, and so is the work.

use super::secret::secrets_in;
use super::{Place, Style, printable};
use crate::diagnostic::Label;
use crate::run::Report;
use crate::text::printable::{MASK, escape, is_invisible, is_logging_command, user_infos};
use crate::text::source::{Source, SourceId};
use std::ops::{Range, RangeInclusive};
use unicode_width::UnicodeWidthStr;

/// Labels that are at most so many lines apart are shown in one block.
const NEAR: usize = 3;

/// Room for line numbers and frame.
const FRAME: usize = 10;

/// Room for the line from a mark to its text.
const STEM: usize = 4;

/// The columns of a line on a page, which scrolls.
const PAGE: usize = 400;

/// Tabs end at multiples of this column.
const TAB: usize = 4;

/// No more characters than this are shown for each column: some have no width.
const MOST: usize = 4;

/// Stands for what was cut from a line.
const CUT: &str = "...";

/// Blocks of lines, the one with the primary place first. Offsets run through all of them.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub(super) blocks: Vec<Block>,
    pub(super) marks: Vec<Mark>,
}

/// Successive lines of one text.
#[derive(Debug)]
pub(super) struct Block {
    /// The first place in it that is marked.
    pub(super) title: String,
    /// The number of the first line, from 0.
    pub(super) first_line: usize,
    /// The offset of the first byte in the excerpt.
    pub(super) start: usize,
    /// The lines as they are shown, each with its newline.
    pub(super) text: String,
}

/// A marked place.
#[derive(Debug)]
pub(super) struct Mark {
    /// Offsets in the excerpt, within one line.
    pub(super) range: Range<usize>,
    /// What is said there, in lines that fit.
    pub(super) text: String,
    /// Whether it is where the finding is.
    pub(super) primary: bool,
}

impl Block {
    /// The offsets that are in this block.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

impl Excerpt {
    /// Shows these labels, of which the first is the primary one.
    pub(super) fn new<'a>(
        report: &Report,
        labels: impl IntoIterator<Item = &'a Label>,
        style: Style,
    ) -> Self {
        let mut excerpt = Self {
            blocks: Vec::new(),
            marks: Vec::new(),
        };
        let width = style.width.max(4 * FRAME) - FRAME;
        for group in group(places(report, labels), report, width) {
            let place = Place::of(report, group.first().label.span);
            let title = place.linked(place.describe(), style);
            excerpt.show(report, &group, title, width);
        }
        excerpt
    }

    fn show(&mut self, report: &Report, group: &Group, title: String, width: usize) {
        let source = report.sources.get(group.source);
        let first_line = group.first_line(source);
        // One byte between two blocks, so that no offset is in both.
        let start = self.blocks.last().map_or(0, |block| block.range().end + 1);
        let mut text = String::new();
        for line in first_line..=group.last_line(source) {
            let view = View::new(&Line::of(source, line), group.cut, width);
            let mut edge = 0;
            for place in group.places.iter().filter(|place| place.line == line) {
                let range = view.find(&place.range);
                // Where marks overlap, the next one is drawn to the right of the one before.
                let from = view.column(range.start).max(edge);
                edge = view.column(range.end).max(from + 1);
                let stem = usize::midpoint(from, edge);
                let room = width.saturating_sub(stem + STEM).max(width / 3);
                let base = start + text.len();
                self.marks.push(Mark {
                    range: base + range.start..base + range.end,
                    text: wrap(&printable(&place.label.text), room),
                    primary: place.rank == 0,
                });
            }
            text.push_str(&view.text);
            text.push('\n');
        }
        self.blocks.push(Block {
            title,
            first_line,
            start,
            text,
        });
    }
}

/// A label in its line.
struct LinePlace<'a> {
    label: &'a Label,
    /// The how manieth label it is; the primary one is 0.
    rank: usize,
    line: usize,
    /// Bytes from the start of the line; what goes on behind the line is left out.
    range: Range<usize>,
}

/// The places of labels, sorted by text and line.
fn places<'a>(report: &Report, labels: impl IntoIterator<Item = &'a Label>) -> Vec<LinePlace<'a>> {
    let ranked = labels.into_iter().enumerate();
    let mut places: Vec<_> = ranked
        .map(|(rank, label)| {
            let source = report.sources.get(label.span.source);
            let line = source.line_index(label.span.start);
            let whole = source.line_range(line);
            let within = |offset: usize| offset.clamp(whole.start, whole.end) - whole.start;
            let span = label.span.range();
            LinePlace {
                label,
                rank,
                line,
                range: within(span.start)..within(span.end),
            }
        })
        .collect();
    places.sort_by_key(|place| (place.label.span.source, place.line, place.range.start));
    places
}

/// Labels that are shown together.
struct Group<'a> {
    source: SourceId,
    /// Never empty.
    places: Vec<LinePlace<'a>>,
    /// How many bytes of a long line are left out at its start.
    cut: usize,
    /// Whether it is a long line, of which each label shows another part.
    long: bool,
}

/// Puts near places together; groups are in the order of the labels.
fn group<'a>(places: Vec<LinePlace<'a>>, report: &Report, width: usize) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    for place in places {
        let source = report.sources.get(place.label.span.source);
        let line = Line::of(source, place.line);
        let long = !View::new(&line, 0, width).whole;
        match groups.last_mut() {
            Some(group) if !long && group.is_near(&place) => group.places.push(place),
            _ => groups.push(Group {
                source: place.label.span.source,
                cut: if long {
                    cut(&line, &place.range, width)
                } else {
                    0
                },
                places: vec![place],
                long,
            }),
        }
    }
    groups.sort_by_key(|group| group.first().rank);
    groups
}

impl Group<'_> {
    /// The place that comes first in the order of the labels.
    fn first(&self) -> &LinePlace<'_> {
        let first = self.places.iter().min_by_key(|place| place.rank);
        first.expect("a group has a place")
    }

    /// The marked lines.
    fn lines(&self) -> RangeInclusive<usize> {
        let lines = self.places.iter().map(|place| place.line);
        let first = lines.clone().min().unwrap_or_default();
        first..=lines.max().unwrap_or_default()
    }

    fn is_near(&self, place: &LinePlace) -> bool {
        let same_text = self.source == place.label.span.source;
        !self.long && same_text && place.line <= self.lines().end() + NEAR
    }

    fn first_line(&self, source: &Source) -> usize {
        let first = *self.lines().start();
        match first.checked_sub(1) {
            Some(before) if self.is_context(source, before) => before,
            _ => first,
        }
    }

    fn last_line(&self, source: &Source) -> usize {
        let last = *self.lines().end();
        if last + 1 < source.line_count() && self.is_context(source, last + 1) {
            last + 1
        } else {
            last
        }
    }

    /// Whether a line beside the marked ones helps to find one's way.
    fn is_context(&self, source: &Source, line: usize) -> bool {
        let text = &source.text()[source.line_range(line)];
        self.cut == 0 && !text.trim().is_empty() && !text.starts_with("---")
    }
}

/// Where a long line has to start so that this part of it is shown.
fn cut(line: &Line, part: &Range<usize>, width: usize) -> usize {
    let until = Line {
        text: &line.text[..part.end],
        values: line.values.clone(),
    };
    if View::new(&until, 0, width - CUT.len()).whole {
        return 0;
    }
    let before = line.text[..part.start].char_indices().rev();
    before.take(width / 4).last().map_or(0, |(at, _)| at)
}

/// A line of a text.
struct Line<'a> {
    text: &'a str,
    /// The values of Secrets in it.
    values: Vec<Range<usize>>,
}

impl<'a> Line<'a> {
    fn of(source: &'a Source, line: usize) -> Self {
        let whole = source.line_range(line);
        let values = secrets_in(source, &whole).iter();
        let values = values.map(|value| {
            let within = |offset: usize| offset.clamp(whole.start, whole.end) - whole.start;
            within(value.start)..within(value.end)
        });
        Self {
            values: values.collect(),
            text: &source.text()[whole],
        }
    }

    /// What is not shown in the part that can be shown: values of Secrets, and the user information
    /// of addresses.
    fn secrets(&self, cut: usize, width: usize) -> Vec<Range<usize>> {
        /// An address may begin before the part.
        const BEFORE: usize = 1024;
        let line = self.text;
        let from = line.floor_char_boundary(cut.saturating_sub(BEFORE));
        let most = MOST * width * size_of::<char>();
        let to = line.floor_char_boundary(cut.saturating_add(most).min(line.len()));
        let infos = user_infos(&line[from..to]);
        let infos = infos.map(|info| from + info.start..from + info.end);
        infos.chain(self.values.iter().cloned()).collect()
    }
}

/// A line as it is shown. However long the line is, no more than that is looked at.
struct View {
    text: String,
    /// Where each character begins: in the line, and here. The last entry is the end.
    starts: Vec<(usize, usize)>,
    /// Whether nothing was left out at the end.
    whole: bool,
}

impl View {
    fn new(line: &Line, cut: usize, width: usize) -> Self {
        let secrets = line.secrets(cut, width);
        let line = line.text;
        let mut view = Self {
            text: if cut > 0 { CUT } else { "" }.to_owned(),
            starts: Vec::new(),
            whole: true,
        };
        let mut column = view.text.len();
        for (at, character) in line[cut..].char_indices() {
            let at = cut + at;
            let secret = secrets.iter().find(|secret| secret.contains(&at));
            let shown = match secret {
                Some(secret) if at == secret.start.max(cut) => MASK.to_owned(),
                Some(_) => String::new(),
                None => show(line, at, character, column),
            };
            column += shown.width();
            view.starts.push((at, view.text.len()));
            view.text.push_str(&shown);
            if column > width || view.starts.len() > MOST * width {
                view.shorten(width);
                return view;
            }
        }
        view.starts.push((line.len(), view.text.len()));
        view
    }

    /// Makes room for the sign that something was left out.
    fn shorten(&mut self, width: usize) {
        while self.column(self.text.len()) + CUT.len() > width {
            let Some((_, start)) = self.starts.pop() else {
                break;
            };
            self.text.truncate(start);
        }
        self.starts.push((usize::MAX, self.text.len()));
        self.text.push_str(CUT);
        self.whole = false;
    }

    /// The column, from 0, of an offset of the text.
    fn column(&self, offset: usize) -> usize {
        self.text[..offset].width()
    }

    /// A part of the line; what is not shown is at the nearest edge.
    fn find(&self, part: &Range<usize>) -> Range<usize> {
        let find = |offset: usize| {
            let index = self.starts.partition_point(|(at, _)| *at < offset);
            self.starts[index].1
        };
        find(part.start)..find(part.end)
    }
}

/// A whole line as it is shown, and a part of it there.
pub(super) fn shown_line(
    source: &Source,
    line: usize,
    part: &Range<usize>,
) -> (String, Range<usize>) {
    let view = View::new(&Line::of(source, line), 0, PAGE);
    let range = view.find(part);
    (view.text, range)
}

/// The character of a line at this byte, as it is shown in a column (from 0).
fn show(line: &str, at: usize, character: char, column: usize) -> String {
    match character {
        '\t' => " ".repeat(TAB - column % TAB),
        _ if is_invisible(character) || is_logging_command(line, at) => escape(character),
        _ => character.to_string(),
    }
}

/// Breaks a text between words so that no line is longer than `width`, if the words are not.
fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.width();
        if column > 0 && column + 1 + length > width {
            wrapped.push('\n');
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}
