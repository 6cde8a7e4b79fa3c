// Puts the parts together for the channel that the loader named.

import { Api } from "./api";
import { Session } from "./session";
import { textsFor } from "./texts";
import { View } from "./view";

async function start(): Promise<void> {
  const tag = document.getElementById("xin-widget-app") as HTMLScriptElement | null;
  const channel = tag?.dataset["xinChannel"];
  if (!tag || !channel) return;
  const api = new Api(new URL(tag.src).origin, channel);
  const info = await api.info();
  const view = new View(info, textsFor(info.locale));
  const session = new Session(api, () => {
    view.draw();
  });
  view.attach(session);
  if (tag.dataset["xinOpen"]) view.show(true);
  await session.begin();
}

start().catch((error: unknown) => {
  console.error("xin widget:", error);
});
