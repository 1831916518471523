"""A project whose definitions have no declared check: what the standard set costs on top.

Its cleansing rules stay, and their stage is taken off the seconds: without them nearly every value would be of the
wrong width, and the run would be busy with that.
"""

from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import ROOT

SYSTEM = "juki"


def write_project(folder: Path) -> None:
    """Copies of the bundled definitions of juki without ``checks``.

    What is left are the checks that follow from the items themselves (required, letters, digits, codes) and the books.
    """
    folder.mkdir(parents=True)
    (folder / "migrate.yaml").write_text(f"municipality: bench\nlayout: {SYSTEM}\n", encoding="utf-8")
    for path in sorted((ROOT / "layouts" / SYSTEM).rglob("*.yaml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        if isinstance(document, dict) and document.pop("checks", None) is not None:
            _write(folder / path.relative_to(ROOT), document)


def _write(path: Path, document: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
