"""``migrate run --reference``: what is asked for, what was used, and what was left out for want of it."""

from pathlib import Path

from migrate.synth import make_town
from tests.cli.conftest import Command
from tests.layouts.atena import CLEAN, PERSON, deliver, residents_of
from tests.towns import Towns, layout_of

KOTEI = layout_of("kotei")
ROWS, SEED = 40, 1
RUN = ("run", "--layout", "kotei", "--source", "host_fixed")


def test_a_chain_of_three_systems(command: Command, towns: Towns, tmp_path: Path) -> None:
    make_town(KOTEI, ROWS, SEED, 0, tmp_path / "town")
    residents, others = (str(given.folder) for given in towns.references(KOTEI, ROWS, SEED))
    arguments = (*RUN, "--input", tmp_path / "town/in", "--out", tmp_path / "out", "--lang", "en")
    alone = command(*arguments)
    assert (alone.code, alone.out) == (2, "")
    assert "U-REF-MISSING" in alone.err
    assert "--reference OUT/<juki run id> --reference OUT/<jutogai run id>" in alone.err
    rehearsed = command(*arguments, "--reference", residents, "--dry-run")
    assert (rehearsed.code, "U-REF-MISSING" in rehearsed.err) == (2, True)
    done = command(*arguments, "--reference", others, "--reference", residents)
    assert done.code == 0
    assert done.out.startswith("verdict: accepted (合格)")
    assert [line for line in done.out.splitlines() if line.startswith("referred to: ")] == [
        f"referred to: juki {Path(residents).name}",
        f"referred to: jutogai {Path(others).name}",
    ]
    assert "not checked" not in done.out
    folder = next((tmp_path / "out").glob("*/run.json")).parent
    draw = ("sample", folder, "--input", tmp_path / "town/in", "--seed", "1", "--lang", "en", "--out", "s.xlsx")
    untold = command(*draw)
    assert (untold.code, "U-SAMPLE-REFERENCE" in untold.err, Path(residents).name in untold.err) == (2, True, True)
    assert command(*draw, "--reference", residents).code == 0
    assert "U-REF-OTHER" in command("report", folder, "--reference", folder).err


def test_what_was_not_checked_is_listed(command: Command, towns: Towns, tmp_path: Path) -> None:
    make_town(layout_of("jutogai"), ROWS, SEED, 0, tmp_path / "town")
    residents, _ = towns.references(KOTEI, ROWS, SEED)
    arguments = ("run", "--layout", "jutogai", "--input", tmp_path / "town/in", "--out", tmp_path / "out")
    alone = command(*arguments)
    assert alone.code == 0
    assert "検査していません: JT-V21（参照「住民情報」がないため" in alone.out
    both = command(*arguments, "--reference", residents.folder)
    assert both.code == 0
    assert f"参照した納品: juki {residents.run_id}" in both.out
    assert "検査していません" not in both.out


def test_numbers_that_two_registers_gave_out_are_told(command: Command, towns: Towns, tmp_path: Path) -> None:
    make_town(KOTEI, ROWS, SEED, 0, tmp_path / "town")
    residents, _ = towns.references(KOTEI, ROWS, SEED)
    number = residents_of((residents,))[0]
    records = [*CLEAN, PERSON | {"atena_no": number}]
    deliver(tmp_path / "atena", records)
    command("run", "--layout", "jutogai", "--input", tmp_path / "atena", "--out", tmp_path / "jutogai")
    (other,) = (path.parent for path in (tmp_path / "jutogai").glob("*/run.json"))
    arguments = (*RUN, "--input", tmp_path / "town/in", "--out", tmp_path / "out")
    done = command(*arguments, "--reference", residents.folder, "--reference", other)
    assert "参照「宛名（住民と住登外者）」: 1 個の番号が、2つ以上の納品にあります（F-REF-SHARED。" in done.out
    assert (
        "JT-V21"
        in command(
            "run",
            "--layout",
            "jutogai",
            "--input",
            tmp_path / "atena",
            "--out",
            tmp_path / "again",
            "--reference",
            residents.folder,
        ).out
    )


def test_a_folder_that_cannot_be_referred_to(command: Command, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    arguments = (*RUN, "--input", tmp_path / "in", "--out", tmp_path / "out", "--lang", "en")
    assert "there is no folder" in command(*arguments, "--reference", tmp_path / "nowhere").err
    said = command(*arguments, "--reference", tmp_path / "in")
    assert said.code == 2
    assert said.err.startswith(f"{tmp_path / 'in'}: U-REF-UNSEALED")
