//! What is written at the objects of a picture and between them.

use crate::text::printable::printable;
use crate::trace::{Edge, Node, PathState, Step};

/// No more characters than this are written in one line.
const MOST: usize = 64;

/// A text of strangers in one line that is not too long.
pub(super) fn short(text: &str) -> String {
    let text = printable(text).replace("->", "\u{2192}");
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text,
    }
}

/// The lines in an object: what it is, and what is said of it.
pub(super) fn lines(node: &Node) -> Vec<String> {
    let mut lines = vec![short(&node.title())];
    if !node.note.is_empty() {
        lines.push(short(&node.note));
    }
    lines.extend(faults(&node.steps));
    lines
}

/// What is written at an edge: what links its ends, and the rules that find something wrong there.
pub(super) fn label(edge: &Edge) -> Vec<String> {
    let label = edge.label();
    let label = (!label.is_empty()).then(|| short(&label));
    let changes = edge.changes.iter().map(|own| own.as_str().to_owned());
    let label = label.into_iter().chain(changes);
    label.chain(faults(&edge.steps)).collect()
}

/// The ids of the rules that find something wrong with steps, each with a cross before it.
fn faults(steps: &[Step]) -> Vec<String> {
    let faulty = steps.iter().filter(|own| own.fault.is_some());
    let mut codes: Vec<String> = faulty.map(|own| format!("\u{2717} {}", own.code)).collect();
    codes.dedup();
    codes
}

/// What a state looks like: the colour of lines, on light and on dark ground.
pub(super) fn colour(state: PathState) -> &'static str {
    match state {
        PathState::Ok => "#57606a",
        PathState::Unknown => "#8c959f",
        PathState::Broken => "#d1242f",
    }
}
