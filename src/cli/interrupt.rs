//! What happens when the user ends the program.

use std::process;
use svclint::load;

/// The user has ended the program.
const INTERRUPTED: i32 = 130;

/// From now on nothing stays behind when the program is interrupted or terminated.
pub(crate) fn clean_up_then() {
    // Without it, what was taken out of a revision would stay, and helm would go on.
    let _ = ctrlc::set_handler(|| {
        load::clean_up();
        process::exit(INTERRUPTED);
    });
}
