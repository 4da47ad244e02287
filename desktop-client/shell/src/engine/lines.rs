//! The lines themselves: `packages/contracts/src/engine-ui/shell.ts`.

use serde::{Deserialize, Serialize};
use tauri::Url;

/// Pixels, independent of the screen's scale.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct WindowState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<i32>,
    pub width: u32,
    pub height: u32,
    #[serde(default)]
    pub maximized: bool,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Notification {
    pub title: String,
    pub text: String,
    pub session_id: Option<String>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct MenuEntry {
    /// A command of the page, or one of the window's own.
    pub command: String,
    pub label: String,
    pub keys: Option<String>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Menu {
    pub title: String,
    /// A line is drawn between groups.
    pub groups: Vec<Vec<MenuEntry>>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Notification { notification: Notification },
    Window { window: WindowState },
    Waiting { count: i64 },
    Menu { menus: Vec<Menu> },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// Where the page is; good for one entry.
    Address(Url),
    Event(Event),
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Command {
    Window { window: WindowState },
    Open { path: String },
    Link { url: String },
    Command { command: String },
}

/// What the engine printed; anything else, and what a later engine might add, is no line for us.
pub fn read(line: &str) -> Option<Line> {
    if let Some(address) = line.strip_prefix("ENGINE_URL ") {
        return Url::parse(address.trim()).ok().filter(is_local).map(Line::Address);
    }
    let event = line.strip_prefix("ENGINE_EVENT ")?;
    serde_json::from_str(event).ok().map(Line::Event)
}

fn is_local(url: &Url) -> bool {
    url.scheme() == "http" && url.host_str() == Some("127.0.0.1") && url.port().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_from_this_machine_only() {
        let address = "http://127.0.0.1:4567/?t=secret";
        let line = read(&format!("ENGINE_URL {address}"));
        assert_eq!(line, Some(Line::Address(Url::parse(address).unwrap())));
        for other in ["https://example.com/", "http://127.0.0.1.example.com:1/", "file:///etc/passwd"] {
            assert_eq!(read(&format!("ENGINE_URL {other}")), None);
        }
    }

    #[test]
    fn events_are_read_and_unknown_ones_left_out() {
        assert_eq!(
            read(r#"ENGINE_EVENT {"type":"waiting","count":2}"#),
            Some(Line::Event(Event::Waiting { count: 2 }))
        );
        assert_eq!(read(r#"ENGINE_EVENT {"type":"tomorrow"}"#), None);
        assert_eq!(read("ENGINE_EVENT {"), None);
        assert_eq!(read("something else"), None);
    }

    #[test]
    fn commands_are_written_as_the_contract_says() {
        let window = WindowState { x: None, y: Some(3), width: 800, height: 600, maximized: false };
        assert_eq!(
            serde_json::to_string(&Command::Window { window }).unwrap(),
            r#"{"type":"window","window":{"y":3,"width":800,"height":600,"maximized":false}}"#
        );
    }
}
