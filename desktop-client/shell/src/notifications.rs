//! The system tells what the person wants to hear of while they look elsewhere.

use crate::engine::lines::{Command, Notification};
use crate::shell::Shell;
use crate::stopped::escape;
use crate::window;
use std::thread;
use tauri::{AppHandle, Manager};

/// Who looks at the window sees it there.
pub fn tell(app: &AppHandle, notification: Notification) {
    if window::is_looked_at(app) {
        return;
    }
    let app = app.clone();
    // Showing one asks the system and waits; its answer is a click, much later.
    thread::spawn(move || {
        if show(&notification) {
            window::bring_to_front(&app);
            if let Some(session) = notification.session_id {
                let url = format!("codelab://session/{session}");
                app.state::<Shell>().send(&Command::Link { url });
            }
        }
    });
}

/// Answers true when the person clicked it. A system that shows none is no failure: the page shows it too.
#[cfg(target_os = "linux")]
fn show(notification: &Notification) -> bool {
    let mut clicked = false;
    let shown = notify_rust::Notification::new()
        .appname("CodeLab")
        .icon("codelab")
        .summary(&notification.title)
        .body(&body_of(notification))
        .action("default", &notification.title)
        .show();
    if let Ok(handle) = shown {
        handle.wait_for_action(|action| clicked = action == "default");
    }
    clicked
}

#[cfg(not(target_os = "linux"))]
fn show(notification: &Notification) -> bool {
    let _ = notify_rust::Notification::new()
        .appname("CodeLab")
        .summary(&notification.title)
        .body(&notification.text)
        .show();
    false
}

/// Where the system reads the text as markup, a model could write some.
#[cfg(target_os = "linux")]
fn body_of(notification: &Notification) -> String {
    let reads_markup = notify_rust::get_capabilities()
        .is_ok_and(|abilities| abilities.iter().any(|ability| ability == "body-markup"));
    if reads_markup { escape(&notification.text) } else { notification.text.clone() }
}
