"""Fit & gap counts the fields of a host's files as those of cp932."""

from pathlib import Path

from migrate.inventory.census import Counted, count_fields
from migrate.spec.layout import Layout
from migrate.synth import make_town
from tests.hosts import overlay
from tests.towns import layout_of


def counted(layout: Layout, folder: Path) -> Counted:
    make_town(layout, 40, 1, 0, folder)
    assert layout.source is not None
    return count_fields(layout.source, [(path.name, path) for path in sorted((folder / "in").glob("*.DAT"))])


def test_fields_of_a_host_are_counted_as_those_of_cp932(tmp_path: Path) -> None:
    ours = counted(overlay(tmp_path / "project", "keis83", "kotei"), tmp_path / "ours")
    theirs = counted(layout_of("kotei"), tmp_path / "theirs")
    assert (ours.refused, ours.misfits, ours.files) == ({}, {}, theirs.files)
    assert ours.columns.keys() == theirs.columns.keys()
    assert {at: one.document() for at, one in ours.columns.items()} == {
        at: one.document() for at, one in theirs.columns.items()
    }
