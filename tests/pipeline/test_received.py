"""What is received without data, behind a link, or of another day is not taken for whole."""

from pathlib import Path
from shutil import copytree

import pytest

from migrate.pipeline import Options, RunResult, run
from migrate.report.sentences import sentence
from migrate.synth import AS_OF, make_town
from migrate.vocab import daykey
from tests.delivery import Delivery
from tests.towns import Towns, juki, layout_of

PACKAGE = layout_of("juki", "package_csv")
DAY = daykey.pack(AS_OF.year, AS_OF.month, AS_OF.day)


def refused(result: RunResult) -> set[tuple[str, str]]:
    return {(entry["file"], entry["code"]) for entry in result.report["refused"]}


def found(result: RunResult) -> set[tuple[str, str]]:
    return {(row["rule"], row["severity"]) for row in result.report["findings"]}


@pytest.mark.parametrize("raw", [b"", b"\x1a"], ids=["0 bytes", "a mark of the end"])
@pytest.mark.parametrize("file", ["SHIEN", "KOBANGO"])
def test_a_file_without_a_record_is_refused_where_it_has_a_header(
    towns: Towns, tmp_path: Path, file: str, raw: bytes
) -> None:
    """SHIEN may hold nobody, and then has a header and a trailer that say so."""
    inputs = copytree(towns.town(60).inputs, tmp_path / "in")
    (inputs / f"{file}.DAT").write_bytes(raw)
    result = run(juki(), Options(inputs, tmp_path / "out"))
    assert refused(result) in ({(f"{file}.DAT", "F-EMPTY")}, {(f"{file}.DAT", "F-HEADER-MISSING")})
    assert result.exit_code == 3


@pytest.mark.parametrize(("file", "code"), [("KOJINBANGO", 3), ("SHIEN", 0)])
def test_a_header_line_alone_is_no_data(tmp_path: Path, file: str, code: int) -> None:
    make_town(PACKAGE, 60, 1, 0, tmp_path)
    path = tmp_path / f"in/{file}.csv"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    result = run(PACKAGE, Options(tmp_path / "in", tmp_path / "out", as_of=DAY))
    assert refused(result) == ({(f"{file}.csv", "F-EMPTY")} if code else set())
    assert (result.exit_code == 3) == bool(code)


def test_a_link_to_a_folder_is_refused_not_passed_over(towns: Towns, tmp_path: Path) -> None:
    inputs = copytree(towns.town(60).inputs, tmp_path / "in")
    (tmp_path / "elsewhere").mkdir()
    try:
        (inputs / "part2").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    except OSError:  # Windows: a privilege that few have; then there are no such links either
        return
    assert refused(run(juki(), Options(inputs, tmp_path / "out"))) == {("part2", "F-IRREGULAR")}


def test_records_behind_the_trailer_are_not_made_up_for_by_blanks_before_it(towns: Towns, tmp_path: Path) -> None:
    delivery = Delivery(towns.town(60), tmp_path)
    records = delivery.records("kobango")
    blank = bytearray(b" " * (len(records[1]) - 2) + b"\r\n")
    moved = records.pop(1)
    records.insert(1, blank)
    records.append(moved)
    result = run(juki(), Options(delivery.save(retotal=False), tmp_path / "out"))
    assert refused(result) == {("KOBANGO.DAT", "F-AFTER-TRAILER")}
    records[-1], records[1] = blank, moved
    assert refused(run(juki(), Options(delivery.save(retotal=False), tmp_path / "again"))) == set()


def test_a_day_that_is_given_against_the_headers_is_told(towns: Towns, tmp_path: Path) -> None:
    inputs = towns.town(60).inputs
    right = run(juki(), Options(inputs, tmp_path / "out", as_of=DAY))
    wrong = run(juki(), Options(inputs, tmp_path / "out", as_of=DAY + 8))
    assert ("F-AS-OF-GIVEN", "alert") not in found(right)
    assert ("F-AS-OF-GIVEN", "alert") in found(wrong)


def test_a_lost_header_is_told_as_that(towns: Towns, tmp_path: Path) -> None:
    delivery = Delivery(towns.town(60), tmp_path)
    delivery.drop("kojin", 1)
    assert ("KOJIN.DAT", "F-HEADER-MISSING") in refused(run(juki(), Options(delivery.save(), tmp_path / "out")))


def test_two_count_sheets_are_refused(towns: Towns, tmp_path: Path) -> None:
    layout = layout_of("kotei")
    assert layout.source is not None
    counts = layout.source.source.counts
    assert counts is not None
    make_town(layout, 40, 1, 0, tmp_path)
    (sheet,) = (tmp_path / "in").glob(counts.pattern)
    (tmp_path / "in/old").mkdir()
    (tmp_path / "in/old" / sheet.name).write_bytes(sheet.read_bytes())
    result = run(layout, Options(tmp_path / "in", tmp_path / "out", references=towns.references(layout, 40)))
    assert refused(result) == {(name, "F-TOO-MANY") for name in (sheet.name, f"old/{sheet.name}")}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("rule", ["F-MISSING", "F-TWIN", "F-LENGTH", "F-PART-GAP", "F-TOTAL"])
def test_the_sentence_of_a_rule_has_no_facts(rule: str, lang: str) -> None:
    told = sentence(rule, {}, lang)  # type: ignore[arg-type]
    assert told
    assert "{" not in told
