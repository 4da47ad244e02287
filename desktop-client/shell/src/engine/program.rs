//! Where the engine is: beside this program, or, while CodeLab is being developed, in the checkout.

use std::path::Path;
use std::process::Command;

const NAME: &str = if cfg!(windows) { "codelab-engine.exe" } else { "codelab-engine" };

/// `resources`: the page and what else the packaged engine reads from files.
pub fn command(resources: &Path) -> Command {
    let beside = std::env::current_exe().ok().map(|program| program.with_file_name(NAME));
    match beside.filter(|engine| engine.is_file()) {
        Some(engine) => {
            let mut command = Command::new(engine);
            command.env("CODELAB_RESOURCES", resources).env("CODELAB_UI", resources.join("page"));
            command
        }
        None => from_checkout(),
    }
}

#[cfg(debug_assertions)]
fn from_checkout() -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(root.join("node_modules/.bin/node"));
    command.arg("--no-warnings").arg(root.join("desktop-client/engine/src/main.ts"));
    command
}

/// Its absence is told when it is started.
#[cfg(not(debug_assertions))]
fn from_checkout() -> Command {
    Command::new(NAME)
}
