//! The one window.

#[cfg(target_os = "linux")]
pub mod drawing;
pub mod navigation;
pub mod place;

use crate::shell::{self, Shell};
use crate::stopped;
use std::sync::atomic::{AtomicI32, Ordering};
use tauri::webview::{Color, NewWindowResponse};
use tauri::{AppHandle, Manager, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

const LABEL: &str = "main";
const SMALLEST: (f64, f64) = (640.0, 420.0);
/// The page's own grounds.
const LIGHT: Color = Color(255, 255, 255, 255);
const DARK: Color = Color(23, 23, 27, 255);
const USUAL: (f64, f64) = (1280.0, 820.0);

fn the_window(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(LABEL)
}

/// Made while the engine still starts, and shown when there is something to show.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    let guard = app.clone();
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::External(navigation::nothing_yet()))
        .title("CodeLab")
        .inner_size(USUAL.0, USUAL.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .visible(false)
        .on_navigation(move |url| {
            if stopped::is_start_again(url) {
                let app = guard.clone();
                // Not in here: the answer would have to wait for it.
                std::thread::spawn(move || shell::hear_engine(&app, shell::start_engine(&app)));
                return false;
            }
            guard.state::<Shell>().may_show(url)
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()?;
    // No white flash before the first picture of a dark page.
    let ground = if window.theme()? == Theme::Dark { DARK } else { LIGHT };
    window.set_background_color(Some(ground))
}

pub fn show_page(app: &AppHandle, address: Url) {
    let Some(window) = the_window(app) else { return };
    let _ = window.navigate(address);
    let _ = window.show();
}

pub fn hide(app: &AppHandle) {
    if let Some(window) = the_window(app) {
        let _ = window.hide();
    }
}

pub fn bring_to_front(app: &AppHandle) {
    if let Some(window) = the_window(app) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

pub fn is_looked_at(app: &AppHandle) -> bool {
    the_window(app).is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// Calls that wait for an approval: a mark on the application's icon, where the system has one, and in its name.
pub fn show_waiting(app: &AppHandle, count: i64) {
    let Some(window) = the_window(app) else { return };
    let _ = window.set_badge_count((count > 0).then_some(count));
    let title = if count > 0 { format!("({count}) CodeLab") } else { "CodeLab".to_owned() };
    let _ = window.set_title(&title);
}

/// In steps of a tenth; no step is the usual size.
pub fn zoom(app: &AppHandle, step: Option<i32>) {
    static TENTHS: AtomicI32 = AtomicI32::new(10);
    let tenths = step.map_or(10, |step| (TENTHS.load(Ordering::SeqCst) + step).clamp(5, 30));
    TENTHS.store(tenths, Ordering::SeqCst);
    if let Some(window) = the_window(app) {
        let _ = window.set_zoom(f64::from(tenths) / 10.0);
    }
}

pub fn toggle_full_screen(app: &AppHandle) {
    if let Some(window) = the_window(app) {
        let _ = window.set_fullscreen(!window.is_fullscreen().unwrap_or(false));
    }
}
