"""How numbers and other people's text are written, on the terminal and in HTML alike."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

MINUS = "\u2212"
_KEPT = "\n\t"
_PATH = re.compile(r"(?:(?<![\w/.])|(?<=file://))/(?:[\w.+@~-]+/)+(?=[\w.+@~-])")


def plain(text: str) -> str:
    """Text that cannot steer a terminal or a browser: control, surrogate and direction characters
    (Unicode C*, except newline and tab) become visible escapes such as \\x1b."""
    text = text.replace("\r\n", "\n")
    return "".join(
        char
        if char in _KEPT or unicodedata.category(char)[0] != "C"
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def without_paths(text: str) -> str:
    """Text in which absolute paths keep their last part only: a page is read on other machines."""
    return _PATH.sub("\u2026/", text)


def one_line(text: str, limit: int = 200) -> str:
    """The first line that says something, with single spaces, cut to `limit` characters."""
    lines = (" ".join(line.split()) for line in plain(text).splitlines())
    first = next((line for line in lines if line), "")
    return first if len(first) <= limit else first[: limit - 1].rstrip() + "\u2026"


def count(number: int, noun: str) -> str:
    """A number and its noun: "1 answer", "2 answers", "3 passes"."""
    return f"{number} {noun}{'' if number == 1 else 'es' if noun.endswith('s') else 's'}"


def common_folder(task_ids: Sequence[str]) -> str:
    """The folder that all ids are in, with its slash; empty when there is none."""
    heads = {task_id.partition("/")[0] for task_id in task_ids if "/" in task_id}
    return f"{heads.pop()}/" if len(heads) == 1 and all("/" in i for i in task_ids) else ""


def percent(share: float) -> str:
    """A share in 0..1 as per cent with one decimal, without the sign: 0.4833 -> "48.3"."""
    return f"{100 * share:.1f}"


def points(difference: float) -> str:
    """A difference of shares as signed percentage points: -0.052 -> "\u22125.2"."""
    rounded = round(100 * difference, 1)
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):.1f}"


def signed(count: int) -> str:
    """A change of a count with its sign: -3 -> "\u22123"."""
    return f"{MINUS if count < 0 else '+'}{abs(count)}"


def share_with_interval(estimate: Mapping[str, Any]) -> str:
    """`{value, low, high}` in per cent: "48.3 [41.2, 55.5]"."""
    low, high = percent(estimate["low"]), percent(estimate["high"])
    return f"{percent(estimate['value'])} [{low}, {high}]"


def difference_with_interval(comparison: Mapping[str, Any]) -> str:
    """`{difference, low, high}` in percentage points: "+12.3 [+5.2, +19.4]"."""
    low, high = points(comparison["low"]), points(comparison["high"])
    return f"{points(comparison['difference'])} [{low}, {high}]"


def p_value(p: float) -> str:
    """A p value with two significant digits; below 0.001 only the bound."""
    return "<0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def duration(seconds: float) -> str:
    """Seconds as a person says them: "4.2 s", "3 min 12 s", "2 h 05 min"."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
