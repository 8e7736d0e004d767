//! Three-valued answers.

use crate::unit::Doubt;

/// The answer to a question about what may not all be here. No beats what nobody can know, and that
/// beats yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, whatever else there is.
    Yes,
    /// Nobody can know, and why.
    Unknown(Doubt),
    /// No, whatever else there is.
    No,
}

impl Answer {
    /// Whether both are so.
    pub(super) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => other(),
            Self::No => Self::No,
            Self::Unknown(doubt) => match other() {
                Self::No => Self::No,
                Self::Yes | Self::Unknown(_) => Self::Unknown(doubt),
            },
        }
    }

    /// Whether one of several is so: yes beats what nobody can know, and that beats no.
    pub(super) fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut unknown = Self::No;
        for answer in answers {
            match answer {
                Self::Yes => return Self::Yes,
                Self::Unknown(_) if unknown == Self::No => unknown = answer,
                _ => {}
            }
        }
        unknown
    }

    /// The answer that several questions have in common.
    pub(super) fn all(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut answers = answers.into_iter();
        answers.by_ref().fold(Self::Yes, |all, own| all.and(|| own))
    }
}

impl From<bool> for Answer {
    fn from(is_so: bool) -> Self {
        if is_so { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_beats_unknown_and_unknown_beats_yes() {
        let unknown = || Answer::Unknown(Doubt::Placeholder);
        let all = |answers: &[Answer]| Answer::all(answers.iter().cloned());
        assert_eq!(all(&[]), Answer::Yes);
        assert_eq!(all(&[Answer::Yes, unknown()]), unknown());
        assert_eq!(all(&[unknown(), Answer::Yes]), unknown());
        assert_eq!(all(&[unknown(), Answer::No]), Answer::No);
        assert_eq!(all(&[Answer::No, unknown()]), Answer::No);
        let any = |answers: &[Answer]| Answer::any(answers.iter().cloned());
        assert_eq!(any(&[]), Answer::No);
        assert_eq!(any(&[Answer::No, unknown()]), unknown());
        assert_eq!(any(&[unknown(), Answer::Yes]), Answer::Yes);
    }
}
