"""Intake: which files came, whether they can be what they should be, and the 基準日 they state."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from migrate.io.framing import FileRefused
from migrate.io.inputs import Expected, InputFile, claim
from migrate.io.publish import digest_of
from migrate.pipeline.checksums import read_checksums, refuse_unread
from migrate.pipeline.counts import read_counts
from migrate.pipeline.formats import look_into, stated_as_of
from migrate.pipeline.options import Options
from migrate.plan.reading import FixedPlan, Place, ReadPlan
from migrate.spec.layout import SourceLayout
from migrate.spec.source import AsOf
from migrate.vocab import daykey

COUNT_SHEET = "/count-sheet"
"""Stands for the count sheet among the files: no name in a folder begins like this."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is in doubt, and why."""

    file: str
    reason: FileRefused


@dataclass(slots=True)
class Intake:
    """The delivery as received. ``files`` in the order of the source, look-ups among them; ``others`` are further
    files; ``checksums`` what the sender says that files hash to, by name."""

    files: tuple[InputFile, ...]
    unclaimed: tuple[str, ...]
    refusals: list[Refusal] = field(default_factory=list)
    as_of: int | None = None
    counts: tuple[tuple[str, int], ...] = ()
    others: dict[str, Path] = field(default_factory=dict)
    checksums: dict[str, str] = field(default_factory=dict)
    of_other_days: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(file.bytes for file in self.files)

    def refused(self, name: str) -> bool:
        """The file is in doubt."""
        return any(refusal.file == name for refusal in self.refusals)


def receive(options: Options, source: SourceLayout, reads: Mapping[str, ReadPlan]) -> Intake:
    """Look at every file's name, size, first bytes and header; nothing is read whole but files of equal size."""
    ended = {name for name, file in source.files.items() if file.header or file.trailer}
    expected = [
        Expected(e.file, e.pattern, e.required, e.parts, e.empty and e.file not in ended, e.gaps)
        for e in source.source.files
    ]
    ignore = list(source.source.ignore)
    if source.source.counts:
        ignore.append(source.source.counts.pattern)
    if source.source.checksums:
        ignore.append(source.source.checksums.pattern)
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
    _read_checksums(intake, options, source)
    intake.others |= {name: options.inputs / name for name in claimed.unclaimed}
    _settle_as_of(intake, options, source, reads)
    return intake


def _read_count_sheet(intake: Intake, options: Options, source: SourceLayout) -> None:
    """The old system's own counts: the file named, or the one that the source says comes with the delivery."""
    sheet = options.count_sheet
    if sheet is None and source.source.counts is not None:
        found = sorted(options.inputs.rglob(source.source.counts.pattern))
        sheet = found[0] if found else None
        if len(found) > 1:
            reason = FileRefused("F-TOO-MANY", pattern=source.source.counts.pattern, found=len(found))
            intake.refusals += [Refusal(path.relative_to(options.inputs).as_posix(), reason) for path in found]
        if sheet is None and source.source.counts.required:
            pattern = source.source.counts.pattern
            intake.refusals.append(Refusal(pattern, FileRefused("F-MISSING", pattern=pattern)))
    if sheet is not None:
        intake.counts = read_counts(sheet, encoding=source.source.sheet_encoding)
        intake.others[COUNT_SHEET] = sheet


def _read_checksums(intake: Intake, options: Options, source: SourceLayout) -> None:
    """The sender's lists of checksums; files of the source are compared once they are read, others now."""
    given = source.source.checksums
    if given is None:
        return
    for path in sorted(path for path in options.inputs.rglob(given.pattern) if path.is_file()):
        intake.others[path.relative_to(options.inputs).as_posix()] = path
        for stated in read_checksums(path, options.inputs, encoding=source.source.sheet_encoding):
            intake.checksums[stated.name] = stated.sha256
            read = any(file.name == stated.name for file in intake.files)
            reason = None if read else refuse_unread(options.inputs, stated)
            if reason is not None:
                intake.refusals.append(Refusal(stated.name, reason))
    for file in intake.files:
        if given.required and file.name not in intake.checksums:
            intake.refusals.append(Refusal(file.name, FileRefused("F-CHECKSUM-NONE", pattern=given.pattern)))


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


def _settle_as_of(intake: Intake, options: Options, source: SourceLayout, reads: Mapping[str, ReadPlan]) -> None:
    """The 基準日 that is given, and which files state another; else that of the headers that the source names, None
    where none holds a day. Files that state different ones are refused, and none of them decides."""
    as_of = source.source.as_of
    stated = {} if as_of is None else _stated(intake, source, reads, as_of)
    days = {name: day for name, text in stated.items() if (day := daykey.of_digits(text)) is not None}
    if options.as_of is not None:
        intake.as_of = options.as_of
        intake.of_other_days = [name for name, day in days.items() if day != options.as_of]
        return
    own = {days[file.name] for file in intake.files if as_of and file.file == as_of.file and file.name in days}
    if own and len(set(stated.values())) > 1:
        intake.refusals += [Refusal(name, FileRefused("F-AS-OF", stated=text)) for name, text in stated.items()]
        return
    intake.as_of = min(own, default=None)


def _stated(intake: Intake, source: SourceLayout, reads: Mapping[str, ReadPlan], as_of: AsOf) -> dict[str, str]:
    """What the header of each file states as the 基準日. The file that is to state it is refused without a header."""
    dated = _dated(source, reads, as_of.field)
    stated: dict[str, str] = {}
    for file in intake.files:
        if file.bytes and file.file in dated and not intake.refused(file.name):
            text = stated_as_of(file, dated[file.file])
            if text is not None:
                stated[file.name] = text
            elif file.file == as_of.file:
                intake.refusals.append(Refusal(file.name, FileRefused("F-HEADER-MISSING", record=1, offset=0)))
    return stated


def _dated(source: SourceLayout, reads: Mapping[str, ReadPlan], field: str) -> Mapping[str, ReadPlan]:
    """How to read the 基準日 of every file whose header states it, too."""
    found: dict[str, ReadPlan] = {}
    for name, file in source.files.items():
        read = reads[name]
        for one in file.header.fields if file.header else ():
            if one.name == field and one.date and one.date.form == "YYYYMMDD" and isinstance(read, FixedPlan):
                found[name] = replace(read, as_of=Place.of(one))
    return found


def refuse_changed(intake: Intake) -> None:
    """Refuse files that are no longer as long as when they came: something still writes them."""
    for file in intake.files:
        if not intake.refused(file.name) and (not file.path.is_file() or file.path.stat().st_size != file.bytes):
            intake.refusals.append(Refusal(file.name, FileRefused("F-CHANGED")))
