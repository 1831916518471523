"""``migrate init``: the folder of one municipality's migration, with the definitions that it will have to edit."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from migrate.cli import settings
from migrate.cli.project_texts import IGNORED, PROJECT, README
from migrate.cli.run_options import INPUT, OUT
from migrate.cli.session import Session
from migrate.spec.layout import Layout
from migrate.spec.library import PROJECT_FILE, Library


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@settings.layout_option
@settings.source_option
@click.pass_obj
def command(session: Session, folder: Path, layout: str | None, source: str | None) -> int:
    chosen = settings.choose(None, layout, source)
    loaded = chosen.load()
    settings.empty_folder(folder, "FOLDER")
    folder.mkdir(parents=True, exist_ok=True)
    for path in overlay(loaded, chosen.library):
        found = chosen.library.find(path)
        if found:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(found.read_bytes())
    _write(folder, loaded)
    session.say("init-done", folder=folder, input=folder / INPUT)
    session.out.print(f"cd {folder} && migrate run", soft_wrap=True)
    return 0


def overlay(layout: Layout, library: Library) -> Iterator[str]:
    """Definitions that differ from one municipality to the next: code maps, gaiji, cleansing rules."""
    paths = layout.paths
    for name in library.listing(f"{paths.source_folder}/codes", "*.csv"):
        yield f"{paths.source_folder}/codes/{name}"
    yield paths.gaiji
    yield from paths.rules()


def _write(folder: Path, layout: Layout) -> None:
    assert layout.source is not None
    source = layout.source.source
    facts = {
        "municipality": json.dumps(folder.resolve().name, ensure_ascii=False),
        "name": folder.resolve().name,
        "layout": layout.system.system,
        "table": layout.system.tables[0],
        "system": layout.system.ja,
        "source": source.source,
        "source_ja": source.ja,
        "profile": layout.profile.profile,
        "source_folder": layout.paths.source_folder,
        "files": "\n".join(
            f"| `{entry.pattern}` | {layout.source.files[entry.file].ja} | {_need(entry.required)} |"
            for entry in source.files
        ),
    }
    for name, template in ((PROJECT_FILE, PROJECT), ("README.md", README)):
        (folder / name).write_text(template.format_map(facts), encoding="utf-8", newline="\n")
    (folder / ".gitignore").write_text(IGNORED, encoding="utf-8", newline="\n")
    for name in (INPUT, OUT):
        (folder / name).mkdir(mode=0o700)


def _need(required: bool) -> str:
    return "必須" if required else "任意"
