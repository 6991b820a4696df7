"""The text of a PDF that our printer made, sheet by sheet: enough of the format for that, and no more."""

import re
import zlib

WORD = re.compile(rb"/[\w.]+|[A-Za-z*']+|[-+.\d]+|<[0-9A-Fa-f]*>|<<|>>|\[|\]|\(", re.DOTALL)
SINGLE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def sheets(pdf: bytes) -> list[str]:
    """Return the text of each sheet of paper; pieces that the printer set apart are parted by one blank."""
    objects = _objects(pdf)
    found = []
    for body in objects.values():
        if re.search(rb"/Type\s*/Page\b(?!s)", body):
            content = objects[_number(rb"/Contents (\d+) 0 R", body)]
            fonts = re.search(rb"/Font\s*<<(.*?)>>", _inside(body, objects), re.DOTALL)
            maps = {
                name: _letters(objects[int(number)], objects)
                for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", fonts[1] if fonts else b"")
            }
            found.append(_text(_stream(content), maps))
    return found


def whole(pdf: bytes) -> str:
    """Return the text of all sheets, without the places where a long word may break."""
    return " ".join(sheets(pdf)).replace("\u200b", "")


def squeezed(text: str) -> str:
    """Return a text without blanks, because a line that goes over to the next has none there."""
    return re.sub(r"[\s\u200b]+", "", text)


def _objects(pdf: bytes) -> dict[int, bytes]:
    found, at = {}, 0
    begin = re.compile(rb"(\d+) 0 obj")
    while (hit := begin.search(pdf, at)) is not None:
        end = pdf.index(b"endobj", hit.end())
        length = re.search(rb"/Length (\d+)", pdf[hit.end() : end])
        stream = re.compile(rb"stream\r?\n").search(pdf, hit.end(), end)
        if length and stream:
            end = pdf.index(b"endobj", stream.end() + int(length[1]))
        found[int(hit[1])] = pdf[hit.end() : end]
        at = end
    return found


def _number(pattern: bytes, body: bytes) -> int:
    hit = re.search(pattern, body)
    assert hit is not None, pattern
    return int(hit[1])


def _inside(body: bytes, objects: dict[int, bytes]) -> bytes:
    """Return a page with its resources written out."""
    elsewhere = re.search(rb"/Resources (\d+) 0 R", body)
    return objects[int(elsewhere[1])] if elsewhere else body


def _stream(body: bytes) -> bytes:
    begin = re.search(rb"stream\r?\n", body)
    assert begin is not None
    packed = body[begin.end() : begin.end() + _number(rb"/Length (\d+)", body)]
    return zlib.decompress(packed) if b"FlateDecode" in body[: begin.start()] else packed


def _letters(font: bytes, objects: dict[int, bytes]) -> dict[int, str]:
    """Return which text each sign of a font stands for."""
    told = _stream(objects[_number(rb"/ToUnicode (\d+) 0 R", font)]).decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", told, re.DOTALL):
        for sign, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[int(sign, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", told, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(int(text, 16) + step)
    return found


def _text(content: bytes, maps: dict[bytes, dict[int, str]]) -> str:
    said: list[str] = []
    font, last, pending, at = b"", b"", b"", 0
    while (hit := WORD.search(content, at)) is not None:
        at, word = hit.end(), hit[0]
        if word == b"(":
            at = _end(content, at)
            pending += _signs(content[hit.end() : at - 1])
        elif word[:1] == b"/":
            last = word[1:]
        elif word == b"Tf":
            font = last
        elif word in {b"TJ", b"Tj"}:
            said.append(
                "".join(maps[font].get(int.from_bytes(pending[one : one + 2], "big"), "\ufffd") for one in range(0, len(pending), 2))
            )
        elif word == b"ET":
            said.append(" ")
        if word[:1].isalpha():
            pending = b""
    return "".join(said)


def _end(content: bytes, at: int) -> int:
    """Return where the string that began before `at` ends: brackets in it stand in pairs or behind a backslash."""
    depth = 1
    while depth:
        sign = content[at : at + 1]
        at += 2 if sign == b"\\" else 1
        depth += {b"(": 1, b")": -1}.get(sign, 0)
    return at


def _signs(shown: bytes) -> bytes:
    return re.sub(rb"\\([0-7]{1,3}|\r?\n|.)", _plain, shown, flags=re.DOTALL)


def _plain(hit: re.Match[bytes]) -> bytes:
    told = hit[1]
    if told[:1].isdigit():
        return bytes([int(told, 8)])
    return b"" if told in {b"\n", b"\r\n"} else SINGLE.get(told, told)
