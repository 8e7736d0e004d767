//! Which findings the user wants to hear of.

pub mod base;
pub mod baseline;
mod configured;
pub mod fingerprint;
pub(crate) mod invalid_ignore;
pub(crate) mod suppress;
pub mod suppressed;

use crate::catalogue::Selection;
use crate::config::Config;
use crate::settings::Date;
use crate::text::source::SourceId;
use baseline::Baseline;

/// What decides which findings the user wants to hear of.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// Which rules run.
    pub selection: &'w Selection,
    /// The configuration, and its text.
    pub config: Option<(&'w Config, SourceId)>,
    /// The baseline, and its text.
    pub baseline: Option<(&'w Baseline, SourceId)>,
    /// The globs of the configuration that leave nothing out. None means that not everything was
    /// looked at that it is about, so that nothing in it can be called of no use.
    pub unused_globs: Option<&'w [usize]>,
    /// The day on which the run takes place; without one, no ignore is over.
    pub today: Option<Date>,
}
