//! Days of the calendar: until when an ignore holds.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day that the clock of the system shows, in UTC.
    pub fn today() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self::after_epoch(since.map_or(0, |since| since.as_secs() / (24 * 60 * 60)))
    }

    /// So many days after the first of January 1970.
    fn after_epoch(mut days: u64) -> Self {
        let mut year: u16 = 1970;
        while days >= days_of_year(year) {
            days -= days_of_year(year);
            year += 1;
        }
        let mut month = 1;
        while days >= u64::from(days_of_month(year, month)) {
            days -= u64::from(days_of_month(year, month));
            month += 1;
        }
        Self {
            year,
            month,
            day: days as u8 + 1,
        }
    }
}

fn is_leap_year(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of_year(year: u16) -> u64 {
    365 + u64::from(is_leap_year(year))
}

fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(is_leap_year(year)),
        _ => 31,
    }
}

impl FromStr for Date {
    type Err = String;

    /// Reads `2027-01-31`.
    fn from_str(text: &str) -> Result<Self, String> {
        let part = |range: std::ops::Range<usize>| {
            let digits = text.get(range)?;
            let is_number = digits.bytes().all(|c| c.is_ascii_digit());
            is_number.then(|| digits.parse().ok()).flatten()
        };
        let dashes = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        let date = match (part(0..4), part(5..7), part(8..10)) {
            (Some(year), Some(month), Some(day)) if dashes && year >= 1970 => Self {
                year,
                month: month as u8,
                day: day as u8,
            },
            _ => return Err("write a day like `2027-01-31`".to_owned()),
        };
        let exists = (1..=12).contains(&date.month)
            && (1..=days_of_month(date.year, date.month)).contains(&date.day);
        if exists {
            Ok(date)
        } else {
            Err("choose a day that is in the calendar".to_owned())
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        let text = |days| Date::after_epoch(days).to_string();
        assert_eq!(text(0), "1970-01-01");
        assert_eq!(text(59), "1970-03-01");
        assert_eq!(text(789), "1972-02-29");
        assert_eq!(text(11_016), "2000-02-29");
        assert_eq!(text(20_453), "2025-12-31");
        assert_eq!(text(20_454), "2026-01-01");
    }

    #[test]
    fn only_days_that_exist_are_read() {
        for good in ["2026-12-31", "2028-02-29"] {
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
