//! Programs that are not told of an object that they would read.

use super::Backend;
use super::links::FaultLink;
use crate::kinds::Container;
use crate::settings::pattern::fits_text;
use crate::text::placeholder::is_placeholder;

impl<'i> FaultLink<'i> {
    /// The pods beside the object that run a program, of whose command line a word is like this,
    /// if none of them is given one of these flags.
    pub fn untold(self, program: &str, flags: &[String]) -> Option<Backend<'i>> {
        let backends = self.links.backends(self.unit());
        let beside =
            backends.filter(|own| self.is_beside(*own) && own.namespace() == self.namespace());
        let is_it = |word: &str| fits_text(program, word);
        let running: Vec<Backend<'_>> = beside.filter(|own| has_word(*own, is_it)).collect();
        let is_flag = |word: &str| {
            let mut flags = flags.iter();
            flags.any(|flag| word.starts_with(flag.as_str()))
                || !word.starts_with('-') && is_placeholder(word)
        };
        let is_told = running.iter().any(|own| has_word(*own, is_flag));
        running.into_iter().next().filter(|_| !is_told)
    }
}

/// Whether something holds for a word of a command line in the pods.
fn has_word(backend: Backend<'_>, is_it: impl Fn(&str) -> bool) -> bool {
    let has_it = |own: &Container| {
        let mut words = own.process.iter().flat_map(|process| process.words());
        words.any(|word| is_it(&word.value))
    };
    backend.workload().template.containers.iter().any(has_it)
}
