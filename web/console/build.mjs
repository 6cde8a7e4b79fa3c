// One script and one style sheet, named by their content, and the page that names them.
import { build } from "esbuild";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist", { recursive: true });
const { metafile } = await build({
  entryPoints: { console: "src/main.ts", style: "src/style.css" },
  bundle: true,
  minify: true,
  target: "es2022",
  format: "esm",
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  metafile: true,
});
const names = Object.keys(metafile.outputs).map((path) => basename(path));
const page = readFileSync("index.html", "utf8")
  .replace(
    "SCRIPT",
    names.find((name) => name.endsWith(".js")),
  )
  .replace(
    "STYLE",
    names.find((name) => name.endsWith(".css")),
  );
writeFileSync("dist/index.html", page);
cpSync("favicon.svg", "dist/favicon.svg");
