// The frame: who is signed in, which page is shown, what is new.

import { follow, refresh, signedIn, ask, type Session } from "./api";
import { button, element, field, form } from "./dom";
import { brandPage } from "./pages/brand";
import { channelsPage } from "./pages/channels";
import { conversationsPage } from "./pages/conversations";
import { knowledgePage } from "./pages/knowledge";
import { locale, switchLocale, texts } from "./texts";

export interface Page {
  view: HTMLElement;
  /// Called with the kind of every change: the page looks again if it concerns it.
  news: (type: string) => void;
}

const PAGES = {
  conversations: conversationsPage,
  knowledge: knowledgePage,
  channels: channelsPage,
  brand: brandPage,
};
type PageName = keyof typeof PAGES;

const app = document.getElementById("app") as HTMLElement;
let stopNews: AbortController | null = null;
let current: Page | null = null;

function dress(): void {
  document.documentElement.lang = locale();
  document.documentElement.dir = locale() === "fa" ? "rtl" : "ltr";
  document.title = texts().product;
}

function languageButton(again: () => void): HTMLElement {
  const change = () => {
    switchLocale();
    again();
  };
  return button(texts().other, change, "plain");
}

function showEntrance(isNew: boolean): void {
  dress();
  const text = texts();
  const email = element("input", {
    type: "email",
    required: true,
    autocomplete: "email",
    dir: "ltr",
    name: "email",
  });
  const password = element("input", {
    type: "password",
    required: true,
    minLength: 10,
    dir: "ltr",
    name: "password",
    autocomplete: isNew ? "new-password" : "current-password",
  });
  const business = element("input", { required: isNew, dir: "auto", name: "business" });
  const enter = async () => {
    const body = { email: email.value, password: password.value };
    const extra = isNew ? { business_name: business.value, locale: locale() } : {};
    const path = isNew ? "/auth/sign-up" : "/auth/sign-in";
    const session = await ask<Session>("POST", path, { ...body, ...extra });
    signedIn(session);
    showConsole(session);
  };
  const fields = [field(text.email, email), field(text.password, password)];
  if (isNew) fields.unshift(field(text.business, business));
  const swap = () => {
    showEntrance(!isNew);
  };
  const head = element(
    "div",
    { className: "row spread" },
    element("h1", {}, text.product),
    languageButton(() => {
      showEntrance(isNew);
    }),
  );
  const entrance = form(isNew ? text.signUp : text.signIn, enter, ...fields);
  const other = button(isNew ? text.haveAccount : text.noAccount, swap, "link");
  app.replaceChildren(element("section", { className: "card narrow" }, head, entrance, other));
}

function pageInAddress(): PageName {
  const name = location.pathname.slice(1);
  return name in PAGES ? (name as PageName) : "conversations";
}

function showConsole(session: Session): void {
  dress();
  const text = texts();
  const shown = element("main");
  const nav = element("nav");
  const open = (name: PageName, push: boolean) => {
    if (push) history.pushState(null, "", `/${name}`);
    for (const link of nav.querySelectorAll("button")) {
      if (link.dataset["page"] === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    current = PAGES[name]();
    shown.replaceChildren(current.view);
  };
  for (const name of Object.keys(PAGES) as PageName[]) {
    const link = button(
      text[name],
      () => {
        open(name, true);
      },
      "plain",
    );
    link.dataset["page"] = name;
    nav.append(link);
  }
  const leave = async () => {
    stopNews?.abort();
    await ask("POST", "/auth/sign-out");
    showEntrance(false);
  };
  const top = element(
    "header",
    { className: "top" },
    element("strong", { dir: "auto" }, session.tenant.name),
    nav,
    languageButton(() => {
      showConsole(session);
    }),
    button(text.signOut, leave, "plain"),
  );
  app.replaceChildren(top, shown);
  window.onpopstate = () => {
    open(pageInAddress(), false);
  };
  open(pageInAddress(), false);
  stopNews?.abort();
  stopNews = new AbortController();
  void follow((type) => current?.news(type), stopNews.signal);
}

async function start(): Promise<void> {
  dress();
  const session = await refresh();
  if (session) showConsole(session);
  else showEntrance(true);
}

void start();
