"""Where definition files are found, and what is not let in."""

import errno
import os
from pathlib import Path

import pytest

from migrate.errors import DefinitionErrors, UsageError
from migrate.spec.library import Library, bundled_root, project_folder
from migrate.spec.project import load_project
from tests.spec.tiny_system import SOURCE, TINY, copy_to, load, problems

TABLE = "layouts/tiny/hito.yaml"


def test_a_project_replaces_a_bundled_file_whole(tmp_path: Path) -> None:
    mine = tmp_path / TABLE
    mine.parent.mkdir(parents=True)
    mine.write_text("table: hito\n", encoding="utf-8")
    library = Library(tmp_path, bundled=TINY)
    assert library.find(TABLE) == mine
    assert library.find("layouts/tiny/yokushi.yaml") == TINY / "layouts/tiny/yokushi.yaml"
    assert library.find("layouts/tiny/nothing.yaml") is None


def test_listing_is_the_sorted_union(tmp_path: Path) -> None:
    folder = tmp_path / SOURCE
    folder.mkdir(parents=True)
    for name in ("to_abc.yaml", "to_hito.yaml", ".to_hidden.yaml"):
        (folder / name).write_text("")
    library = Library(tmp_path, bundled=TINY)
    assert library.listing(SOURCE.as_posix(), "to_*.yaml") == ("to_abc.yaml", "to_hito.yaml", "to_yokushi.yaml")
    assert library.listing("layouts/nothing", "*") == ()
    assert library.systems() == ("other", "tiny")
    assert (library.sources("tiny"), library.profiles()) == (("alpha",), ("plain",))


@pytest.mark.parametrize(
    "path",
    [
        "../secret.yaml",
        "layouts/../../x.yaml",
        "/etc/passwd",
        "layouts//x.yaml",
        "",
        ".hidden",
        "layouts\\x.yaml",
        "layouts/Juki/system.yaml",
        "layouts/住基/system.yaml",
        "layouts/~root/x",
        "layouts/x\0.yaml",
        "layouts/x\n.yaml",
    ],
)
def test_names_that_are_not_plain_are_refused(path: str) -> None:
    with pytest.raises(DefinitionErrors) as caught:
        Library(TINY).find(path)
    assert [problem.code for problem in caught.value.problems] == ["D-PATH-NAME"]


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    outside = tmp_path / "outside.yaml"
    outside.write_text("secret: 1\n")
    (project / TABLE).unlink()
    (project / TABLE).symlink_to(outside)
    assert [(p.file, p.code) for p in problems(project)] == [(TABLE, "D-PATH-OUTSIDE")]


def test_a_folder_that_leads_out_is_refused(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    (project / SOURCE).rename(tmp_path / "alpha")
    (project / SOURCE).symlink_to(tmp_path / "alpha")
    assert {p.code for p in problems(project)} == {"D-PATH-OUTSIDE"}


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    (project / TABLE).unlink()
    (project / TABLE).symlink_to(project / TABLE)
    assert {p.code for p in problems(project)} == {"D-PATH-OUTSIDE"}


def test_a_link_that_stays_inside_is_followed(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    (project / TABLE).rename(project / "kept.yaml")
    (project / TABLE).symlink_to(project / "kept.yaml")
    assert problems(project) == ()


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    (project / TABLE).unlink()
    os.mkfifo(project / TABLE)
    assert [(p.file, p.code) for p in problems(project)] == [(TABLE, "D-PATH-KIND")]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = copy_to(tmp_path)
    real = Path.open

    def refuse(path: Path, *args: object, **kwargs: object) -> object:
        if path.name == "hito.yaml":
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    assert [(p.file, p.code) for p in problems(project)] == [(TABLE, "D-FILE-READ")]


def test_a_spreadsheet_lock_file_is_a_problem_not_a_table(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    (project / SOURCE / "codes/~$sex.csv").write_bytes(b"\x00lock")
    assert [p.code for p in problems(project)] == ["D-PATH-NAME"]


@pytest.mark.parametrize(
    ("system", "source"), [("tini", None), ("tiny", "alfa"), ("../tiny", None), ("profiles", None)]
)
def test_unknown_names_on_the_command_line_are_usage_errors(system: str, source: str | None) -> None:
    from migrate.spec.load import load_layout

    with pytest.raises(UsageError):
        load_layout(Library(TINY, bundled=TINY), system, source)


def test_the_folder_is_a_project_only_with_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert project_folder(None) is None
    with pytest.raises(UsageError):
        project_folder(tmp_path)
    monkeypatch.chdir(TINY)
    assert project_folder(None) == TINY
    assert project_folder(TINY) == TINY


def test_bundled_files_are_beside_the_package_in_a_checkout() -> None:
    assert (bundled_root() / "layouts").is_dir()


def test_the_hash_covers_every_byte_and_every_name(tmp_path: Path) -> None:
    project = copy_to(tmp_path)
    before = load(project).definition_hash
    assert load(copy_to(tmp_path / "again")).definition_hash == before
    gaiji = project / SOURCE / "gaiji.csv"
    gaiji.write_bytes(gaiji.read_bytes() + b"\n")
    assert load(project).definition_hash != before
    gaiji.unlink()
    without = load(project).definition_hash
    (project / "cleansing_rules/common.yaml").rename(project / "cleansing_rules/other.yaml")
    assert len({before, without, load(project).definition_hash}) == 3


def test_settings_that_may_not_be_read_are_not_called_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = copy_to(tmp_path)

    def locked(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(PermissionError):
        load_project(project)
