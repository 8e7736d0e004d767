//! URLs as Go's `net/url` takes them apart.

/// The parts of a URL that webhooks are judged by. Empty parts are none.
pub(super) struct Url<'a> {
    /// In lower case; empty if there is none.
    pub(super) scheme: String,
    /// The name or address with its port; empty if there is none.
    pub(super) host: &'a str,
    /// What stands before an `@`, even if it is empty.
    pub(super) user: Option<&'a str>,
    pub(super) query: Option<&'a str>,
    pub(super) fragment: Option<&'a str>,
}

impl<'a> Url<'a> {
    /// The parts, or nothing where Go's parser fails.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        if text.bytes().any(|byte| byte.is_ascii_control()) {
            return None;
        }
        let (text, fragment) = match text.split_once('#') {
            Some((text, fragment)) => (text, Some(fragment)),
            None => (text, None),
        };
        let (scheme, rest) = split_scheme(text)?;
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query)),
            None => (rest, None),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("", rest),
        };
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let sound = is_host(host)
            && has_sound_escapes(path)
            && user.is_none_or(is_user_info)
            && fragment.is_none_or(has_sound_escapes);
        sound.then(|| Self {
            scheme: scheme.to_ascii_lowercase(),
            host,
            user,
            query: query.filter(|query| !query.is_empty()),
            fragment: fragment.filter(|fragment| !fragment.is_empty()),
        })
    }
}

/// Without a colon, or with something before it that is no scheme, there is none.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if position > 0 => {}
            b':' if position == 0 => return None,
            b':' => return Some((&text[..position], &text[position + 1..])),
            _ => break,
        }
    }
    Some(("", text))
}

/// A name or an address, in brackets if it is one of IPv6, and a port of digits.
fn is_host(host: &str) -> bool {
    let port = match host.strip_prefix('[') {
        Some(rest) => match rest.rsplit_once(']') {
            Some((_, port)) => port,
            None => return false,
        },
        None => host.find(':').map_or("", |colon| &host[colon..]),
    };
    let port = port.strip_prefix(':').map_or(port.is_empty(), |digits| {
        digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let allowed = |byte: u8| {
        !byte.is_ascii()
            || byte.is_ascii_alphanumeric()
            || b"-_.~!$&'()*+,;=:[]<>\"%".contains(&byte)
    };
    port && host.bytes().all(allowed) && has_sound_escapes(host)
}

fn is_user_info(user: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    user.bytes().all(allowed) && has_sound_escapes(user)
}

/// Every `%` starts a byte of two hexadecimal digits.
fn has_sound_escapes(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn parts() {
        let url = Url::parse("HTTPS://u:p@a.example.com:443/x?y#z").unwrap();
        assert_eq!(url.scheme, "https");
        assert_eq!(url.host, "a.example.com:443");
        assert_eq!(url.user, Some("u:p"));
        assert_eq!((url.query, url.fragment), (Some("y"), Some("z")));
        let url = Url::parse("a.example.com/x?").unwrap();
        assert_eq!((&*url.scheme, url.host, url.query), ("", "", None));
        assert!(Url::parse("https://[::1]:443/").is_some());
    }

    #[test]
    fn errors() {
        for bad in [
            ":x",
            "https://a b.example.com",
            "https://a.example.com:x/",
            "https://[::1/",
            "https://a/%zz",
            "https://a/\u{7f}",
        ] {
            assert!(Url::parse(bad).is_none(), "{bad}");
        }
    }
}
