//! Where the page may go: to the engine that this window has started, and to the window's own page. Links to elsewhere are opened by the
//! engine, in the system's browser.

use crate::stopped;
use tauri::Url;

/// What a window shows before the engine has an address.
pub fn nothing_yet() -> Url {
    Url::parse("about:blank").expect("a constant")
}

pub fn is_allowed(url: &Url, engine: Option<&Url>) -> bool {
    *url == nothing_yet()
        || stopped::is_here(url)
        || engine.is_some_and(|engine| url.origin() == engine.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str) -> bool {
        let engine = Url::parse("http://127.0.0.1:4567/").unwrap();
        is_allowed(&Url::parse(url).unwrap(), Some(&engine))
    }

    #[test]
    fn the_engine_and_nothing_else() {
        assert!(allowed("http://127.0.0.1:4567/?t=1"));
        assert!(allowed("http://127.0.0.1:4567/anything#there"));
        for elsewhere in [
            "http://127.0.0.1:4568/",
            "https://127.0.0.1:4567/",
            "http://localhost:4567/",
            "http://127.0.0.1:4567@example.com/",
            "http://127.0.0.1.example.com:4567/",
            "https://example.com/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "javascript:alert(1)",
            "blob:http://127.0.0.1:4568/1",
            "about:srcdoc",
            "tauri://localhost/",
        ] {
            assert!(!allowed(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn without_an_engine_only_the_own_pages() {
        assert!(is_allowed(&nothing_yet(), None));
        assert!(is_allowed(&stopped::address(), None));
        assert!(!is_allowed(&Url::parse("http://127.0.0.1:4567/").unwrap(), None));
    }
}
