//! What a start was given: folders, files, links.

use std::path::{Path, PathBuf};
use tauri::Url;

#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    Path(PathBuf),
    /// `codelab://…`
    Link(String),
}

/// The arguments of this very process.
pub fn of_this_start() -> Vec<Given> {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    read(&arguments, &std::env::current_dir().unwrap_or_default())
}

/// Paths become absolute; options are nobody's here.
pub fn read(arguments: &[String], folder: &Path) -> Vec<Given> {
    arguments
        .iter()
        .filter(|argument| !argument.is_empty() && !argument.starts_with('-'))
        .filter_map(|argument| read_one(argument, folder))
        .collect()
}

fn read_one(argument: &str, folder: &Path) -> Option<Given> {
    if argument.starts_with("codelab://") {
        return Some(Given::Link(argument.to_owned()));
    }
    // File managers give addresses.
    if argument.starts_with("file://") {
        return Some(Given::Path(Url::parse(argument).ok()?.to_file_path().ok()?));
    }
    Some(Given::Path(folder.join(argument)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(arguments: &[&str]) -> Vec<Given> {
        let owned: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        read(&owned, Path::new("/home/ann"))
    }

    #[test]
    fn paths_are_made_absolute_and_links_stay() {
        assert_eq!(
            given(&["project", "/srv/code", "codelab://session/1", "file:///srv/a%20b"]),
            [
                Given::Path("/home/ann/project".into()),
                Given::Path("/srv/code".into()),
                Given::Link("codelab://session/1".into()),
                Given::Path("/srv/a b".into()),
            ]
        );
    }

    #[test]
    fn options_and_addresses_of_other_machines_are_left_out() {
        assert_eq!(given(&["--inspect", "", "file://elsewhere/share"]), []);
    }
}
