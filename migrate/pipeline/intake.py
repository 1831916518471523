"""Intake: which files came, whether they can be what they should be, and the 基準日 they state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from migrate.io.framing import FileRefused
from migrate.io.inputs import Expected, InputFile, claim
from migrate.io.publish import digest_of
from migrate.pipeline.counts import read_counts
from migrate.pipeline.formats import look_into, stated_as_of
from migrate.pipeline.options import Options
from migrate.plan.reading import ReadPlan
from migrate.spec.layout import SourceLayout
from migrate.vocab import daykey


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is in doubt, and why."""

    file: str
    reason: FileRefused


@dataclass(slots=True)
class Intake:
    """The delivery as received. ``files`` in the order of the source, look-ups among them; ``others`` are further
    files."""

    files: tuple[InputFile, ...]
    unclaimed: tuple[str, ...]
    refusals: list[Refusal] = field(default_factory=list)
    as_of: int | None = None
    counts: tuple[tuple[str, int], ...] = ()
    others: dict[str, Path] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(file.bytes for file in self.files)

    def refused(self, name: str) -> bool:
        """The file is in doubt."""
        return any(refusal.file == name for refusal in self.refusals)


def receive(options: Options, source: SourceLayout, reads: Mapping[str, ReadPlan]) -> Intake:
    """Look at every file's name, size, first bytes and header; nothing is read whole but files of equal size."""
    expected = [Expected(e.file, e.pattern, e.required, e.parts, e.empty) for e in source.source.files]
    ignore = list(source.source.ignore)
    if source.source.counts:
        ignore.append(source.source.counts.pattern)
    claimed = claim(options.inputs, expected, ignore)
    order = {entry.file: number for number, entry in enumerate(source.source.files)}
    files = tuple(sorted(claimed.files, key=lambda f: (order[f.file], f.name)))
    intake = Intake(files, claimed.unclaimed, [Refusal(name, reason) for name, reason in claimed.refused.items()])
    for file in files:
        if not intake.refused(file.name):
            try:
                look_into(file, reads[file.file])
            except FileRefused as reason:
                intake.refusals.append(Refusal(file.name, reason))
    _refuse_twins(intake)
    _read_count_sheet(intake, options, source)
    intake.others |= {name: options.inputs / name for name in claimed.unclaimed}
    intake.as_of = options.as_of if options.as_of is not None else _stated_as_of(intake, reads)
    return intake


def _read_count_sheet(intake: Intake, options: Options, source: SourceLayout) -> None:
    """The old system's own counts: the file named, or the one that the source says comes with the delivery."""
    sheet = options.count_sheet
    if sheet is None and source.source.counts is not None:
        found = sorted(options.inputs.rglob(source.source.counts.pattern))
        sheet = found[0] if found else None
        if sheet is None and source.source.counts.required:
            pattern = source.source.counts.pattern
            intake.refusals.append(Refusal(pattern, FileRefused("F-MISSING", pattern=pattern)))
    if sheet is not None:
        intake.counts = read_counts(sheet, encoding=source.source.encoding)
        intake.others[sheet.name] = sheet


def _refuse_twins(intake: Intake) -> None:
    """Two files with one content: one of them is not what its name says."""
    by_size: dict[tuple[int, bytes], list[InputFile]] = {}
    for file in intake.files:
        if file.bytes:
            by_size.setdefault((file.bytes, _ends(file)), []).append(file)
    for same_size in (group for group in by_size.values() if len(group) > 1):
        by_content: dict[str, list[InputFile]] = {}
        for file in same_size:
            by_content.setdefault(digest_of(file.path), []).append(file)
        for twins in (group for group in by_content.values() if len(group) > 1):
            for twin in twins:
                other = next(f.name for f in twins if f is not twin)
                intake.refusals.append(Refusal(twin.name, FileRefused("F-TWIN", other=other)))


def _ends(file: InputFile, *, size: int = 1 << 16) -> bytes:
    """The first and last bytes of a file: enough to tell most apart without reading them whole."""
    with file.path.open("rb") as opened:
        head = opened.read(size)
        opened.seek(max(0, file.bytes - size))
        return head + opened.read(size)


def _stated_as_of(intake: Intake, reads: Mapping[str, ReadPlan]) -> int | None:
    """The 基準日 of the headers; files that state different ones are refused."""
    stated: dict[str, str] = {}
    for file in intake.files:
        if file.bytes and not intake.refused(file.name):
            text = stated_as_of(file, reads[file.file])
            if text is not None:
                stated[file.name] = text
    keys: Sequence[str] = sorted(set(stated.values()))
    if len(keys) > 1:
        intake.refusals += [Refusal(name, FileRefused("F-AS-OF", stated=text)) for name, text in stated.items()]
    return daykey.of_digits(keys[0]) if keys else None
