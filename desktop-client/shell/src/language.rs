//! The few words that the shell has of its own are in the language of the system: the engine, which knows the person's choice, is not there then.

pub fn is_russian() -> bool {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .is_some_and(|value| value.to_lowercase().starts_with("ru"))
}
