#!/usr/bin/env python3
"""Refuses production files over 400 lines and any file over 600: a rule not checked is no rule."""
import pathlib
import subprocess
import sys

PRODUCTION_LINES, ANY_LINES = 400, 600
ENDINGS = {".rs", ".ts", ".tsx", ".mjs", ".py", ".sh", ".proto"}


def production_lines(text: str) -> int:
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.strip() == "#[cfg(test)]":
            return number
    return len(lines)


def main() -> int:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True
    )
    problems = []
    for name in listed.stdout.splitlines():
        path = pathlib.Path(name)
        if path.suffix not in ENDINGS or not path.is_file() or "generated" in path.parts:
            continue
        if path.name.endswith((".gen.ts", "schema.d.ts")):
            continue
        text = path.read_text(encoding="utf-8")
        total = len(text.splitlines())
        is_test = "tests" in path.parts or path.name in {"testing.rs", "tests.rs"}
        if total > ANY_LINES:
            problems.append(f"{name}: {total} lines, at most {ANY_LINES}")
        elif not is_test and production_lines(text) > PRODUCTION_LINES:
            problems.append(
                f"{name}: {production_lines(text)} production lines, at most {PRODUCTION_LINES}"
            )
    print("\n".join(problems) or "sizes: fine")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
