"""Numbers of a town that must stand in no file but its data files: every form in which one could slip out."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import polars as pl

from migrate.io.framing import TERMINATORS
from migrate.plan.reading import all_columns
from migrate.spec.source import SourceFile
from tests.delivery import PATHS
from tests.towns import juki

LEAST = 9
"""Digits of a number that could be no coincidence."""
SECRETS = {"kobango": "bango", "kojin": "juminhyo_cd", "rireki": "juminhyo_cd"}
"""The field of each file that holds them."""
DATA = ("standard/", "unaccepted/", "kojin_bango/", "extra/", "staging/")
"""Where numbers may stand: the tables, and the rows that a run keeps aside while it goes."""
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def secrets_of(inputs: Path) -> frozenset[str]:
    """個人番号 and 住民票コード of a town of the model host, as they stand in its files."""
    found = set()
    for file, column in SECRETS.items():
        layout = juki().source.files[file]  # type: ignore[union-attr]
        assert isinstance(layout, SourceFile)
        assert layout.record is not None
        place, raw = all_columns(layout)[column].place, (inputs / PATHS[file]).read_bytes()
        stride = layout.record.length + len(TERMINATORS[layout.record.terminator])
        for at in range(0, len(raw), stride):
            found.add(raw[at + place.start : at + place.stop].decode("latin-1").strip())
    return frozenset(number for number in found if len(number) >= LEAST and number.isdigit())


def forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """A number as it might be written by mistake, and what that form is called."""
    raw = secret.encode("latin-1")
    yield "plain", raw
    wide = secret.translate(WIDE)
    for encoding in ("cp932", "utf-8", "utf-16-le"):
        yield f"full width in {encoding}", wide.encode(encoding, "replace")
    yield "utf-16", secret.encode("utf-16-le")
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    for before in range(3):
        text = base64.b64encode(b"\0" * before + raw)
        yield f"base64 at {before}", text[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
    for algorithm in (hashlib.md5, hashlib.sha1, hashlib.sha256):
        digest = algorithm(raw)
        yield digest.name, digest.digest()
        yield f"{digest.name} in hex", digest.hexdigest().encode()
        yield f"{digest.name} in HEX", digest.hexdigest().upper().encode()


class Canaries:
    """Looks for all forms of many numbers at once; bytes that were looked at before are not looked at again."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._forms: dict[int, dict[bytes, str]] = defaultdict(dict)
        self._clean: set[bytes] = set()
        self.count = 0
        for secret in secrets:
            self.count += 1
            for name, form in forms(secret):
                self._forms[len(form)][form] = name

    def found(self, data: bytes) -> set[str]:
        """The names of the forms in which any number stands in these bytes."""
        digest = hashlib.sha256(data).digest()
        if digest in self._clean:
            return set()
        told = set()
        for size, known in self._forms.items():
            windows = {data[at : at + size] for at in range(len(data) - size + 1)}
            told |= {known[form] for form in windows & known.keys()}
        if not told:
            self._clean.add(digest)
        return told

    def leaks(self, folder: Path) -> Mapping[str, set[str]]:
        """By file below the folder that is no data file: the forms found in it."""
        told = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if (
                path.is_file()
                and not name.partition("/")[2].startswith(DATA)
                and (forms := self.found(flattened(path)))
            ):
                told[name] = forms
        return told


def flattened(path: Path) -> bytes:
    """The bytes of a file, and of a whole Parquet file every cell as text (its pages are compressed)."""
    raw = path.read_bytes()
    if path.suffix != ".parquet" or not raw.endswith(b"PAR1"):
        return raw
    cells: list[bytes] = []
    for column in pl.read_parquet(raw).get_columns():
        for value in column.drop_nulls().unique().to_list():
            cells.append(value if isinstance(value, bytes) else str(value).encode("utf-8"))
    return raw + b"\n" + b"\n".join(cells)
