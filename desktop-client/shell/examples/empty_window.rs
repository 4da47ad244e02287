//! A Tauri window with a document and nothing else: what `npm run bench -- window` compares the application with.

use tauri::http::{Response, header};
use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() {
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            Response::builder()
                .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
                .body("<!doctype html><h1>An empty window with a line of text, and another one below it</h1>".repeat(4).into_bytes())
                .expect("constant headers")
        })
        .setup(|app| {
            let address = WebviewUrl::CustomProtocol("empty://localhost/".parse()?);
            WebviewWindowBuilder::new(app, "empty", address).inner_size(1280.0, 820.0).build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
        .expect("the window could not be made");
}
