//! What a rule is: an id, and a check over the links.
//!
//! A check says what is wrong where it stands, and what it takes for granted
//! (`diagnostic::Premise`). It neither looks whether that holds, nor which severity the user gave
//! the rule, nor what is ignored: the run does that for all rules.

use crate::diagnostic::Diagnostic;
use crate::link::{Links, Unit};
use crate::object::Document;

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its id, by which the catalogue has its page.
    pub id: &'static str,
    /// What it looks at.
    pub check: Check,
}

/// A rule looks at one document alone, or at everything that is applied together.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Nowhere: reading and validating an object has found what it reports.
    Problems,
    /// Once per document, whatever it is applied with.
    Document(fn(&Links, &Document, &mut Vec<Diagnostic>)),
    /// Once per unit. What an object that several units share does wrong counts only if it does
    /// so in each of them.
    Unit(fn(&Links, &Unit, &mut Vec<Diagnostic>)),
    /// Nowhere: it is about what decides a run (ignores, the configuration, the baseline), which
    /// reports it itself.
    Run,
}
