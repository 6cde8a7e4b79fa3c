// The look, inside the shadow root: nothing of the website gets in, nothing of ours gets out.

export const STYLES = `
:host { all: initial; }
* { box-sizing: border-box; }
.root { font: 15px/1.7 Vazirmatn, Vazir, Tahoma, "Segoe UI", sans-serif; color: var(--text);
  --text:#1b2430; --soft:#5c6b7f; --page:#fff; --own:#0f766e; --own-text:#fff; --other:#eef2f6;
  --line:#dbe2ea; --focus:#0ea5a0; }
@media (prefers-color-scheme: dark) { .root { --text:#e8edf3; --soft:#9fb0c3; --page:#17202b;
  --own:#0d9488; --other:#243140; --line:#324154; } }
.launcher { position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
  border: 0; border-radius: 999px; padding: 12px 20px; background: var(--own); color: #fff;
  font: inherit; font-weight: 600; cursor: pointer; box-shadow: 0 6px 24px #0003; }
.panel { position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
  width: min(380px, calc(100vw - 24px)); height: min(600px, calc(100dvh - 40px)); display: flex;
  flex-direction: column; background: var(--page); border: 1px solid var(--line);
  border-radius: 16px; overflow: hidden; box-shadow: 0 12px 48px #0004; }
.panel[hidden], .launcher[hidden] { display: none; }
header { display: flex; align-items: center; justify-content: space-between; padding: 12px 16px;
  background: var(--own); color: var(--own-text); }
header strong { font-size: 16px; }
header button { border: 0; background: none; color: inherit; font: inherit; font-size: 22px;
  line-height: 1; cursor: pointer; padding: 4px 8px; border-radius: 8px; }
.log { flex: 1; overflow-y: auto; padding: 16px; display: flex; flex-direction: column; gap: 10px; }
.message { max-width: 85%; padding: 8px 12px; border-radius: 14px; background: var(--other);
  align-self: flex-start; overflow-wrap: anywhere; }
.message.customer { background: var(--own); color: var(--own-text); align-self: flex-end; }
.message.waiting { opacity: .65; }
.message p { margin: 0; white-space: pre-wrap; unicode-bidi: plaintext; text-align: start; }
details { margin-block-start: 6px; font-size: 13px; color: var(--soft); }
summary { cursor: pointer; }
blockquote { margin: 4px 0 0; padding-inline-start: 8px; border-inline-start: 3px solid var(--line); }
.notice { color: var(--soft); font-size: 13px; padding: 0 16px 8px; min-height: 1.6em; }
.failed { border: 0; background: none; color: #c2410c; font: inherit; font-size: 13px;
  cursor: pointer; align-self: flex-end; text-decoration: underline; }
form { display: flex; gap: 8px; padding: 12px; border-block-start: 1px solid var(--line); }
textarea { flex: 1; resize: none; border: 1px solid var(--line); border-radius: 12px;
  padding: 8px 12px; font: inherit; color: inherit; background: transparent; max-height: 120px; }
/* An empty box with dir=auto would show its placeholder from the left. */
.root[dir="rtl"] textarea:placeholder-shown { direction: rtl; }
form button { border: 0; border-radius: 12px; padding: 0 16px; background: var(--own); color: #fff;
  font: inherit; font-weight: 600; cursor: pointer; }
button:focus-visible, textarea:focus-visible, summary:focus-visible {
  outline: 3px solid var(--focus); outline-offset: 2px; }
@media (max-width: 480px) { .panel { inset: 0; width: 100vw; height: 100dvh; border-radius: 0;
  border: 0; } }
`;
