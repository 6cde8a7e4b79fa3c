#!/usr/bin/env python3
"""Refuses log messages and error texts that begin with a capital or end with a full stop."""
import pathlib
import re
import sys

LOG = re.compile(r'(?:tracing::)?(?:error|warn|info|debug|trace)!\((?:[^"]*?,\s*)?"([^"]+)"', re.S)
ERROR = re.compile(r'#\[error\("([^"]+)"')
ACRONYM = re.compile(r"^[A-Z]{2,}")


def main() -> int:
    problems = []
    for root in ("crates", "services"):
        for path in pathlib.Path(root).rglob("*.rs"):
            text = path.read_text(encoding="utf-8")
            for found in [*LOG.finditer(text), *ERROR.finditer(text)]:
                message = found.group(1)
                starts_wrong = message[:1].isupper() and not ACRONYM.match(message)
                if starts_wrong or (message.endswith(".") and not message.endswith("..")):
                    line = text.count("\n", 0, found.start()) + 1
                    problems.append(f"{path}:{line}: {message!r}")
    print("\n".join(problems) or "log messages: fine")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
