//! The engine is a process of its own; lines pass between it and this window.

pub mod lines;
pub mod process;
pub mod program;
