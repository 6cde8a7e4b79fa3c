// Everything the widget itself says.

export interface Texts {
  open: string;
  close: string;
  placeholder: string;
  send: string;
  sources: string;
  typing: string;
  offline: string;
  failed: string;
  greeting: string;
  log: string;
}

const fa: Texts = {
  open: "گفت‌وگو با ما",
  close: "بستن",
  placeholder: "پیامتان را بنویسید…",
  send: "فرستادن",
  sources: "منبع پاسخ",
  typing: "در حال نوشتن…",
  offline: "ارتباط قطع است؛ پیام‌ها پس از وصل‌شدن فرستاده می‌شوند.",
  failed: "فرستاده نشد؛ برای تلاش دوباره بزنید",
  greeting: "سلام! سؤالتان را بنویسید.",
  log: "گفت‌وگو",
};

const en: Texts = {
  open: "Chat with us",
  close: "Close",
  placeholder: "Write a message…",
  send: "Send",
  sources: "Source",
  typing: "Writing…",
  offline: "You are offline; messages are sent when the connection is back.",
  failed: "Not sent; press to try again",
  greeting: "Hello! Write your question.",
  log: "Conversation",
};

export function textsFor(locale: string): Texts {
  return locale === "en" ? en : fa;
}
