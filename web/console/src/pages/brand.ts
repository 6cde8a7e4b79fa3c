// The voice the AI speaks in.

import { ask } from "../api";
import { element, field, form } from "../dom";
import type { Page } from "../main";
import { texts } from "../texts";

interface Brand {
  assistant_name: string;
  tone: string;
  register: "formal" | "informal";
  greeting: string;
  sign_off: string;
  handoff_message: string;
  banned_phrases: string[];
}

export function brandPage(): Page {
  const text = texts();
  const input = () => element("input", { dir: "auto" });
  const area = () => element("textarea", { dir: "auto" });
  const assistant = input();
  const tone = area();
  const greeting = input();
  const signOff = input();
  const handoff = area();
  const banned = area();
  const register = element(
    "select",
    {},
    element("option", { value: "formal" }, text.formal),
    element("option", { value: "informal" }, text.informal),
  );
  const saved = element("p", { className: "soft" });
  saved.setAttribute("role", "status");
  const save = async () => {
    const brand: Brand = {
      assistant_name: assistant.value,
      tone: tone.value,
      register: register.value === "informal" ? "informal" : "formal",
      greeting: greeting.value,
      sign_off: signOff.value,
      handoff_message: handoff.value,
      banned_phrases: banned.value.split("\n").filter((line) => line.trim() !== ""),
    };
    await ask("PUT", "/brand", brand);
    saved.textContent = text.saved;
  };
  const view = element(
    "section",
    { className: "card" },
    element("h2", {}, text.brand),
    form(
      text.save,
      save,
      field(text.assistant, assistant),
      field(text.register, register),
      field(text.tone, tone),
      field(text.greeting, greeting),
      field(text.signOff, signOff),
      field(text.handoff, handoff),
      field(text.banned, banned),
    ),
    saved,
  );
  void ask<Brand>("GET", "/brand").then((brand) => {
    assistant.value = brand.assistant_name;
    tone.value = brand.tone;
    register.value = brand.register;
    greeting.value = brand.greeting;
    signOff.value = brand.sign_off;
    handoff.value = brand.handoff_message;
    banned.value = brand.banned_phrases.join("\n");
  });
  return { view, news: () => undefined };
}
