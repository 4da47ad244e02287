//! What holds the parts together: the engine that runs, the window that shows it, and what passes between them.

use crate::arguments::{self, Given};
use crate::engine::lines::{Command, Event, Line, WindowState};
use crate::engine::process::{self, Engine, News, Voice};
use crate::engine::program;
use crate::stopped::Stopped;
use crate::window::{self, navigation, place};
use crate::{menu, notifications, stopped};
use std::io;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;
use tauri::{AppHandle, Manager, Url};

/// A hidden page keeps what was typed last; its requests are on their way within this time.
const PAGE_SAVES: Duration = Duration::from_millis(250);

pub struct Shell {
    /// What this process was started with.
    given: Vec<Given>,
    engine: Mutex<Option<Engine>>,
    /// The engine's address, without its token: the only place where the page may go.
    origin: Mutex<Option<Url>>,
    stopped: Mutex<Stopped>,
    place: Mutex<Option<WindowState>>,
}

impl Shell {
    pub fn new(given: Vec<Given>) -> Self {
        Self {
            given,
            engine: Mutex::default(),
            origin: Mutex::default(),
            stopped: Mutex::default(),
            place: Mutex::default(),
        }
    }

    pub fn how_it_stopped(&self) -> Stopped {
        self.stopped.lock().unwrap().clone()
    }

    pub fn may_show(&self, url: &Url) -> bool {
        navigation::is_allowed(url, self.origin.lock().unwrap().as_ref())
    }

    pub fn send(&self, command: &Command) {
        if let Some(engine) = self.engine.lock().unwrap().as_mut() {
            engine.send(command);
        }
    }

    pub fn end(&self) {
        // Taken out first: whoever sends meanwhile does not wait for the end.
        let engine = self.engine.lock().unwrap().take();
        if let Some(engine) = engine {
            engine.end();
        }
    }
}

/// Also after it had stopped: with what this process was given, since the page remembers the rest. What it says waits for
/// `hear_engine`.
pub fn start_engine(app: &AppHandle) -> io::Result<Voice> {
    let shell = app.state::<Shell>();
    let mut command = program::command(&app.path().resource_dir().unwrap_or_default());
    // The first folder is part of the first picture.
    let first = shell.given.iter().position(|one| matches!(one, Given::Path(_)));
    if let Some(Given::Path(path)) = first.map(|index| &shell.given[index]) {
        command.arg("--").arg(path);
    }
    let (engine, voice) = process::start(command)?;
    *shell.engine.lock().unwrap() = Some(engine);
    let others = shell.given.iter().enumerate().filter(|(index, _)| Some(*index) != first);
    for (_, given) in others {
        shell.send(&command_for(given));
    }
    Ok(voice)
}

/// From here on there must be a window: what the engine says first is where its page is.
pub fn hear_engine(app: &AppHandle, started: io::Result<Voice>) {
    let heard = app.clone();
    match started {
        Ok(voice) => voice.hear(move |news| hear(&heard, news)),
        Err(error) => hear(app, News::Stopped { how: error.to_string(), said: String::new() }),
    }
}

fn hear(app: &AppHandle, news: News) {
    match news {
        News::Line(Line::Address(url)) => {
            let mut origin = url.clone();
            origin.set_query(None);
            *app.state::<Shell>().origin.lock().unwrap() = Some(origin);
            window::show_page(app, url);
        }
        News::Line(Line::Event(Event::Window { window })) => {
            // A window that begins maximized has the size to come back to from here alone.
            *app.state::<Shell>().place.lock().unwrap() = Some(window);
            place::restore(app, window);
        }
        News::Line(Line::Event(Event::Menu { menus })) => menu::show(app, menus),
        News::Line(Line::Event(Event::Waiting { count })) => window::show_waiting(app, count),
        News::Line(Line::Event(Event::Notification { notification })) => {
            notifications::tell(app, notification);
        }
        News::Stopped { how, said } => {
            let shell = app.state::<Shell>();
            *shell.origin.lock().unwrap() = None;
            *shell.engine.lock().unwrap() = None;
            *shell.stopped.lock().unwrap() = Stopped { how, said };
            window::show_page(app, stopped::address());
        }
    }
}

fn command_for(given: &Given) -> Command {
    match given {
        Given::Path(path) => Command::Open { path: path.to_string_lossy().into_owned() },
        Given::Link(url) => Command::Link { url: url.clone() },
    }
}

/// Folders and links for the application that already runs.
pub fn give(app: &AppHandle, given: Vec<Given>) {
    let shell = app.state::<Shell>();
    for one in &given {
        shell.send(&command_for(one));
    }
}

/// A second start: what it was given comes here, and this window comes to the front.
pub fn started_again(app: &AppHandle, arguments: Vec<String>, folder: String) {
    give(app, arguments::read(arguments.get(1..).unwrap_or_default(), folder.as_ref()));
    window::bring_to_front(app);
}

/// The size that a window has while it is not maximized is the one to come back to.
pub fn note_place(app: &AppHandle) {
    let shell = app.state::<Shell>();
    let mut known = shell.place.lock().unwrap();
    if let Some(place) = place::of_window(app, *known) {
        *known = Some(place);
    }
}

pub fn remember_place(app: &AppHandle) {
    note_place(app);
    let shell = app.state::<Shell>();
    let place = *shell.place.lock().unwrap();
    if let Some(window) = place {
        shell.send(&Command::Window { window });
    }
}

/// The window goes at once; the engine ends when the page has had a moment to keep what was typed.
pub fn leave(app: &AppHandle) {
    remember_place(app);
    window::hide(app);
    let app = app.clone();
    thread::spawn(move || {
        thread::sleep(PAGE_SAVES);
        app.exit(0);
    });
}
