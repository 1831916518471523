"""``python -m tests.browser [REPORT.html]``: a report in a real browser.

Nothing is asked for, nothing is wrong on the console, every section is printed, and every table can be reached and read
with the keyboard. Needs Chromium (and Linux or macOS).
"""

import argparse
import base64
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.browser.devtools import NoBrowser, Tab, browser
from tests.towns import Towns

PAPER = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True, "generateDocumentOutline": True}
MOST_TABS = 400


def complaints(page: Path) -> Iterator[str]:
    """What a reader would stumble over."""
    with browser() as tab:
        for domain in ("Network", "Page", "Runtime", "Log"):
            tab.call(f"{domain}.enable")
        tab.call("Page.navigate", url=page.resolve().as_uri())
        tab.wait("Page.loadEventFired")
        yield from _printed(tab)
        yield from _keyboard(tab)
        yield from _quiet(tab, page)


def _quiet(tab: Tab, page: Path) -> Iterator[str]:
    asked = {one["request"]["url"] for one in tab.told("Network.requestWillBeSent")} - {page.resolve().as_uri()}
    yield from (f"asks for {url}" for url in sorted(asked))
    for one in tab.told("Log.entryAdded"):
        yield f"console: {one['entry']['text']}"
    for one in tab.told("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
        yield f"console: {one}"


def _printed(tab: Tab) -> Iterator[str]:
    """Each section starts on the paper, and none of its tables is cut off at the right."""
    titles = tab.value("[...document.querySelectorAll('section > h2')].map(h => h.textContent)")
    pdf = base64.b64decode(tab.call("Page.printToPDF", **PAPER)["data"])
    for title in titles:
        if title.encode("utf-16-be") not in pdf and title.encode("utf-16-be").hex().upper().encode() not in pdf:
            yield f"not printed: {title}"
    tab.call("Emulation.setEmulatedMedia", media="print")
    tab.call("Emulation.setDeviceMetricsOverride", width=1032, height=700, deviceScaleFactor=1, mobile=False)
    wide = tab.value("[...document.querySelectorAll('table')].filter(t => t.offsetWidth > innerWidth).length")
    if wide:
        yield f"{wide} tables are wider than the paper"
    tab.call("Emulation.setEmulatedMedia", media="")


def _keyboard(tab: Tab) -> Iterator[str]:
    """Tab goes by the skip link and the contents to each table; the arrows move a wide one."""
    tab.call("Emulation.setDeviceMetricsOverride", width=480, height=800, deviceScaleFactor=1, mobile=False)
    reached: list[str] = []
    moved = False
    wanted = tab.value("document.querySelectorAll('.wide').length")
    for _ in range(MOST_TABS):
        tab.press("Tab")
        here = tab.value("document.activeElement.getAttribute('aria-labelledby') || document.activeElement.className")
        if here in reached:
            break
        reached += [here] if here else []
        overflows = tab.value("document.activeElement.scrollWidth > document.activeElement.clientWidth")
        if here != "skip" and overflows and not moved:
            tab.press("ArrowRight")
            time.sleep(0.5)  # it moves smoothly
            moved = bool(tab.value("document.activeElement.scrollLeft > 0"))
    if reached[:1] != ["skip"]:
        yield "the first stop is not the skip link"
    if len(reached) - 1 != wanted:
        yield f"{wanted - len(reached) + 1} tables cannot be reached"
    if not moved:
        yield "no wide table moves with the arrows"


def main() -> int:
    """0 where there is nothing to complain of, 1 where there is, 5 without a browser."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser")
    parser.add_argument("page", nargs="?", type=Path)
    given = parser.parse_args().page
    with tempfile.TemporaryDirectory() as folder:
        page = given or Towns(Path(folder)).run(300, faults=0.1).folder / "report.html"
        try:
            found = list(complaints(page))
        except NoBrowser:
            print("needs Chromium", file=sys.stderr)
            return 5
    for line in found:
        print(line)
    print(f"{page.name}: {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
