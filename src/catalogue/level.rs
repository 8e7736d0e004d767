//! What becomes of the findings of a rule, in the words of users.

/// What becomes of the findings of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The rule does not run.
    Off,
    /// They are warnings.
    Warning,
    /// They are errors.
    Error,
}

/// The words for levels.
pub(crate) const LEVELS: [(&str, Level); 4] = [
    ("error", Level::Error),
    ("warning", Level::Warning),
    ("warn", Level::Warning),
    ("off", Level::Off),
];

pub(crate) fn level(text: &str) -> Option<Level> {
    let found = LEVELS.iter().find(|(word, _)| *word == text);
    found.map(|(_, level)| *level)
}
