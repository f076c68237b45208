"""Answers in a strict form: named fenced blocks, each wanted name exactly once.

    ```solution
    ...
    ```

`python solution` is taken for `solution`; other blocks and the text around them are passed over.
A block ends at a line of at least as many backticks as it began with and nothing else.
"""

import re
from collections.abc import Iterable, Mapping

_OPENING = re.compile(r"(`{3,})[ \t]*(?:python[ \t]+)?([A-Za-z][\w-]*)[ \t]*")
_ANY_OPENING = re.compile(r"(`{3,})[^`]*")
_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning|seed:think)>|\[/THINK\]|◁/think▷")


class FormatError(ValueError):
    """An answer that has not the form that was asked for."""


def read_blocks(text: str, names: Iterable[str]) -> dict[str, str]:
    """The blocks of an answer by name. Raises FormatError: missing, twice, empty, or not closed."""
    wanted = list(names)
    found: dict[str, str] = {}
    lines = iter(_THOUGHT.split(text.replace("\r\n", "\n"))[-1].split("\n"))
    for line in lines:
        opening = _ANY_OPENING.fullmatch(line)
        if not opening:
            continue
        named = _OPENING.fullmatch(line)
        body = []
        for inside in lines:
            end = inside.rstrip(" \t")
            if set(end) == {"`"} and len(end) >= len(opening[1]):
                break
            body.append(inside)
        else:
            raise FormatError("a block is not closed")
        name = named[2] if named else ""
        if name not in wanted:
            continue
        if name in found:
            raise FormatError(f"two blocks {name}")
        found[name] = "\n".join(body)
    for name in wanted:
        if not found.get(name, "").strip():
            raise FormatError(f"no block {name}")
    return {name: found[name] for name in wanted}


def write_blocks(blocks: Mapping[str, str]) -> str:
    """Blocks as `read_blocks` reads them, with fences longer than any inside."""
    written = []
    for name, text in blocks.items():
        longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        written.append(f"{fence}{name}\n{text}\n{fence}")
    return "\n\n".join(written) + "\n"
