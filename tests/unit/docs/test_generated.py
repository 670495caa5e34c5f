"""`make generated` makes every file that says of itself by which command it was made."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_make_generated_makes_every_generated_file() -> None:
    """A command names its file where it is defined; a page's own test compares what it holds."""
    sources = subprocess.run(
        ["git", "ls-files", "libs", "services", "deploy"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    defined = {
        (command, file)
        for source in sources
        if source.endswith(".py")
        for command, file in re.findall(
            r"\bpython ((?:-m motcua_|deploy/)[\w./ ]+?)\s*> ((?:docs|deploy)/[\w./-]+\w)",
            (ROOT / source).read_text(),
        )
    }
    said = subprocess.run(
        ["make", "-n", "generated"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    made = set(re.findall(r"bin/python (.+?) > (\S+?)\.new && mv \2\.new \2$", said, re.MULTILINE))
    assert len(made) == 7
    assert made == defined
