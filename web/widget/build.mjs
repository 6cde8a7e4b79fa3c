// Two bundles: a loader with a fixed name, small enough for every page of a website, and the app
// it loads when the page has time, named by its content so that it can be kept for ever.
import { build } from "esbuild";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { basename } from "node:path";

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist", { recursive: true });
const shared = { bundle: true, minify: true, target: "es2020", legalComments: "none" };
const app = await build({
  ...shared,
  entryPoints: { app: "src/app.ts" },
  format: "esm",
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  metafile: true,
});
const file = basename(Object.keys(app.metafile.outputs)[0]);
await build({
  ...shared,
  entryPoints: ["src/loader.ts"],
  format: "iife",
  outfile: "dist/widget.js",
  define: { APP_PATH: JSON.stringify(`/widget/assets/${file}`) },
});
await build({ ...shared, entryPoints: ["src/demo.ts"], format: "iife", outfile: "dist/demo.js" });
cpSync("demo.html", "dist/demo.html");
cpSync("demo.css", "dist/demo.css");
