//! Answers with the pages' files, and tells browsers how long to keep them and what they may do.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETag,
    Header, HeaderValue, IfNoneMatch,
};
use actix_web::{HttpRequest, HttpResponse, web};

use super::files::{Build, File};
use crate::error::{Answer, ApiError};

/// The console runs its own scripts and speaks to its own server. Inline styles are for Mantine,
/// which sets sizes that way.
const CONSOLE_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' \
    'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; \
    frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";
/// The demo page shows the widget as a tenant's website does, styles in its shadow root included.
const DEMO_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' \
    'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

/// A name that changes with the content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// The loader keeps its name, so a new one is in use after this.
const FOR_A_WHILE: &str = "public, max-age=300";
/// A page names its files, so it is compared by its tag every time.
const ASK_AGAIN: &str = "no-cache";
const NOT_AT_ALL: &str = "no-store";

const NOT_BUILT: &str = "The web pages were not built into this program: run `make web`, then build it again.\n\
     صفحه‌های وب در این برنامه ساخته نشده‌اند: «make web» را اجرا کنید و دوباره بسازید.\n";

/// `GET /widget.js`: the loader that a tenant's website includes.
pub async fn widget_loader(request: HttpRequest) -> HttpResponse {
    match Build::Widget.file("widget.js") {
        Some(file) => anywhere(answer(&request, file, FOR_A_WHILE, None)),
        None => not_built(),
    }
}

/// `GET /widget/…`: what the loader loads.
pub async fn widget_file(request: HttpRequest, path: web::Path<String>) -> Answer<HttpResponse> {
    let file = Build::Widget
        .file(&path)
        .filter(|_| !path.ends_with(".html"));
    let file = file.ok_or_else(|| ApiError::not_found("file"))?;
    Ok(anywhere(answer(&request, file, lifetime(&path), None)))
}

/// Lets any website use it: browsers ask for scripts that are modules, and for fonts, only where
/// they are told that they may.
fn anywhere(mut response: HttpResponse) -> HttpResponse {
    let everyone = HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, everyone);
    response
}

/// `GET /demo/{channel_public_id}`: a website with the widget. The page finds the channel in its
/// own address.
pub async fn demo(request: HttpRequest) -> HttpResponse {
    match Build::Widget.file("demo.html") {
        Some(file) => answer(&request, file, ASK_AGAIN, Some(DEMO_POLICY)),
        None => not_built(),
    }
}

/// `GET /`: the console.
pub async fn console_home(request: HttpRequest) -> HttpResponse {
    match Build::Console.file("index.html") {
        Some(file) => answer(&request, file, ASK_AGAIN, Some(CONSOLE_POLICY)),
        None => not_built(),
    }
}

/// Any other address: a file of the console, or one of its screens, which it finds by itself.
pub async fn console_file(request: HttpRequest, path: web::Path<String>) -> Answer<HttpResponse> {
    if let Some(file) = Build::Console
        .file(&path)
        .filter(|_| !path.ends_with(".html"))
    {
        return Ok(answer(&request, file, lifetime(&path), None));
    }
    // A screen has no dot in its address. A file that is missing must not become a page: the
    // browser would take HTML for a script.
    if is_screen(&path) {
        Ok(console_home(request).await)
    } else {
        Err(ApiError::not_found("address"))
    }
}

fn is_screen(path: &str) -> bool {
    let is_ours = ["api/", "hooks/", "widget/"]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    !is_ours && !path.rsplit('/').next().unwrap_or_default().contains('.')
}

/// Vite puts what it names by content into `assets`.
fn lifetime(path: &str) -> &'static str {
    if path.split('/').any(|part| part == "assets") {
        FOR_EVER
    } else {
        FOR_A_WHILE
    }
}

fn answer(request: &HttpRequest, file: File, lifetime: &str, policy: Option<&str>) -> HttpResponse {
    let known = match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&file.tag)),
        // A header that is none asks for nothing.
        Err(_) => false,
    };
    let status = if known {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    };
    let mut response = HttpResponse::build(status);
    response.insert_header(ETag(file.tag));
    response.insert_header((CACHE_CONTROL, lifetime));
    if let Some(policy) = policy {
        response.insert_header((CONTENT_SECURITY_POLICY, policy));
    }
    if known {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, file.media_type));
    response.body(file.bytes.into_owned())
}

fn not_built() -> HttpResponse {
    HttpResponse::NotFound()
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((CACHE_CONTROL, NOT_AT_ALL))
        .body(NOT_BUILT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screens_are_told_from_files() {
        for screen in ["conversations", "conversations/cnv_1", "settings/"] {
            assert!(is_screen(screen), "{screen}");
        }
        for other in [
            "favicon.ico",
            "assets/index-abc.js",
            "api/v2/me",
            "hooks/x",
            "widget/x",
        ] {
            assert!(!is_screen(other), "{other}");
        }
    }

    #[test]
    fn only_what_is_named_by_content_is_kept_for_ever() {
        assert_eq!(lifetime("assets/index-abc.js"), FOR_EVER);
        assert_eq!(lifetime("logo.svg"), FOR_A_WHILE);
    }
}
