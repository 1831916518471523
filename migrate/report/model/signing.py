"""Who takes it over: boxes to sign."""

from collections.abc import Iterator

from migrate.report.model.evidence import Evidence
from migrate.report.model.parts import Note, Section, Signatures

WHO = ("division", "information", "protection", "old-vendor", "new-vendor")


def signing(evidence: Evidence) -> Iterator[Section]:
    """One box for each; the one who answers for protection only where the system knows of any."""
    who = tuple(one for one in WHO if one != "protection" or evidence.layout.system.protected)
    yield Section("signing", (Note("signing", {"run": evidence.report["run_id"]}), Signatures("signing", who)))
