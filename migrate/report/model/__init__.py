"""The report a city signs, as data: sections in their order of reading, each made by one function from the evidence."""

from migrate.report.model.codes import codes
from migrate.report.model.conservation import conservation
from migrate.report.model.corrections import corrections
from migrate.report.model.cover import about, cover
from migrate.report.model.dates import dates
from migrate.report.model.evidence import LEAST, Evidence, Later
from migrate.report.model.glyphs import certificates, gaiji
from migrate.report.model.gone import gone
from migrate.report.model.parts import Model
from migrate.report.model.progress import progress
from migrate.report.model.protection import protection
from migrate.report.model.rules import cleansing, rules
from migrate.report.model.samples import samples
from migrate.report.model.scope import scope
from migrate.report.model.signing import signing
from migrate.report.model.todo import todo
from migrate.report.model.totals import totals
from migrate.report.model.unchecked import unchecked

__all__ = ["LEAST", "Evidence", "Later", "Model", "model_of"]

SECTIONS = (
    cover,
    progress,
    conservation,
    totals,
    protection,
    rules,
    cleansing,
    corrections,
    codes,
    gaiji,
    dates,
    certificates,
    samples,
    unchecked,
    gone,
    todo,
    scope,
    signing,
)


def model_of(evidence: Evidence) -> Model:
    """The whole report; a section that has nothing to say about this system or this rendering is left out."""
    return Model(evidence.lang, about(evidence), tuple(section for make in SECTIONS for section in make(evidence)))
