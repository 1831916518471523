"""A project whose definitions have no cleansing rule and no declared check: what the standard set costs on top."""

from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import ROOT

SYSTEM = "juki"


def write_project(folder: Path) -> None:
    """Copies of the bundled definitions of juki without ``checks``, and no cleansing rules.

    What is left are the checks that follow from the items themselves (required, letters, digits, codes) and the books.
    """
    folder.mkdir(parents=True)
    (folder / "migrate.yaml").write_text(f"municipality: bench\nlayout: {SYSTEM}\n", encoding="utf-8")
    for path in sorted((ROOT / "layouts" / SYSTEM).rglob("*.yaml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        if isinstance(document, dict) and document.pop("checks", None) is not None:
            _write(folder / path.relative_to(ROOT), document)
    for path in sorted((ROOT / "cleansing_rules").glob("*.yaml")):
        if path.stem in ("common", SYSTEM):
            _write(folder / path.relative_to(ROOT), [])


def _write(path: Path, document: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
