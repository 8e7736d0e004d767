//! Days of the calendar: until when an ignore holds.

use jiff::civil;
use jiff::tz::TimeZone;
use std::fmt;
use std::str::FromStr;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(civil::Date);

impl Date {
    /// The day that the clock of the system shows, in UTC.
    pub fn today() -> Self {
        Self(jiff::Timestamp::now().to_zoned(TimeZone::UTC).date())
    }
}

impl FromStr for Date {
    type Err = String;

    /// Reads `2027-01-31`: no other form of ISO 8601, and no day before 1970, which is a slip.
    fn from_str(text: &str) -> Result<Self, String> {
        let is_sign = |(at, c): (usize, u8)| match at {
            4 | 7 => c == b'-',
            _ => c.is_ascii_digit(),
        };
        if text.len() != 10 || !text.bytes().enumerate().all(is_sign) || text < "1970" {
            return Err("write a day like `2027-01-31`".to_owned());
        }
        let date = text.parse().map(Self);
        date.map_err(|_| "choose a day that is in the calendar".to_owned())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_are_read() {
        for good in ["1970-01-01", "2026-12-31", "2028-02-29"] {
            assert_eq!(
                good.parse::<Date>().map(|date| date.to_string()),
                Ok(good.to_owned())
            );
        }
        for bad in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-01",
            "26-01-01",
            "20260101",
            "1969-12-31",
            "2026-01-01T00:00:00",
            "2026-01-01 ",
            "2026/01/01",
            "tomorrow",
            "+026-01-01",
            "",
        ] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
    }
}
