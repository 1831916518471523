"""The bundled layouts of a host as a project whose files are in an encoding of hosts and have no line ends."""

import re
from pathlib import Path

from migrate.plan import word_problems
from migrate.spec.layout import Layout
from migrate.spec.library import Library
from migrate.spec.load import load_layout
from tests.towns import ROOT


def overlay(folder: Path, encoding: str, system: str = "juki", *, gaiji: str = "") -> Layout:
    """``host_fixed`` of a system in another encoding; ``gaiji`` are rows of code and text."""
    source = Path("layouts") / system / "sources" / "host_fixed"
    target = folder / source
    target.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / source).glob("*.yaml"):
        text = re.sub(r"(?m)^encoding: cp932$", f"encoding: {encoding}", path.read_text(encoding="utf-8"))
        text = text.replace("terminator: crlf", "terminator: none")
        (target / path.name).write_text(text, encoding="utf-8")
    rows = "".join(f"{row},,\n" for row in gaiji.split())
    (target / "gaiji.csv").write_text(f"code,text,basis,note\n{rows}", encoding="utf-8")
    return load_layout(Library(folder), system, "host_fixed", words=word_problems)
