"""Reads definition files one by one, collects what is wrong with each, and keeps the bytes' hash."""

import hashlib
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel

from migrate.errors import DefinitionErrors, Problem
from migrate.spec import csvtext, yamltext
from migrate.spec.layout import problem_at
from migrate.spec.library import SAFE_NAME, Library
from migrate.spec.shape import validated
from migrate.spec.yamltext import Document, Path_, YamlRefusal

M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True)
class Reader:
    """The files read so far: YAML by path, digests by path, and every problem found."""

    library: Library
    documents: dict[str, Document] = field(default_factory=dict)
    digests: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def model(self, path: str, shape: type[M]) -> M | None:
        """One file as a model; None (and problems) if it is missing or wrong."""
        document = self._document(path)
        result = validated(document, path, shape) if document else None
        if isinstance(result, list):
            self.problems.extend(result)
            return None
        assert result is None or isinstance(result, shape)
        return result

    def models(self, path: str, shape: type[M]) -> tuple[M, ...]:
        """One file as a list of models; empty (and problems) if it is wrong, empty if it is missing."""
        if self.find(path) is False:
            return ()
        document = self._document(path)
        result = validated(document, path, tuple[shape, ...]) if document else ()  # type: ignore[valid-type]
        if isinstance(result, list):
            self.problems.extend(result)
            return ()
        return tuple(result)

    def table(self, path: str, *, header: tuple[str, ...], key: tuple[str, ...]) -> tuple[csvtext.Row, ...] | None:
        """The rows of one CSV; None if it is missing or has problems."""
        raw = self._bytes(path, csvtext.MAX_BYTES)
        if raw is None:
            return None
        table = csvtext.parse(path, raw, header=header, key=key)
        self.problems.extend(table.problems)
        return None if table.problems else table.rows

    def names(self, folder: str, pattern: str) -> tuple[str, ...]:
        """Names without suffix of the files in ``folder`` that match; a name that is not safe is a problem."""
        names = self.library.listing(folder, pattern)
        for name in names:
            if not SAFE_NAME.fullmatch(name):
                self.problems.append(Problem("D-PATH-NAME", {"name": name}, f"{folder}/{name}"))
        return tuple(name.rpartition(".")[0] for name in names if SAFE_NAME.fullmatch(name))

    def find(self, path: str) -> bool:
        """Whether the library has ``path``; a link out of it counts as there, and is reported on reading."""
        try:
            return self.library.find(path) is not None
        except DefinitionErrors:
            return True

    def report(self, path: str, where: Path_, code: str, **facts: str) -> None:
        """Note a problem at one node."""
        self.problems.append(problem_at(self.documents.get(path), path, where, code, **facts))

    def digest(self) -> str:
        """SHA-256 over the path and the bytes of every file read, in the order of their paths."""
        total = hashlib.sha256()
        for path in sorted(self.digests):
            total.update(path.encode() + b"\0" + self.digests[path])
        return total.hexdigest()

    def _document(self, path: str) -> Document | None:
        raw = self._bytes(path, yamltext.MAX_BYTES)
        if raw is None:
            return None
        try:
            document = yamltext.parse(self.library.find(path) or self.library.bundled / path, raw)
        except YamlRefusal as refusal:
            self.problems.append(Problem(refusal.code, refusal.facts, path, *refusal.mark))
            return None
        if document.data in ({}, ""):
            self.problems.append(Problem("D-YAML-EMPTY", {}, path, 1, 1))
            return None
        self.documents[path] = document
        return document

    def _bytes(self, path: str, limit: int) -> bytes | None:
        try:
            found = self.library.find(path)
        except DefinitionErrors as error:
            self.problems.extend(error.problems)
            return None
        if found is None:
            self.problems.append(Problem("D-FILE-MISSING", {"path": path}, path))
            return None
        try:
            with found.open("rb") as file:
                raw = file.read(limit + 1)
        except OSError as error:
            self.problems.append(Problem("D-FILE-READ", {"problem": error.strerror or ""}, path))
            return None
        self.digests[path] = hashlib.sha256(raw).digest()
        return raw
