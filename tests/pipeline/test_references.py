"""Deliveries of other systems: only what is sealed, intact, accepted and asked for is referred to."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from migrate.errors import UsageError, render
from migrate.io.publish import RunFolder, canonical
from migrate.pipeline import Options, RunResult, run
from migrate.pipeline.references import Delivered, open_references
from migrate.spec.library import Library
from migrate.synth import make_town
from tests.layouts.atena import CLEAN, PERSON, also_outside, deliver, residents_of
from tests.towns import Towns, edited, layout_of

KOTEI = layout_of("kotei")
ROWS, SEED = 40, 1


@pytest.fixture
def given(towns: Towns) -> tuple[Delivered, ...]:
    return towns.references(KOTEI, ROWS, SEED)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kotei")
    make_town(KOTEI, ROWS, SEED, 0, folder)
    return folder / "in"


def refusal(*folders: Path) -> tuple[str, str]:
    """Code and sentence of the only complaint."""
    with pytest.raises(UsageError) as caught:
        open_references(KOTEI, folders, Library())
    (problem,) = caught.value.problems
    text = render(problem, "en")
    assert "{" not in text + render(problem, "ja")
    return problem.code, text


def resealed(folder: Path, out: Path, change: Callable[[dict[str, object]], object]) -> Path:
    """The same run with a changed run.json, sealed again as a run would seal it."""
    out.mkdir()
    made = RunFolder.open(out)
    report = json.loads((folder / "run.json").read_bytes())
    change(report)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in ("manifest.json", "timings.json"):
            made.add(name, canonical(report) if name == "run.json" else path.read_bytes())
    return made.seal(report["run_id"], {})


def test_a_folder_that_is_no_sealed_run_is_refused(inputs: Path) -> None:
    code, text = refusal(inputs)
    assert code == "U-REF-UNSEALED"
    assert "--dry-run leaves none" in text


def test_a_damaged_delivery_is_refused_and_the_file_named(given: tuple[Delivered, ...], tmp_path: Path) -> None:
    copy = Path(shutil.copytree(given[0].folder, tmp_path / given[0].run_id))
    with (copy / "standard/jumin.csv").open("ab") as file:
        file.write(b"\n")
    code, text = refusal(copy)
    assert code == "U-REF-DAMAGED"
    assert "standard/jumin.csv" in text


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"verdict": "fail", "reasons": ["unbalanced"]}, "U-REF-VERDICT", "unbalanced"),
        ({"layout": "kotei"}, "U-REF-SYSTEM", "juki, jutogai"),
        ({"profile": "nobody"}, "D-FILE-MISSING", "nobody"),
    ],
)
def test_a_delivery_that_does_not_serve_is_refused(
    change: dict[str, object], code: str, said: str, given: tuple[Delivered, ...], tmp_path: Path
) -> None:
    sealed = resealed(given[0].folder, tmp_path / "out", lambda report: report.update(change))
    found, text = refusal(sealed)
    assert found == code
    assert said in text


def test_two_deliveries_of_one_system_are_refused(given: tuple[Delivered, ...]) -> None:
    assert refusal(given[0].folder, given[0].folder)[0] == "U-REF-TWICE"


def test_one_that_is_required_must_be_given_and_the_sentence_says_what_to_type(
    given: tuple[Delivered, ...], inputs: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as caught:
        run(KOTEI, Options(inputs, tmp_path / "out", references=given[:1]))
    assert "migrate run --layout kotei --reference OUT/<jutogai run id>" in render(caught.value.problems[0], "en")


def test_one_of_another_day_is_refused(given: tuple[Delivered, ...], inputs: Path, tmp_path: Path) -> None:
    other = replace(given[1], as_of="2026-09-30")
    with pytest.raises(UsageError) as caught:
        run(KOTEI, Options(inputs, tmp_path / "out", references=(given[0], other)))
    assert [problem.code for problem in caught.value.problems] == ["U-REF-AS-OF"]


def test_a_table_of_other_items_is_refused(given: tuple[Delivered, ...], inputs: Path, tmp_path: Path) -> None:
    headless = tmp_path / "jutogai"
    path = headless / given[1].tables["atena_kihon"]
    path.parent.mkdir(parents=True)
    path.write_text("番号,氏名\n1,山田\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        run(KOTEI, Options(inputs, tmp_path / "out", references=(given[0], replace(given[1], folder=headless))))
    assert [problem.code for problem in caught.value.problems] == ["U-REF-FORM"]
    assert not list((tmp_path / "out").glob(".run-*"))


def test_the_run_id_goes_by_what_is_referred_to(given: tuple[Delivered, ...], inputs: Path, tmp_path: Path) -> None:
    first = run(KOTEI, Options(inputs, tmp_path / "out", references=given))
    again = run(KOTEI, Options(inputs, tmp_path / "out", references=given[::-1]))
    other = run(KOTEI, Options(inputs, tmp_path / "out", references=(replace(given[0], run_id="0" * 16), given[1])))
    assert again.repeated
    assert again.report["run_id"] == first.report["run_id"] != other.report["run_id"]


def rules(result: RunResult) -> dict[str, int]:
    return {row["rule"]: row["count"] for row in result.report["findings"] if row["severity"] != "info"}


def test_without_one_that_is_not_required_its_checks_are_left_out_and_told(tmp_path: Path) -> None:
    result = run(layout_of("jutogai"), Options(deliver(tmp_path / "in", CLEAN), tmp_path / "out"))
    assert (result.report["verdict"], result.report["references"]) == ("pass", [])
    assert result.report["unchecked"] == [{"rule": "JT-V21", "reference": "jumin"}]


def test_a_number_that_a_resident_has_is_none_for_somebody_outside(
    given: tuple[Delivered, ...], tmp_path: Path
) -> None:
    """V21, in jutogai's own run, and of the parcels that such a number owns."""
    resident = pl.read_csv(given[0].folder / "standard/jumin.csv", infer_schema=False)["atenabango"][0]
    records = [*CLEAN, PERSON | {"atena_no": resident, "kanji": "別　人", "kana": "ﾍﾞﾂ ｼﾞﾝ", "gyomu_cd": "02"}]
    out = tmp_path / "out"
    result = run(
        layout_of("jutogai"), Options(deliver(tmp_path / "in", records), out, references=given[:1], as_of=None)
    )
    assert rules(result) == {"JT-V21": 1}
    assert result.report["unchecked"] == []


def test_an_owner_whose_number_two_registers_gave_out_is_named(
    given: tuple[Delivered, ...], inputs: Path, tmp_path: Path
) -> None:
    residents = residents_of(given)
    result = run(
        KOTEI, Options(inputs, tmp_path / "out", references=also_outside(given, residents, tmp_path / "jutogai"))
    )
    known = pl.DataFrame({"gimusha": residents})
    tables = {
        t: pl.read_csv(result.folder / f"standard/{t}.csv", infer_schema=False)
        for t in ("tochi", "kaoku", "kyoyu", "kazei")
    }
    counted = {
        rule: tables[table].join(known, left_on=item, right_on="gimusha", how="semi").height
        for rule, table, item in (
            ("KT-V21-1", "tochi", "gimushaatenabango"),
            ("KT-V21-2", "kaoku", "gimushaatenabango"),
            ("KT-V21-3", "kyoyu", "koseiingimushaatenabango"),
            ("KT-V21-5", "kazei", "gimushaatenabango"),
        )
    }
    assert min(counted.values()) > 0
    assert rules(result) == counted | {"F-REF-SHARED": 1}
    assert result.report["shared"] == [{"reference": "atena", "keys": residents.len()}]


def test_a_number_that_two_registers_gave_out_is_counted_though_it_owns_nothing(
    given: tuple[Delivered, ...], inputs: Path, tmp_path: Path
) -> None:
    accepted = run(KOTEI, Options(inputs, tmp_path / "out", references=given))
    owners = pl.concat(
        [
            pl.read_csv(accepted.folder / f"standard/{table}.csv", infer_schema=False)[item]
            for table, item in (
                ("tochi", "gimushaatenabango"),
                ("kaoku", "gimushaatenabango"),
                ("kyoyu", "koseiingimushaatenabango"),
                ("kazei", "gimushaatenabango"),
            )
        ]
    )
    residents = residents_of(given)
    idle = residents.filter(~residents.is_in(owners.implode())).head(2)
    assert idle.len() == 2
    twice = also_outside(given, idle, tmp_path / "jutogai")
    result = run(KOTEI, Options(inputs, tmp_path / "again", references=twice))
    assert (rules(accepted), accepted.report["shared"]) == ({}, [])
    assert (rules(result), result.report["shared"]) == ({"F-REF-SHARED": 1}, [{"reference": "atena", "keys": 2}])
    (finding,) = (row for row in result.report["findings"] if row["rule"] == "F-REF-SHARED")
    assert (finding["severity"], finding["class"]) == ("error", "重複")


def test_the_number_of_a_group_of_owners_is_nobody_elses(
    given: tuple[Delivered, ...], inputs: Path, tmp_path: Path
) -> None:
    """V21: a group of co-owners has a number of its own, which the register of persons outside may not give out."""
    accepted = run(KOTEI, Options(inputs, tmp_path / "out", references=given))
    members = pl.read_csv(accepted.folder / "standard/kyoyu.csv", infer_schema=False)["gimushaatenabango"]
    group = members.unique(maintain_order=True).head(1)
    taken = also_outside(given, group, tmp_path / "jutogai")
    result = run(KOTEI, Options(inputs, tmp_path / "again", references=taken))
    assert rules(result) == {"KT-V21-4": members.eq(group[0]).sum()}
    assert result.report["shared"] == []


def test_the_same_in_one_bucket_or_in_many(given: tuple[Delivered, ...], tmp_path: Path) -> None:
    faulty = tmp_path / "town"
    make_town(KOTEI, ROWS, SEED, 0.5, faulty)
    found = []
    for number, (bucket, batch) in enumerate(((1 << 30, 1 << 25), (1 << 13, 1 << 12))):
        options = Options(
            faulty / "in", tmp_path / str(number), references=given, bucket_bytes=bucket, batch_bytes=batch
        )
        result = run(KOTEI, options)
        assert result.report["balanced"], "withheld amounts explain what sums by year and kind lack"
        found.append(rules(result))
    assert found[0] == found[1]
    assert {"KT-V27-1", "KT-V27-4", "KT-V26-2", "KT-V26-3", "KT-X02", "KT-K02"} <= set(found[0])


def test_a_name_that_two_systems_write_differently_is_found_by_hashes(towns: Towns, tmp_path: Path) -> None:
    juki = next(one for one in towns.references(KOTEI, ROWS, SEED) if one.system == "juki")
    people = pl.read_csv(juki.folder / juki.tables["jumin"], infer_schema_length=0).unique("atenabango", keep="last")
    names = (
        people.filter(pl.col("juminshubetsu") == "1").select("atenabango", "shimei").sort("atenabango").head(2).rows()
    )
    (number, name), (other, same) = names
    records = [
        {**PERSON, "atena_no": number, "kanji": name[:-1] + "齋"},
        {**PERSON, "atena_no": other, "kanji": same},
        PERSON,
    ]
    layout = edited(tmp_path / "project", "jutogai/system.yaml", ("checks:\n", NAMES))
    result = run(layout, Options(deliver(tmp_path / "in", records), tmp_path / "out", references=(juki,)))
    found = pl.read_parquet(result.folder / "findings.parquet").filter(pl.col("rule") == "X-NAME")
    assert found.select("severity", "record").rows() == [("alert", 2)]


NAMES = """\
  - name: jumin_shimei
    ja: 住民の氏名
    required: no
    why: 氏名の字形を突き合わせる
    parts: [{system: juki, table: jumin, fields: [atenabango, shimei]}]
checks:
  - id: X-NAME
    check: {told_alike: {table: atena_kihon, key: atenabango, field: shimei, to: jumin_shimei, known: jumin}}
    severity: alert
    class: 文字種
    basis: dirty-juki 6
    why: 住民の氏名と違います
"""
"""What a project that holds names against those of residents, too, has in ``system.yaml`` of jutogai."""
