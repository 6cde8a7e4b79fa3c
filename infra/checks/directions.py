#!/usr/bin/env python3
"""Refuses dependencies that point the wrong way (DESIGN: the house), read from cargo itself."""
import json
import subprocess
import sys

# What each of our packages may depend on, of ours.
CRATES = {
    "xin-domain": set(),
    "xin-text": set(),
    # From files to pieces of text.
    "xin-documents": {"xin-text"},
    "xin-contracts": {"xin-domain"},
    "xin-storage": {"xin-domain", "xin-contracts"},
    "xin-broker": {"xin-domain", "xin-contracts", "xin-storage"},
    "xin-llm": {"xin-domain", "xin-text"},
    "xin-knowledge": {"xin-domain", "xin-text", "xin-llm"},
    "xin-channels": {"xin-domain", "xin-text"},
    "xin-runtime": {"xin-domain"},
    # From settings to parts, for the composition roots.
    "xin-platform": {"xin-documents", "xin-domain", "xin-text", "xin-storage", "xin-broker", "xin-channels", "xin-knowledge", "xin-llm", "xin-runtime"},
}
SERVICES = {"gateway", "webhook-ingest", "conversation", "knowledge-ingest", "ai-orchestrator"}
# The one crate that may name a library, so that the others cannot tell what is behind it.
OWNERS = {
    "sea-orm": {"xin-storage", "xin-testkit", "xin-bench"},
    "sea-orm-migration": {"xin-storage"},
    "lapin": {"xin-broker", "xin-bench"},
    "qdrant-client": {"xin-knowledge", "xin-testkit"},
    "qdrant-edge": {"xin-knowledge", "xin-testkit"},
    "async-openai": {"xin-llm"},
    "teloxide-core": {"xin-channels"},
}


def main() -> int:
    run = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--no-deps", "--locked"],
        capture_output=True,
        text=True,
        check=True,
    )
    problems = []
    for package in json.loads(run.stdout)["packages"]:
        name = package["name"]
        used = {d["name"] for d in package["dependencies"] if d["kind"] != "dev"}
        ours = {d for d in used if d in CRATES or d in SERVICES or d == "xin-testkit"}
        if name in CRATES:
            wrong = ours - CRATES[name]
        elif name in SERVICES:
            wrong = ours - set(CRATES)
        elif name == "xin":
            wrong = ours - set(CRATES) - SERVICES
        else:
            wrong = ours & SERVICES
        problems += [f"{name} must not depend on {other}" for other in sorted(wrong)]
        for library, owners in OWNERS.items():
            named = any(d["name"] == library and d["kind"] != "dev" for d in package["dependencies"])
            if named and name not in owners:
                problems.append(f"{name} must not name {library}")
        if "actix-web" in used and name in CRATES and name not in {"xin-runtime", "xin-platform"}:
            problems.append(f"{name} must not name actix-web")
    print("\n".join(problems) or "directions: fine")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
