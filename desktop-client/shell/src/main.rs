//! CodeLab's native window. It starts the engine, shows the page that the engine serves, and brings what only a window can: one
//! instance, menu, notifications, links of its own. What it knows of the application is what the engine tells it by lines.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod engine;
mod language;
mod menu;
mod notifications;
mod shell;
mod stopped;
mod window;

use shell::Shell;
use tauri::{Manager, RunEvent, WindowEvent};

fn main() {
    #[cfg(target_os = "linux")]
    window::drawing::choose();
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(shell::started_again))
        .manage(Shell::new(arguments::of_this_start()))
        .register_uri_scheme_protocol(stopped::SCHEME, |context, _| {
            stopped::answer(context.app_handle().state::<Shell>().how_it_stopped())
        })
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .setup(|app| {
            // The engine takes longest, so it begins first; it may well be ready before the window that it is heard for.
            let started = shell::start_engine(app.handle());
            window::open(app.handle())?;
            shell::hear_engine(app.handle(), started);
            Ok(())
        })
        .build(tauri::generate_context!())
        .expect("the window could not be made")
        .run(|app, event| match event {
            RunEvent::WindowEvent { event, .. } => on_window(app, event),
            RunEvent::Exit => app.state::<Shell>().end(),
            #[cfg(target_os = "macos")]
            RunEvent::Opened { urls } => {
                let given: Vec<String> = urls.iter().map(ToString::to_string).collect();
                shell::give(app, arguments::read(&given, &Default::default()));
            }
            _ => {}
        });
}

fn on_window(app: &tauri::AppHandle, event: WindowEvent) {
    match event {
        WindowEvent::Resized(_) | WindowEvent::Moved(_) => shell::note_place(app),
        WindowEvent::Focused(false) => shell::remember_place(app),
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            shell::leave(app);
        }
        WindowEvent::DragDrop(tauri::DragDropEvent::Drop { paths, .. }) => {
            shell::give(app, paths.into_iter().map(arguments::Given::Path).collect());
        }
        _ => {}
    }
}
