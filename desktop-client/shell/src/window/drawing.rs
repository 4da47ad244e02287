//! How WebKit draws on Linux.

use std::env;
use std::fs;
use std::path::Path;

/// WebKitGTK's setting that has the processor draw: https://trac.webkit.org/wiki/EnvironmentVariables
const NO_COMPOSITING: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";
/// Where Linux shows what can draw: the usual devices in a folder, those of NVIDIA and of Windows' own Linux by themselves.
const DEVICES: &str = "/dev/dri";
const OTHER_DEVICES: [&str; 2] = ["/dev/nvidiactl", "/dev/dxg"];

/// Without a graphics device WebKit puts one in its place that is software, which makes the window's start longer and leaves it blank
/// on some machines; drawing directly does neither. What a person has set counts.
pub fn choose() {
    if env::var_os(NO_COMPOSITING).is_none() && !has_graphics() {
        // SAFETY: `main` calls this first, while there is one thread.
        unsafe { env::set_var(NO_COMPOSITING, "1") };
    }
}

fn has_graphics() -> bool {
    let any = fs::read_dir(DEVICES).is_ok_and(|mut entries| entries.next().is_some());
    any || OTHER_DEVICES.iter().any(|device| Path::new(device).exists())
}
