// A tenant's website in miniature: it includes the widget exactly as the snippet says.

const channel = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1) ?? "");
const script = document.createElement("script");
script.src = "/widget.js";
script.dataset["channel"] = channel;
script.dataset["open"] = "yes";
document.body.append(script);
const snippet = document.getElementById("snippet");
if (snippet) {
  snippet.textContent = `<script src="${location.origin}/widget.js" data-channel="${channel}" defer></script>`;
}
