// The console's side of the API: the access token lives in memory only, the session in a cookie
// that scripts cannot read.

export class ApiError extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

export interface Session {
  access_token: string;
  expires_in: number;
  tenant: { id: string; name: string };
}

interface Problem {
  detail?: string;
  errors?: { field: string; message: string }[];
}

let token = "";

export function signedIn(session: Session): void {
  token = session.access_token;
}

export async function refresh(): Promise<Session | null> {
  const answer = await fetch("/api/v1/auth/refresh", { method: "POST" });
  if (!answer.ok) return null;
  const session = (await answer.json()) as Session;
  signedIn(session);
  return session;
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = {};
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  const encoded = body === undefined ? null : isForm ? body : JSON.stringify(body);
  return fetch(`/api/v1${path}`, { method, headers, body: encoded });
}

export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  let answer = await send(method, path, body);
  if (answer.status === 401 && token && (await refresh())) answer = await send(method, path, body);
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as Problem;
    const fields = (problem.errors ?? []).map((error) => `${error.field}: ${error.message}`);
    throw new ApiError(answer.status, fields.join(" · ") || problem.detail || answer.statusText);
  }
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

const LONGEST_PAUSE = 15_000;

/// Follows the news from the last thing seen, across broken connections.
export async function follow(news: (type: string) => void, stop: AbortSignal): Promise<void> {
  let last = "";
  let pause = 500;
  while (!stop.aborted) {
    try {
      const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
      if (last) headers["Last-Event-ID"] = last;
      const answer = await fetch("/api/v1/events", { headers, signal: stop });
      if (answer.status === 401) await refresh();
      if (!answer.ok || !answer.body) throw new Error(String(answer.status));
      pause = 500;
      for await (const event of events(answer.body)) {
        if (event.id) last = event.id;
        if (event.type) news(event.type);
      }
    } catch {
      await new Promise((done) => setTimeout(done, pause));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}

async function* events(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ id: string; type: string }> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .getReader();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    buffer += value;
    const whole = buffer.split("\n\n");
    buffer = whole.pop() ?? "";
    for (const text of whole) {
      const field = (name: string) =>
        text
          .split("\n")
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim() ?? "";
      yield { id: field("id"), type: field("event") };
    }
  }
}
