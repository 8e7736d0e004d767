//! What has to hold for a row to be read: `when: {kind: [Service, ~]}`.

use super::path::{OneOrMany, Path, Place, Spot};
use crate::yaml::cursor::Cursor;
use serde::Deserialize;
use serde_yaml::Value;
use std::collections::BTreeMap;

/// Places and what may stand there; all have to hold. `~` is absent, `"*"` anything that is there.
/// Of several values in one place one is enough.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "BTreeMap<String, Vec<Value>>")]
pub(super) struct Condition {
    asked: Vec<(Place, Vec<Allowed>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Allowed {
    Absent,
    Anything,
    Text(String),
}

impl Condition {
    /// The places below a value where it holds: all of `at`, once for each of `within`.
    pub(super) fn spots<'r>(
        &self,
        within: &Path,
        at: &OneOrMany<Path>,
        (root, from): (Cursor<'r>, Cursor<'r>),
    ) -> Vec<Spot<'r>> {
        let within = within.all(from).into_iter();
        let spots = within.flat_map(|within| {
            let all = at.iter().flat_map(move |path| path.all(within));
            all.map(move |here| Spot { root, within, here })
        });
        spots.filter(|spot| self.holds(*spot)).collect()
    }

    /// Whether it holds.
    pub(super) fn holds(&self, spot: Spot<'_>) -> bool {
        self.asked.iter().all(|(place, allowed)| {
            let found = place.all(spot);
            allowed.iter().any(|allowed| match allowed {
                Allowed::Absent => found.is_empty(),
                Allowed::Anything => !found.is_empty(),
                Allowed::Text(text) => {
                    let mut found = found.iter();
                    found.any(|found| found.text() == text && !found.is_map())
                }
            })
        })
    }
}

impl TryFrom<BTreeMap<String, Vec<Value>>> for Condition {
    type Error = String;

    fn try_from(written: BTreeMap<String, Vec<Value>>) -> Result<Self, String> {
        let asked = written.into_iter().map(|(place, allowed)| {
            let allowed: Result<Vec<_>, _> = allowed.iter().map(Allowed::read).collect();
            Ok((Place::try_from(place)?, allowed?))
        });
        Ok(Self {
            asked: asked.collect::<Result<_, String>>()?,
        })
    }
}

impl Allowed {
    fn read(value: &Value) -> Result<Self, String> {
        Ok(match value {
            Value::Null => Self::Absent,
            Value::String(text) if text == "*" => Self::Anything,
            Value::String(text) => Self::Text(text.clone()),
            Value::Bool(value) => Self::Text(value.to_string()),
            Value::Number(number) => Self::Text(number.to_string()),
            _ => return Err("a condition lists scalars".to_owned()),
        })
    }
}
