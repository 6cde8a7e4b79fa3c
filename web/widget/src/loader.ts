// <script src="https://…/widget.js" data-channel="PUBLIC_ID" defer></script>
// Finds its own tag, then loads the app when the page has nothing better to do.

declare const APP_PATH: string;

const own = document.currentScript as HTMLScriptElement | null;

function load(script: HTMLScriptElement): void {
  const origin = new URL(script.src).origin;
  const app = document.createElement("script");
  app.type = "module";
  app.src = origin + APP_PATH;
  app.dataset["xinChannel"] = script.dataset["channel"] ?? "";
  app.dataset["xinOpen"] = script.dataset["open"] ?? "";
  // The app reads its settings from its own tag: a module has no currentScript.
  app.id = "xin-widget-app";
  document.head.append(app);
}

if (own?.dataset["channel"]) {
  const start = () => {
    load(own);
  };
  if ("requestIdleCallback" in window) window.requestIdleCallback(start, { timeout: 2000 });
  else setTimeout(start, 200);
} else {
  console.error("xin widget: the script tag needs data-channel");
}
