// What visitors of a tenant's website must download, checked: a limit not checked is no limit.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const KIB = 1024;
const limits = [
  ["widget loader", "widget/dist", /^widget\.js$/, 5 * KIB],
  ["widget app", "widget/dist/assets", /^app-.*\.js$/, 35 * KIB],
  ["console", "console/dist/assets", /\.js$/, 250 * KIB],
];

let failed = false;
for (const [name, folder, pattern, limit] of limits) {
  const files = readdirSync(folder).filter((file) => pattern.test(file));
  const bytes = files.reduce(
    (sum, file) => sum + gzipSync(readFileSync(`${folder}/${file}`)).length,
    0,
  );
  const verdict = files.length > 0 && bytes <= limit ? "fine" : "too large";
  failed ||= verdict !== "fine";
  console.log(`${name}: ${(bytes / KIB).toFixed(1)} KiB gzip of ${limit / KIB}: ${verdict}`);
}
process.exit(failed ? 1 : 0);
