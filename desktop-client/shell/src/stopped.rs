//! What the window shows when its engine is not there any more: in plain words, with a way to start it again. A document without
//! scripts; its one link is never followed, `window::open` takes it as the wish to start again.

use crate::language;
use tauri::Url;
use tauri::http::{Response, header};

pub const SCHEME: &str = "codelab-shell";

const PAGE: &str = include_str!("stopped.html");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

#[derive(Clone, Debug, Default)]
pub struct Stopped {
    /// `exit status: 1`
    pub how: String,
    /// The last lines that it wrote.
    pub said: String,
}

/// Each system has its own spelling for pages that a program serves itself.
fn base() -> &'static str {
    if cfg!(windows) { "http://codelab-shell.localhost/" } else { "codelab-shell://localhost/" }
}

pub fn address() -> Url {
    Url::parse(base()).expect("a constant")
}

pub fn is_here(url: &Url) -> bool {
    url.as_str().starts_with(base())
}

/// The person asked for the engine to be started again.
pub fn is_start_again(url: &Url) -> bool {
    is_here(url) && url.path() == "/start-again"
}

pub fn answer(stopped: Stopped) -> Response<Vec<u8>> {
    Response::builder()
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .body(document(&stopped, language::is_russian()).into_bytes())
        .expect("constant headers")
}

struct Words {
    language: &'static str,
    title: &'static str,
    what: &'static str,
    again: &'static str,
    details: &'static str,
}

const ENGLISH: Words = Words {
    language: "en",
    title: "CodeLab has stopped working",
    what: "The part of it that does the work on this machine has ended unexpectedly. Your files are as they were, and the \
           conversation is kept by the workspace. Start it again to go on where you were; if it stops again, the details \
           below say why.",
    again: "Start again",
    details: "Details",
};

const RUSSIAN: Words = Words {
    language: "ru",
    title: "CodeLab перестал работать",
    what: "Та его часть, которая работает на этом компьютере, неожиданно завершилась. С вашими файлами ничего не случилось, \
           переписка хранится на сервере. Запустите её снова, чтобы продолжить с того же места; если это повторится, причина \
           указана в подробностях ниже.",
    again: "Запустить снова",
    details: "Подробности",
};

fn document(stopped: &Stopped, russian: bool) -> String {
    let words = if russian { RUSSIAN } else { ENGLISH };
    let again = format!("{}start-again", base());
    let values = [
        ("{language}", words.language),
        ("{title}", words.title),
        ("{what}", words.what),
        ("{again}", words.again),
        ("{address}", &again),
        ("{details}", words.details),
        ("{how}", &escape(&stopped.how)),
        // Last: nothing in it is a name any more.
        ("{said}", &escape(&stopped.said)),
    ];
    values.iter().fold(PAGE.to_owned(), |page, (name, value)| page.replacen(name, value, 2))
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_engine_said_is_text_and_every_name_has_its_value() {
        let stopped =
            Stopped { how: "exit status: 1".into(), said: "<script>alert(1)</script> {how}".into() };
        for russian in [false, true] {
            let page = document(&stopped, russian);
            assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; {how}"));
            assert!(page.contains("exit status: 1"));
            assert!(!page.contains("<script"));
            assert_eq!(page.matches("{said}").count(), 0);
        }
        assert!(document(&stopped, true).contains("Запустить снова"));
    }

    #[test]
    fn only_its_own_link_starts_again() {
        assert!(is_start_again(&address().join("start-again").unwrap()));
        assert!(!is_start_again(&address()));
        assert!(!is_start_again(&Url::parse("http://127.0.0.1:1/start-again").unwrap()));
    }
}
