//! What is said when svclint itself is wrong. A crash must never pass for a clean run.

use super::lines::stderr;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::Write;
use std::panic::PanicHookInfo;
use svclint::text::printable::printable;

/// From now on a panic in any thread ends the program with status 2.
pub(crate) fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let arguments: Vec<_> = std::env::args_os().skip(1).collect();
        let message = match info.location() {
            Some(place) => message(cause(info), place, &arguments),
            None => message(cause(info), &"unknown", &arguments),
        };
        for line in message.lines() {
            // Nothing can be done if standard error is gone too.
            let _ = writeln!(stderr(), "{line}");
        }
        svclint::load::clean_up();
        std::process::exit(2);
    }));
}

fn cause<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    let payload = info.payload();
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("unknown")
}

fn message(cause: &str, place: &dyn Display, arguments: &[OsString]) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let cause = printable(cause);
    format!(
        "svclint crashed: this is a bug in svclint, and nothing was checked\n\
         \x20 version:   {version}\n\
         \x20 arguments: {arguments:?}\n\
         \x20 place:     {place}\n\
         \x20 cause:     {cause}\n\
         Please report it with these lines and the manifest, or the part of it that causes it\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_is_told_with_all_that_a_report_needs() {
        let arguments = ["--only".into(), "a b".into()];
        let text = message("index out of bounds", &"src/x.rs:1:2", &arguments);
        assert!(text.contains(env!("CARGO_PKG_VERSION")), "{text}");
        assert!(text.contains(r#"arguments: ["--only", "a b"]"#), "{text}");
        assert!(text.contains("index out of bounds"), "{text}");
        assert!(text.contains("src/x.rs:1:2"), "{text}");
        assert!(text.contains("the manifest"), "{text}");
    }
}
