//! Starting the engine, hearing it, ending it.

use super::lines::{self, Command as ShellCommand, Line};
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// The engine closes what is open within three seconds; then it is not asked any more.
const PATIENCE: Duration = Duration::from_secs(4);
/// Of what it said on standard error, the last lines are kept for a person.
const KEPT_LINES: usize = 20;
const LONGEST_LINE: usize = 500;

pub enum News {
    Line(Line),
    /// It ended though nobody asked it to.
    Stopped { how: String, said: String },
}

pub struct Engine {
    child: Arc<Mutex<Child>>,
    input: ChildStdin,
    wanted: Arc<AtomicBool>,
    ended: Receiver<()>,
}

/// What an engine says, from its first line on: it waits until somebody hears it.
pub struct Voice {
    output: ChildStdout,
    errors: ChildStderr,
    child: Arc<Mutex<Child>>,
    wanted: Arc<AtomicBool>,
    tell_end: Sender<()>,
}

pub fn start(mut command: Command) -> io::Result<(Engine, Voice)> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let child = Arc::new(Mutex::new(child));
    let wanted = Arc::new(AtomicBool::new(true));
    let (tell_end, ended) = channel();
    let voice = Voice {
        output: output.expect("standard output is a pipe"),
        errors: errors.expect("standard error is a pipe"),
        child: child.clone(),
        wanted: wanted.clone(),
        tell_end,
    };
    Ok((Engine { child, input: input.expect("standard input is a pipe"), wanted, ended }, voice))
}

impl Voice {
    /// Tells of each line and of the end, on a thread of its own.
    pub fn hear(self, on_news: impl Fn(News) + Send + 'static) {
        let Voice { output, errors, child, wanted, tell_end } = self;
        let said = thread::spawn(move || last_lines(errors));
        thread::spawn(move || {
            hear(output, &on_news);
            let status = wait_for(&child);
            let said = said.join().unwrap_or_default();
            let _ = tell_end.send(());
            if wanted.load(Ordering::SeqCst) {
                let how = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                on_news(News::Stopped { how, said });
            }
        });
    }
}

/// The lock is free in between, so that the child can still be killed.
fn wait_for(child: &Mutex<Child>) -> io::Result<ExitStatus> {
    loop {
        if let Some(status) = child.lock().unwrap().try_wait()? {
            return Ok(status);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn hear(output: impl Read, on_news: &impl Fn(News)) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if let Some(line) = lines::read(&line) {
            on_news(News::Line(line));
        }
    }
}

/// Passes them on to our own standard error, for a terminal.
fn last_lines(errors: impl Read) -> String {
    let mut kept = VecDeque::new();
    for line in BufReader::new(errors).split(b'\n').map_while(Result::ok) {
        let text = String::from_utf8_lossy(&line);
        eprintln!("{text}");
        kept.push_back(text.chars().take(LONGEST_LINE).collect::<String>());
        if kept.len() > KEPT_LINES {
            kept.pop_front();
        }
    }
    kept.make_contiguous().join("\n")
}

impl Engine {
    /// A line that does not arrive is no failure of its own: that the engine is gone is told by its end.
    pub fn send(&mut self, command: &ShellCommand) {
        if let Ok(line) = serde_json::to_string(command) {
            let _ = writeln!(self.input, "{line}");
        }
    }

    /// The end of its input is the engine's sign; one that does not heed it is killed.
    pub fn end(self) {
        self.wanted.store(false, Ordering::SeqCst);
        drop(self.input);
        if self.ended.recv_timeout(PATIENCE).is_err() {
            let _ = self.child.lock().unwrap().kill();
        }
    }
}
