//! Where the window is on the screen, and putting it back there.

use super::the_window;
use crate::engine::lines::WindowState;
use tauri::{AppHandle, LogicalPosition, LogicalSize};

/// So much of a window must be on a screen for a person to be able to move it.
const REACHABLE: i32 = 80;

#[derive(Clone, Copy, Debug)]
struct Area {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
}

/// A maximized window keeps the size and place that it had before.
pub fn of_window(app: &AppHandle, before: Option<WindowState>) -> Option<WindowState> {
    let window = the_window(app)?;
    if window.is_minimized().unwrap_or(false) || !window.is_visible().unwrap_or(false) {
        return None;
    }
    let maximized = window.is_maximized().unwrap_or(false);
    if let Some(before) = before.filter(|_| maximized) {
        return Some(WindowState { maximized, ..before });
    }
    let scale = window.scale_factor().ok()?;
    let size = window.inner_size().ok()?.to_logical::<u32>(scale);
    let position = window.outer_position().ok().map(|found| found.to_logical::<i32>(scale));
    Some(WindowState {
        x: position.map(|found| found.x),
        y: position.map(|found| found.y),
        width: size.width,
        height: size.height,
        maximized,
    })
}

/// A screen that is gone does not take the window with it.
pub fn restore(app: &AppHandle, state: WindowState) {
    let Some(window) = the_window(app) else { return };
    let _ = window.set_size(LogicalSize::new(state.width, state.height));
    let screens: Vec<Area> = window
        .available_monitors()
        .unwrap_or_default()
        .iter()
        .map(|screen| {
            let position = screen.position().to_logical::<i32>(screen.scale_factor());
            let size = screen.size().to_logical::<i32>(screen.scale_factor());
            Area { x: position.x, y: position.y, width: size.width, height: size.height }
        })
        .collect();
    if let (Some(x), Some(y)) = (state.x, state.y)
        && is_reachable(x, y, &state, &screens)
    {
        let _ = window.set_position(LogicalPosition::new(x, y));
    }
    if state.maximized {
        let _ = window.maximize();
    }
}

fn is_reachable(x: i32, y: i32, state: &WindowState, screens: &[Area]) -> bool {
    let width = i32::try_from(state.width).unwrap_or(i32::MAX / 2);
    screens.iter().any(|screen| {
        let shown = (x + width).min(screen.x + screen.width) - x.max(screen.x);
        shown >= REACHABLE && y >= screen.y && y <= screen.y + screen.height - REACHABLE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_comes_back_only_where_it_can_be_reached() {
        let state = WindowState { x: None, y: None, width: 800, height: 600, maximized: false };
        let screens = [
            Area { x: 0, y: 0, width: 1920, height: 1080 },
            Area { x: 1920, y: 0, width: 1280, height: 1024 },
        ];
        let reachable = |x, y| is_reachable(x, y, &state, &screens);
        assert!(reachable(100, 100));
        assert!(reachable(2000, 500));
        assert!(reachable(-700, 20));
        assert!(!reachable(-790, 20));
        assert!(!reachable(3300, 20));
        assert!(!reachable(100, -40));
        assert!(!reachable(100, 1070));
        assert!(!is_reachable(2000, 500, &state, &screens[..1]));
    }
}
