//! Schedules of `CronJobs`, as the server's cron library reads them.

use std::ops::RangeInclusive;

use k8s_openapi::api::batch::v1::CronJobSpec;

use super::errors::Errors;
use super::text;
use crate::yaml::field::Path;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DESCRIPTORS: [&str; 7] = [
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
];

/// One of the five fields.
struct Field {
    range: RangeInclusive<u32>,
    /// What may stand for the numbers, from the first on.
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field::new(0..=59, &[]),
    Field::new(0..=23, &[]),
    Field::new(1..=31, &[]),
    Field::new(1..=12, &MONTHS),
    Field::new(0..=6, &DAYS),
];

/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validateScheduleFormat`.
pub(super) fn validate_schedule_format(spec: &CronJobSpec, path: &Path<'_>, errors: &mut Errors) {
    let schedule = spec.schedule.as_str();
    if schedule.is_empty() {
        errors.required(path, "");
        return;
    }
    if schedule.contains("TZ") {
        let detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        errors.invalid(path, schedule, detail);
    } else if let Err(detail) = parse(schedule) {
        errors.invalid(path, schedule, &detail);
    }
}

/// Which zones there are is not looked at.
///
/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validateTimeZone`.
pub(super) fn validate_time_zone(spec: &CronJobSpec, path: &Path<'_>, errors: &mut Errors) {
    let Some(zone) = &spec.time_zone else { return };
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b".+-_".contains(&byte);
    let is_part = |part: &str| {
        !matches!(part, "" | "." | "..") && !part.starts_with('-') && part.bytes().all(is_good)
    };
    if zone.is_empty() {
        errors.invalid(path, zone, "timeZone must be nil or non-empty string");
    } else if !zone.split('/').all(is_part) {
        errors.invalid(path, zone, &format!("unknown time zone {zone}"));
    } else if zone.eq_ignore_ascii_case("local") {
        let detail =
            "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
        errors.invalid(path, zone, detail);
    }
}

/// robfig/cron v3, `parser.go`: `ParseStandard`.
fn parse(schedule: &str) -> Result<(), String> {
    if schedule.starts_with('@') {
        return parse_descriptor(schedule);
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(format!(
            "expected exactly 5 fields, found {}: [{}]",
            fields.len(),
            fields.join(" ")
        ));
    }
    let parts = fields.iter().zip(&FIELDS);
    for (text, field) in parts {
        for part in text.split(',').filter(|part| !part.is_empty()) {
            field.parse(part)?;
        }
    }
    Ok(())
}

/// robfig/cron v3, `parser.go`: `parseDescriptor`.
fn parse_descriptor(descriptor: &str) -> Result<(), String> {
    if DESCRIPTORS.contains(&descriptor) {
        return Ok(());
    }
    match descriptor.strip_prefix("@every ") {
        Some(duration) if is_duration(duration) => Ok(()),
        Some(_) => Err(format!("failed to parse duration {descriptor}")),
        None => Err(format!("unrecognized descriptor: {descriptor}")),
    }
}

/// Go, `time/format.go`: `ParseDuration`, but for its limit.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, unit) = rest.split_at(end.unwrap_or(rest.len()));
        let is_number =
            number.bytes().any(|byte| byte.is_ascii_digit()) && number.matches('.').count() < 2;
        let units = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];
        let is_unit = |own: &&&str| {
            let after = unit.strip_prefix(**own);
            after.is_some_and(|after| !after.starts_with(|c: char| c.is_alphabetic()))
        };
        match units.iter().find(is_unit) {
            Some(own) if is_number => rest = &unit[own.len()..],
            _ => return false,
        }
    }
    !text.is_empty() && !matches!(text, "+" | "-")
}

impl Field {
    const fn new(range: RangeInclusive<u32>, names: &'static [&'static str]) -> Self {
        Self { range, names }
    }

    /// robfig/cron v3, `parser.go`: `getRange`.
    fn parse(&self, text: &str) -> Result<(), String> {
        let (low, high) = (*self.range.start(), *self.range.end());
        let parts: Vec<&str> = text.split('/').collect();
        let ends: Vec<&str> = parts[0].split('-').collect();
        let (start, mut end) = match ends[..] {
            ["*" | "?", ..] => (low, high),
            [start] => {
                let start = self.number_or_name(start)?;
                (start, start)
            }
            [start, end] => (self.number_or_name(start)?, self.number_or_name(end)?),
            _ => return Err(format!("too many hyphens: {text}")),
        };
        let step = match parts[..] {
            [_] => 1,
            [_, step] => {
                if ends.len() == 1 {
                    end = high;
                }
                number(step)?
            }
            _ => return Err(format!("too many slashes: {text}")),
        };
        if start < low {
            Err(format!(
                "beginning of range ({start}) below minimum ({low}): {text}"
            ))
        } else if end > high {
            Err(format!(
                "end of range ({end}) above maximum ({high}): {text}"
            ))
        } else if start > end {
            Err(format!(
                "beginning of range ({start}) beyond end of range ({end}): {text}"
            ))
        } else if step == 0 {
            Err(format!("step of range should be a positive number: {text}"))
        } else {
            Ok(())
        }
    }

    fn number_or_name(&self, text: &str) -> Result<u32, String> {
        let name = text.to_lowercase();
        match self.names.iter().position(|own| *own == name) {
            Some(position) => Ok(self.range.start() + position as u32),
            None => number(text),
        }
    }
}

/// robfig/cron v3, `parser.go`: `mustParseInt`.
fn number(text: &str) -> Result<u32, String> {
    match text.parse::<i64>() {
        Ok(number @ ..=-1) => Err(format!("negative number ({number}) not allowed: {text}")),
        Ok(number) => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
        Err(_) => Err(format!("failed to parse int from {text}")),
    }
}

/// `concurrencyPolicy` of a `CronJob`.
///
/// Kubernetes, `pkg/apis/batch/validation/validation.go`: `validateConcurrencyPolicy`.
pub(super) fn validate_concurrency_policy(
    spec: &CronJobSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let policy = text(spec.concurrency_policy.as_ref());
    if !matches!(policy, "" | "Allow" | "Forbid" | "Replace") {
        errors.not_supported(path, policy, &["Allow", "Forbid", "Replace"]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules() {
        for good in [
            "* * * * *",
            "0 3 * * 0",
            "*/5 0-6,12 1 JAN-dec mon-Fri",
            " 1 2 3 4 5 ",
            "1,,2 * * * ?",
            "5/20 * * * *",
            "@daily",
            "@every 1h30m",
            "@every 1.5s",
        ] {
            assert_eq!(parse(good), Ok(()), "{good}");
        }
        for bad in [
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "* * * * sunday",
            "5-1 * * * *",
            "*/0 * * * *",
            "-1 * * * *",
            "1-2-3 * * * *",
            "1/2/3 * * * *",
            "x * * * *",
            "daily",
            "@Daily",
            "@every",
            "@every 1",
            "@every 5x",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
