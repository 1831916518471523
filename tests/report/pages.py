"""A report page read back, as a browser would take it apart."""

from html.parser import HTMLParser

LOADS = {
    "src",
    "srcset",
    "href",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "cite",
    "xlink:href",
    "manifest",
}
"""Attributes that can lead out of a page."""
VOID = {"meta", "link", "br", "img", "input", "hr", "base", "source"}


class Page(HTMLParser):
    """``tags`` in order; ``links`` (attribute, value) of every attribute that refers to something; ``texts`` are what a
    reader sees."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.attributes: set[str] = set()
        self.metas: dict[str, str] = {}
        self.texts: list[str] = []
        self.style = ""
        self._open: list[str] = []
        self.feed(page.decode("utf-8"))
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self._open.append(tag)
        told = {name: value or "" for name, value in attrs}
        self.attributes |= told.keys()
        self.links += [(name, value) for name, value in told.items() if name in LOADS]
        if "id" in told:
            self.ids.append(told["id"])
        if tag == "meta" and "http-equiv" in told:
            self.metas[told["http-equiv"]] = told["content"]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        elif data.strip():
            self.texts.append(data)
