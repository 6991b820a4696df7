"""Reads a list of backup sessions (CSV) into runs; every row that cannot be read is told with its line, never dropped in silence."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MOST_ROWS = 200_000
MOST_PROBLEMS = 50
LONGEST_JOB = 200
SHOWN = 5

JOB_HEADERS = ("jobname", "job", "backupjob", "backupjobname", "policy", "policyname", "task", "taskname", "name")
RESULT_HEADERS = ("result", "status", "lastresult", "jobresult", "sessionresult", "outcome", "state")
TIME_HEADERS = (
    "date",
    "endtime",
    "finishtime",
    "end",
    "finished",
    "starttime",
    "start",
    "started",
    "creationtime",
    "time",
    "datetime",
    "timestamp",
)


class Result(StrEnum):
    """How a run ended; a warning is good, since something to restore from was written."""

    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    FAILED = "FAILED"


class DateOrder(StrEnum):
    """In which order a date names day, month and year."""

    MDY = "MDY"
    DMY = "DMY"
    YMD = "YMD"


RESULT_WORDS = {
    **dict.fromkeys(("success", "successful", "succeeded", "ok", "completed", "complete", "passed", "good"), Result.SUCCESS),
    **dict.fromkeys(("warning", "warnings", "completed with warnings", "success with warnings", "partial"), Result.WARNING),
    **dict.fromkeys(
        ("failed", "failure", "fail", "error", "errors", "aborted", "cancelled", "canceled", "missed", "stopped"), Result.FAILED
    ),
}
UNFINISHED = frozenset(("none", "running", "working", "in progress", "inprogress", "starting", "pending", "idle", "queued", ""))
DATES = {
    DateOrder.MDY: ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m.%d.%Y"),
    DateOrder.DMY: ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d.%m.%y"),
    DateOrder.YMD: ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"),
}
CLOCKS = (" %I:%M:%S %p", " %I:%M %p", " %H:%M:%S", " %H:%M", "")
ORDER_WORDS = {DateOrder.MDY: "month/day/year", DateOrder.DMY: "day/month/year", DateOrder.YMD: "year-month-day"}


@dataclass(frozen=True)
class Profile:
    """How an export writes its moments."""

    order: DateOrder = DateOrder.MDY
    zone: str = "UTC"


@dataclass(frozen=True)
class Run:
    """One run of one job; `at` is in UTC, `line` where it stands in the list."""

    job: str
    result: Result
    at: datetime
    line: int


@dataclass(frozen=True)
class Example:
    """How one text was read, for the person who checks it."""

    line: int
    text: str
    at: datetime | None

    @property
    def spoken(self) -> str:
        """The moment with its month as a word, so that no order can hide."""
        return f"{self.at.day} {self.at:%B %Y %H:%M:%S}" if self.at else ""


@dataclass(frozen=True)
class Listing:
    """What a list holds: the runs in their order, what could not be read, and how the dates were read."""

    runs: tuple[Run, ...] = ()
    problems: tuple[str, ...] = ()
    more_problems: int = 0
    examples: tuple[Example, ...] = ()
    rows: int = 0

    @property
    def jobs(self) -> int:
        """How many different jobs it names."""
        return len({run.job for run in self.runs})

    @property
    def refused(self) -> int:
        """How many rows or parts could not be read."""
        return len(self.problems) + self.more_problems


class WrongProfile(Exception):
    """A date order or zone that does not exist, in words fit for users."""


def profile(order: str, zone: str) -> Profile:
    """Return the profile, or raise WrongProfile."""
    try:
        ZoneInfo(zone)
        return Profile(DateOrder(order.strip().upper()), zone)
    except (ZoneInfoNotFoundError, OSError):
        raise WrongProfile(f"There is no time zone '{zone}'. Write it as in America/Chicago.") from None
    except ValueError:
        raise WrongProfile(f"'{order}' is no order of dates. Choose mdy, dmy or ymd.") from None


def read(content: bytes, how: Profile) -> Listing:
    """Return what the list holds; a list without the three columns needed has no runs and says which are missing."""
    text = _decoded(content)
    if not text.strip():
        return Listing(problems=("The file is empty.",))
    try:
        return _read_rows(_rows(text), how)
    except csv.Error as fault:
        return Listing(problems=(f"The file cannot be read as a table: {fault}.",))


def later(runs: Iterable[Run], as_of: datetime) -> int:
    """Count the runs after the moment a list is of: there can be none, unless its clock is read in the wrong zone."""
    return sum(run.at > as_of for run in runs)


def in_utc(content: bytes, how: Profile, as_of: datetime) -> bool:
    """Say whether a list whose moment was given in UTC is written in UTC too: read so, fewer of its runs lie after that moment."""
    as_utc = read(content, replace(how, zone="UTC"))
    return bool(as_utc.runs) and later(as_utc.runs, as_of) < later(read(content, how).runs, as_of)


def _decoded(content: bytes) -> str:
    """Read the bytes by their byte order mark, as UTF-8, or as the code page of Western Windows."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it starts on; the separator is the one its first line has most of."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True)
    line = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield line, row
        line = reader.line_num + 1


@dataclass(frozen=True)
class _Columns:
    job: int
    result: int
    time: int


def _read_rows(rows: Iterator[tuple[int, list[str]]], how: Profile) -> Listing:
    _, header = next(rows)
    columns = _columns(header)
    if isinstance(columns, str):
        return Listing(problems=(columns,))
    runs: list[Run] = []
    problems: list[str] = []
    examples: list[Example] = []
    count = 0
    for count, (line, row) in enumerate(rows, 1):
        if count > MOST_ROWS:
            problems.append(f"Only the first {MOST_ROWS:,} rows were read.")
            break
        found = _run(line, row, columns, how)
        (problems if isinstance(found, str) else runs).append(found)  # type: ignore[arg-type]
        if len(examples) < SHOWN and len(row) > columns.time:
            examples.append(Example(line, row[columns.time].strip()[:60], None if isinstance(found, str) else found.at))
    hint = _other_order(problems, runs, how)
    shown = [*hint, *problems][:MOST_PROBLEMS]
    return Listing(tuple(runs), tuple(shown), len(hint) + len(problems) - len(shown), tuple(examples), count)


def _columns(header: Sequence[str]) -> _Columns | str:
    """Return where the three columns stand, or in words which are missing."""
    plain = ["".join(sign for sign in cell.lower() if sign.isalnum()) for cell in header]
    found = {
        "job": next((plain.index(name) for name in JOB_HEADERS if name in plain), None),
        "result": next((plain.index(name) for name in RESULT_HEADERS if name in plain), None),
        "date": next((plain.index(name) for name in TIME_HEADERS if name in plain), None),
    }
    job, result, time = found["job"], found["result"], found["date"]
    if job is None or result is None or time is None:
        missing = " and no ".join(name for name, place in found.items() if place is None)
        there = ", ".join(f"'{cell.strip()[:40]}'" for cell in header[:12])
        return f"Line 1: there is no {missing} column. The columns are {there}. Name them JobName, Result and Date."
    return _Columns(job, result, time)


def _run(line: int, row: Sequence[str], columns: _Columns, how: Profile) -> Run | str:
    """Return the run that a row tells of, or in words why it tells of none."""
    if len(row) <= max(columns.job, columns.result, columns.time):
        return f"Line {line}: it has {len(row)} cells, the first line has more."
    job, word, text = row[columns.job].strip(), row[columns.result].strip(), row[columns.time].strip()
    if not job:
        return f"Line {line}: it names no job."
    if word.lower() in UNFINISHED:
        return f"Line {line}: the run of '{job[:60]}' has not ended ('{word[:30]}'), so it proves nothing."
    result = RESULT_WORDS.get(word.lower())
    if result is None:
        return f"Line {line}: the result '{word[:40]}' is none of Success, Warning and Failed."
    at = _moment(text, how)
    if at is None:
        return f"Line {line}: '{text[:40]}' is no date written {ORDER_WORDS[how.order]}."
    return Run(job[:LONGEST_JOB], result, at, line)


def _moment(text: str, how: Profile) -> datetime | None:
    """Return the moment in UTC; a text without an offset is in the profile's zone."""
    found = _of_iso(text) or _of_order(" ".join(text.split()), how.order)
    if found is None:
        return None
    try:
        at = (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(how.zone))).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return at if 1990 <= at.year < 2100 else None  # noqa: PLR2004 - no backup is older or newer


def _of_iso(text: str) -> datetime | None:
    """ISO names its own order."""
    if not text[:4].isdigit() or text[4:5] != "-":
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _of_order(text: str, order: DateOrder) -> datetime | None:
    for date in DATES[order]:
        for clock in CLOCKS:
            try:
                return datetime.strptime(text, date + clock)  # noqa: DTZ007 - the zone is the profile's
            except ValueError:
                continue
    return None


def _other_order(problems: Sequence[str], runs: Sequence[Run], how: Profile) -> list[str]:
    """Say that the order of dates may be wrong where many dates cannot be read in it."""
    unread = sum("is no date written" in problem for problem in problems)
    if unread < 2 or unread * 10 < len(runs):  # noqa: PLR2004 - one odd date is no order
        return []
    return [f"{unread} dates cannot be {ORDER_WORDS[how.order]}. Choose another order if the list is from elsewhere."]
