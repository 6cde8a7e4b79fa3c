// What the API answers (docs/openapi.json), as far as the widget needs it.

export interface Citation {
  document_id: string;
  title: string;
  quote: string;
}

export interface Message {
  id: string;
  author: "customer" | "ai" | "agent" | "system";
  text: string;
  citations: Citation[];
  created_at: string;
  client_id?: string;
}

export interface WidgetInfo {
  name: string;
  assistant_name: string;
  locale: "fa" | "en";
  greeting: string;
}

export interface Visitor {
  token: string;
  conversation_id: string;
}

export type Frame =
  | { type: "message"; message: Message }
  | { type: "delta"; turn: number; text: string }
  | { type: "typing"; author: string }
  | { type: "ready" }
  | { type: "accepted"; client_id: string }
  | { type: "error"; client_id?: string; problem: { detail: string; status: number } }
  | { type: "pong" };
