"""A site's own characters against the files they stand in."""

from collections.abc import Iterator

from migrate.errors import Problem
from migrate.spec.draft import Draft
from migrate.spec.gaiji import CODES, private_area


def glyph_problems(draft: Draft) -> Iterator[Problem]:
    """Codes that a delimited file does not tell, more codes than can be told at all, and texts that the receiving
    system does not hold."""
    file = draft.paths.gaiji
    held = draft.profile.private_use if draft.profile else ()
    for code, glyph in draft.gaiji.items():
        area = private_area(glyph.text)
        if area and draft.profile and area not in held:
            facts = {"code": code, "area": area, "profile": draft.profile.profile}
            yield Problem("D-GAIJI-PRIVATE", facts, file, glyph.line, 1)
    families = {CODES["cp932" if encoding == "utf-8" else encoding] for encoding in draft.encodings()}
    if draft.gaiji and len(families) > 1:
        yield Problem("D-GAIJI-ENCODINGS", {"encodings": ", ".join(sorted(draft.encodings()))}, file, 1, 1)
    if len(families) != 1:
        return
    family = families.pop()
    own = [CODES[encoding].own for encoding in draft.encodings()]
    others = {code: glyph for code, glyph in draft.gaiji.items() if not any(one.fullmatch(code) for one in own)}
    if any(one and one.format == "delimited" for one in draft.files.values()):
        for code, glyph in others.items():
            yield Problem("D-GAIJI-AREA", {"code": code}, file, glyph.line, 1)
    elif len(others) > family.most_others:
        facts = {"count": f"{len(others):,}", "most": f"{family.most_others:,}"}
        yield Problem("D-GAIJI-MANY", facts, file, 1, 1)
