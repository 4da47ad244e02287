//! The native menu. The engine says what is in it, in the person's language and with their keys; what is chosen is the window's own
//! affair (`window.…`) or a command of the page.

use crate::engine::lines::{Command, Menu, MenuEntry};
use crate::shell::{self, Shell};
use crate::window;
use tauri::menu::{MenuBuilder, MenuItem, MenuItemBuilder, Submenu, SubmenuBuilder};
use tauri::{AppHandle, Manager, Wry};

pub fn show(app: &AppHandle, menus: Vec<Menu>) {
    let app = app.clone();
    let _ = app.clone().run_on_main_thread(move || {
        // A menu that cannot be made leaves the page's own keys and palette.
        if let Err(error) = build(&app, &menus) {
            eprintln!("codelab: the menu could not be made: {error}");
        }
    });
}

fn build(app: &AppHandle, menus: &[Menu]) -> tauri::Result<()> {
    let mut builder = MenuBuilder::new(app);
    if cfg!(target_os = "macos") {
        builder = builder.item(&SubmenuBuilder::new(app, "CodeLab").hide().separator().quit().build()?);
    }
    for (index, menu) in menus.iter().enumerate() {
        builder = builder.item(&submenu(app, menu)?);
        // There, copying and pasting by their keys exist only by a menu.
        if cfg!(target_os = "macos") && index == 0 {
            let edit = SubmenuBuilder::new(app, "Edit").undo().redo().separator();
            builder = builder.item(&edit.cut().copy().paste().select_all().build()?);
        }
    }
    app.set_menu(builder.build()?)?;
    Ok(())
}

fn submenu(app: &AppHandle, menu: &Menu) -> tauri::Result<Submenu<Wry>> {
    let mut builder = SubmenuBuilder::new(app, &menu.title);
    for (index, group) in menu.groups.iter().enumerate() {
        if index > 0 {
            builder = builder.separator();
        }
        for entry in group {
            builder = builder.item(&item(app, entry)?);
        }
    }
    builder.build()
}

fn item(app: &AppHandle, entry: &MenuEntry) -> tauri::Result<MenuItem<Wry>> {
    let plain = || MenuItemBuilder::with_id(entry.command.as_str(), &entry.label);
    let Some(keys) = &entry.keys else { return plain().build(app) };
    // A person may choose keys that no menu can show; the page knows them all.
    plain().accelerator(accelerator(keys)).build(app).or_else(|_| plain().build(app))
}

fn accelerator(keys: &str) -> String {
    keys.split('+').map(|key| if key == "Mod" { "CmdOrCtrl" } else { key }).collect::<Vec<_>>().join("+")
}

pub fn chosen(app: &AppHandle, id: &str) {
    match id {
        "window.zoom_in" => window::zoom(app, Some(1)),
        "window.zoom_out" => window::zoom(app, Some(-1)),
        "window.zoom_reset" => window::zoom(app, None),
        "window.full_screen" => window::toggle_full_screen(app),
        "window.quit" => shell::leave(app),
        command => app.state::<Shell>().send(&Command::Command { command: command.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::accelerator;

    #[test]
    fn keys_are_spelled_as_menus_want_them() {
        assert_eq!(accelerator("Mod+Shift+P"), "CmdOrCtrl+Shift+P");
        assert_eq!(accelerator("F11"), "F11");
    }
}
