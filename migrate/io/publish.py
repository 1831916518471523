"""The publish protocol: a run folder appears under its final name only when complete, or not at all.

Lock ``OUT``; write into ``OUT/.run-<token>``; fsync every file; read everything back against its SHA-256; write
``manifest.json``; rename to ``OUT/<run id>``; fsync the parent. A folder without a manifest is no delivery.
"""

import hashlib
import json
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

MANIFEST = "manifest.json"
MANIFEST_SCHEMA = "migrate.manifest/1"
TIMINGS = "timings.json"
WORK_PREFIX = ".run-"
LOCK = ".lock"
DIGEST_BYTES = 1 << 23
"""Bytes that are read and hashed at a time: many, because other threads have the interpreter in between."""
SYNC_BYTES = 1 << 26
"""Bytes of a file that may wait for the disk: what waits until the end holds up the run there."""


class Locked(Exception):
    """Another run holds the output folder."""


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold ``OUT`` for one run, and clear what killed runs left behind."""
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(out / LOCK, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Locked from None
    try:
        wipe_stale(out)
        yield
    finally:
        lock.release()


def wipe_stale(out: Path) -> None:
    """Remove working folders of runs that did not finish (they hold personal data)."""
    for folder in out.glob(f"{WORK_PREFIX}*"):
        shutil.rmtree(folder)


def digest_of(path: Path) -> str:
    """SHA-256 of a file as it stands on disk."""
    digest, buffer = hashlib.sha256(), memoryview(bytearray(DIGEST_BYTES))
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(buffer):
            digest.update(buffer[:size])
    return digest.hexdigest()


def canonical(document: Any) -> bytes:
    """The one JSON form of a document: sorted keys, two spaces, UTF-8, newline at the end."""
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name durable; systems that cannot open folders (Windows) do this by themselves."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """A folder and those above it that are missing, each 0700; ``mkdir`` would leave the others to the umask."""
    for missing in [one for one in (*reversed(folder.parents), folder) if not one.exists()]:
        missing.mkdir(mode=0o700, exist_ok=True)


class Part:
    """One file of the delivery being written: 0600, hashed on the way, fsynced on close."""

    def __init__(self, path: Path) -> None:
        make_folder(path.parent)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._file = os.fdopen(os.open(path, flags, 0o600), "wb")
        self._digest = hashlib.sha256()
        self._waiting = 0
        self.bytes = 0

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes."""
        self._digest.update(data)
        self._file.write(data)
        self.bytes += len(data)
        self._waiting += len(data)
        if self._waiting >= SYNC_BYTES:
            self._sync()

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._waiting = 0

    def close(self) -> str:
        """Flush to the disk; the SHA-256 of what was written."""
        self._sync()
        self._file.close()
        return self._digest.hexdigest()

    def abandon(self) -> None:
        """Let go of a file that will not be kept, whatever becomes of its last bytes; nothing if it was closed."""
        with suppress(OSError):
            self._file.close()


@dataclass(slots=True)
class RunFolder:
    """A delivery in the making."""

    out: Path
    work: Path
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    _parts: list[Part] = field(default_factory=list)
    _reader: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))
    _ahead: dict[str, Future[None]] = field(default_factory=dict)

    @classmethod
    def open(cls, out: Path) -> "RunFolder":
        """A new working folder, 0700, under the lock."""
        work = out / f"{WORK_PREFIX}{secrets.token_hex(8)}"
        work.mkdir(mode=0o700)
        return cls(out, work)

    def staging(self) -> Path:
        """Where buckets are spooled; gone before the folder is sealed."""
        folder = self.work / "staging"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def part(self, name: str) -> Part:
        """Start a file of the delivery."""
        self._parts.append(Part(self.work / name))
        return self._parts[-1]

    def keep(self, name: str, part: Part) -> str:
        """Close a part and enter it into the manifest; its SHA-256."""
        sha256 = part.close()
        self.files[name] = (part.bytes, sha256)
        return sha256

    def add(self, name: str, data: bytes) -> str:
        """Write a small file whole; its SHA-256."""
        part = self.part(name)
        part.write(data)
        return self.keep(name, part)

    def move(self, name: str, target: str) -> None:
        """Give a kept file another name inside the folder."""
        path = self.work / target
        make_folder(path.parent)
        os.replace(self.work / name, path)
        self.files[target] = self.files.pop(name)

    def discard(self, name: str) -> None:
        """Take a kept file out of the delivery."""
        (self.work / name).unlink()
        del self.files[name]

    def seal(self, run_id: str, timings: dict[str, Any]) -> Path:
        """Read back, write the manifest, rename to ``OUT/<run id>``; the final folder."""
        if (staging := self.work / "staging").exists():
            shutil.rmtree(staging)
        self._drop_empty_folders()
        for name in self.files:
            if name in self._ahead:
                self._ahead[name].result()
            else:
                self._read_back(name)
        self._reader.shutdown()
        manifest = canonical(_self_signed(self._manifest(run_id)))
        self.add(TIMINGS, canonical(_self_signed({"timings": timings})))
        self.add(MANIFEST, manifest)
        self._read_back(TIMINGS, MANIFEST)
        for folder in sorted({(self.work / name).parent for name in self.files}):
            sync_folder(folder)
        sync_folder(self.work)
        final = self.out / run_id
        os.rename(self.work, final)
        sync_folder(self.out)
        return final

    def read_back_ahead(self) -> None:
        """Begin to read back what was kept, in a thread; from now on it must not be moved. ``seal`` waits for it."""
        self._ahead = {name: self._reader.submit(self._read_back, name) for name in self.files}

    @contextmanager
    def reading_back(self) -> Iterator[None]:
        """While files that were kept are read again: what fails there because one of them is not what was written, is
        OSError, whatever the reader made of it."""
        try:
            yield
        except BaseException:  # Polars panics are no Exception
            self._read_back(*self.files)
            raise

    def _read_back(self, *names: str) -> None:
        """OSError where a file on the disk is not what was written."""
        for name in names:
            path, (size, sha256) = self.work / name, self.files[name]
            if path.stat().st_size != size or digest_of(path) != sha256:
                raise OSError(f"read back differs: {name}")

    def _manifest(self, run_id: str) -> dict[str, Any]:
        files = {name: {"bytes": size, "sha256": sha256} for name, (size, sha256) in self.files.items()}
        return {"schema": MANIFEST_SCHEMA, "run_id": run_id, "files": files}

    def _drop_empty_folders(self) -> None:
        for folder in sorted((p for p in self.work.rglob("*") if p.is_dir()), reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()

    def abandon(self) -> None:
        """Let go of every file, and remove the working folder of a run that failed."""
        self._reader.shutdown(cancel_futures=True)
        for part in self._parts:
            part.abandon()
        shutil.rmtree(self.work, ignore_errors=True)


def _self_signed(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "sha256": hashlib.sha256(canonical(document)).hexdigest()}


def _signed(path: Path) -> dict[str, Any] | None:
    """A self-signed document, or None if a byte of it has changed."""
    try:
        raw = path.read_bytes()
        document = json.loads(raw)
        body = {key: value for key, value in document.items() if key != "sha256"}
        if raw == canonical(document) and document["sha256"] == hashlib.sha256(canonical(body)).hexdigest():
            return dict(document)
    except (OSError, ValueError, KeyError, AttributeError, RecursionError):
        pass
    return None


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """``manifest.json`` of a sealed folder; None where it is not as it was written."""
    return _signed(folder / MANIFEST)


def verify(folder: Path) -> list[tuple[str, str]]:
    """What differs from the manifest, as (what, file): ``manifest``, ``missing``, ``changed``, ``extra``; ``version``
    where another version of the tool wrote it; empty = intact."""
    manifest = read_manifest(folder)
    if manifest is None:
        return [("manifest", MANIFEST)]
    if manifest.get("schema") != MANIFEST_SCHEMA:
        return [("version", MANIFEST)]
    problems = [] if manifest["run_id"] == folder.name else [("renamed", folder.name)]
    if _signed(folder / TIMINGS) is None:
        problems.append(("changed" if (folder / TIMINGS).exists() else "missing", TIMINGS))
    expected = manifest["files"]
    for name, entry in sorted(expected.items()):
        path = folder / name
        if not path.is_file():
            problems.append(("missing", name))
        elif path.stat().st_size != entry["bytes"] or digest_of(path) != entry["sha256"]:
            problems.append(("changed", name))
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not stat.S_ISDIR(path.lstat().st_mode) and name not in expected and name not in (MANIFEST, TIMINGS):
            problems.append(("extra", name))
    return problems
