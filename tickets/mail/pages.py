"""HTML mail as plain text: what is quoted keeps a mark, what a link hides is shown, nothing runs and nothing is fetched."""

import re
from html import unescape

BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table", "pre"})
SILENT = frozenset({"style", "script", "title", "template", "head"})
SHOWN = (
    frozenset({"body", "br", "span", "a", "font", "b", "i", "strong", "em", "img"}) | BLOCKS
)  # what stands in no head: one that never ended ends here
LINKED = 2000  # characters of a link that are compared with where it leads
VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "wbr", "source"})
QUOTES = re.compile(
    r"(^|\s)(gmail_quote|gmail_extra|yahoo_quoted|moz-cite-prefix|protonmail_quote|tutanota_quote|zmail_extra|ms-outlook-mobile-reference-message)(\s|$)"
)
QUOTE_IDS = re.compile(r"(x_)*(divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container|isForwardContent)")
SIGNATURES = re.compile(r"(^|\s)(gmail_signature|moz-signature|protonmail_signature_block|zmail_signature|yahoo_signature)(\s|$)")
SIGNATURE_IDS = re.compile(r"(x_)*(Signature|ms-outlook-mobile-signature|ymail_android_signature|AppleMailSignature)", re.IGNORECASE)
TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][\w:-]{0,40})(?P<said>[^<>]{0,5000})>")  # no mark is looked at twice, whatever stands there
HIDDEN = re.compile(r"(^|[;\s])display\s*:\s*none", re.IGNORECASE)  # `mso-hide` hides it from readers of one program alone
CELLS, ROWS = frozenset({"td", "th"}), frozenset({"tbody", "thead", "tfoot"})
ENDS = (  # what HTML ends where one of these begins, and inside of what it ends nothing further out
    (BLOCKS, frozenset({"p"}), CELLS | {"table"}),
    (frozenset({"li"}), frozenset({"li"}), frozenset({"ul", "ol"})),
    (frozenset({"dt", "dd"}), frozenset({"dt", "dd"}), frozenset({"dl"})),
    (CELLS, CELLS, frozenset({"table"})),
    (frozenset({"tr"}), CELLS | {"tr"}, frozenset({"table"})),
    (ROWS, CELLS | ROWS | {"tr"}, frozenset({"table"})),
)
NEAR = 60  # elements that are looked back at
SAID = re.compile(r"(?<![\w-])(class|id|href|alt|style)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)


class Page:
    """Collects lines; a line in a quote begins with "> "."""

    def __init__(self, *, hides: bool = True) -> None:
        self.hides = hides  # whether what a page does not show is left out
        self.lines: list[str] = []
        self.line: list[str] = []
        self.written = False  # whether the line has more than spaces
        self.open: list[tuple[str, bool, bool]] = []  # tag, quotes, silences
        self.opened: dict[str, int] = {}
        self.quotes = 0
        self.silent = 0
        self.link = ""
        self.linked = ""

    def begin(self, tag: str, said: dict[str, str]) -> None:
        """Meet the beginning of an element."""
        self.speak(tag)
        self.leave_open(tag)
        if tag == "br" and not self.written and self.lines[-1:] != [""]:
            self.lines.append("")
        if tag in BLOCKS or tag == "br":
            self.end_line(blank=tag in SPACED)
        if tag == "hr":
            self.add("________")
            self.end_line()
        if tag == "img" and not self.silent and said.get("alt"):
            self.add(f" [{said['alt'][:100]}] ")
        if tag in {"td", "th"} and self.written:
            self.add("  ")
        if tag == "li":
            self.add("* ")
        if tag == "a" and said.get("href", "").startswith(("http:", "https:")):
            self.link, self.linked = said["href"], ""
        if tag in VOID:
            return
        if SIGNATURES.search(said.get("class", "")) or SIGNATURE_IDS.fullmatch(said.get("id", "")):
            self.sign()
        quotes = tag == "blockquote" or bool(QUOTES.search(said.get("class", ""))) or bool(QUOTE_IDS.fullmatch(said.get("id", "")))
        quotes = quotes and not said.get("id", "").endswith(("divRplyFwdMsg", "appendonsend"))  # these only stand before a quote
        silences = tag in SILENT or (self.hides and tag != "body" and bool(HIDDEN.search(said.get("style", ""))))
        self.quotes += quotes
        self.silent += silences
        self.open.append((tag, quotes, silences))
        self.opened[tag] = self.opened.get(tag, 0) + 1

    def speak(self, tag: str) -> None:
        """End a head that never ended, where something begins that stands in no head."""
        if self.silent and tag in SHOWN:
            self.end("head")
        if tag == "body":
            self.silent = 0

    def sign(self) -> None:
        """Mark a signature as plain text does, where something of the writer's own stands above it."""
        self.end_line()
        own = [line for line in self.lines if line and not line.startswith(">")]
        if own and own[-1].rstrip() != "--" and not self.quotes and not self.silent:
            self.lines.append("-- ")

    def end(self, tag: str) -> None:
        """Meet the end of an element."""
        if tag == "a" and self.link:
            shown = self.linked.strip().rstrip("/")
            if shown and shown not in {self.link.rstrip("/"), self.link.partition("://")[2].rstrip("/")}:
                self.add(f" <{self.link[:500]}>")
            self.link = ""
        if tag in BLOCKS:
            self.end_line(blank=tag in SPACED)
        if tag not in VOID and self.opened.get(tag):
            self.leave(next((number for number, one in enumerate(reversed(self.open[-NEAR:]), 1) if one[0] == tag), 0))

    def leave_open(self, tag: str) -> None:
        """Leave what has no end of its own, where something begins that cannot stand in it."""
        for begins, ended, walls in ENDS:
            if tag not in begins or not any(map(self.opened.get, ended)):
                continue
            near = [name for name, _, _ in reversed(self.open[-NEAR:])]
            near = near[: next((number for number, name in enumerate(near) if name in walls), NEAR)]
            self.leave(max((number for number, name in enumerate(near, 1) if name in ended), default=0))

    def leave(self, count: int) -> None:
        """Leave the innermost elements."""
        for _ in range(count):
            name, quotes, silences = self.open.pop()
            self.opened[name] -= 1
            self.quotes -= quotes
            self.silent = max(0, self.silent - silences)

    def hear(self, data: str) -> None:
        """Meet text."""
        if self.silent:
            return
        kept = bool(self.opened.get("pre")) and any(one[0] == "pre" for one in self.open[-20:])
        if self.link and len(self.linked) < LINKED:
            self.linked += data[:LINKED]
        for number, piece in enumerate(data.split("\n") if kept else [data]):
            if number:
                self.end_line()
            flat = piece if kept else re.sub(r"[ \t\r\n\f]+", " ", piece)
            self.add(flat.lstrip(" ") if not self.line and not kept else flat)

    def add(self, text: str) -> None:
        """Put text at the end of the line."""
        if text:
            self.line.append(text)
            self.written = self.written or not text.isspace()

    def end_line(self, *, blank: bool = False) -> None:
        """Finish a line, and leave one empty between paragraphs."""
        if text := "".join(self.line).replace("\u00a0", " ").rstrip():
            self.lines.append(f"> {text}" if self.quotes else text)
        if blank and self.lines and self.lines[-1]:
            self.lines.append("")
        self.line, self.written = [], False


def text_of(html: str) -> str:
    """Return what a reader of the page would read; of a page that shows nothing, also what it hides."""
    html = _uncommented(html)
    return _read(html, Page()) or _read(html, Page(hides=False))


def _read(html: str, page: Page) -> str:
    place = 0
    for tag in TAG.finditer(html):
        page.hear(unescape(html[place : tag.start()]))
        place = tag.end()
        name = tag["name"].lower()
        if tag["end"]:
            page.end(name)
        else:
            page.begin(name, {one[1].lower(): unescape(one[2] or one[3] or one[4] or "") for one in SAID.finditer(tag["said"])})
    page.hear(unescape(html[place:]))
    page.end_line()
    return "\n".join(page.lines)


def _uncommented(html: str) -> str:
    """Return a page without remarks and declarations; one that never ends stays, since it may hide what was written."""
    kept, place = [], 0
    while (begins := html.find("<!--", place)) >= 0 and (ends := html.find("-->", begins + 4)) >= 0:
        kept.append(html[place:begins])
        place = ends + 3
    return re.sub(r"<[!?][^<>]{0,2000}>", "", "".join([*kept, html[place:]]))
