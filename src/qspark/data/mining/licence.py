"""Under which licence a file may be used: its own header, or what is said nearest above it.

Only what is recognised for sure has an SPDX id; the words looked for are those of the licences'
standard texts (spdx.org/licenses).
"""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

UNRECOGNISED = "unrecognised"
_LONGEST = 200_000
_IDS = [
    "Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Unlicense", "CC0-1.0",
    "CC-BY-4.0", "CC-BY-SA-4.0", "MPL-2.0", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only",
    "GPL-3.0-or-later", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only",
    "LGPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later", "EPL-2.0", "BSL-1.0", "Zlib",
    "0BSD", "EUPL-1.2", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "GPL-2.0", "GPL-3.0", "LGPL-3.0",
    "AGPL-3.0",
]  # fmt: skip
_BY_LOWER = {name.lower(): name for name in _IDS}
_WORDS = {
    "apache": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0", "apache 2": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0", "mit license": "MIT", "the mit license": "MIT",
    "bsd license": UNRECOGNISED, "bsd 3-clause": "BSD-3-Clause", "bsd-3": "BSD-3-Clause",
    "gplv3": "GPL-3.0-only", "gnu gplv3": "GPL-3.0-only", "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}  # fmt: skip
# (all of these patterns, the id), the more special first.
_TEXTS = (
    (("gnu affero general public license", "version 3"), "AGPL-3.0-only"),
    (("gnu lesser general public license", "version 3"), "LGPL-3.0-only"),
    (("gnu lesser general public license", "version 2.1"), "LGPL-2.1-only"),
    (("gnu general public license", "version 3, 29 june 2007"), "GPL-3.0-only"),
    (("gnu general public license", "version 2, june 1991"), "GPL-2.0-only"),
    (("mozilla public license", "version 2.0"), "MPL-2.0"),
    (("eclipse public license", "v 2.0"), "EPL-2.0"),
    (("apache license", "version 2.0"), "Apache-2.0"),
    (("licensed under the apache license",), "Apache-2.0"),
    (("attribution-noncommercial-sharealike 4.0",), "CC-BY-NC-SA-4.0"),
    (("attribution-noncommercial 4.0",), "CC-BY-NC-4.0"),
    (("attribution-sharealike 4.0",), "CC-BY-SA-4.0"),
    (("attribution 4.0 international",), "CC-BY-4.0"),
    (("cc0 1.0 universal",), "CC0-1.0"),
    (("this is free and unencumbered software released into the public domain",), "Unlicense"),
    (("permission to use, copy, modify, and/or distribute this software", "isc"), "ISC"),
    (
        (
            "permission is hereby granted, free of charge",
            "the above copyright notice and this permission",
        ),
        "MIT",
    ),
    (("redistribution and use in source and binary forms", "neither the name"), "BSD-3-Clause"),
    (("redistribution and use in source and binary forms",), "BSD-2-Clause"),
    (("boost software license", "version 1.0"), "BSL-1.0"),
)
_FILE = re.compile(r"(un)?(licen[sc]e|copying)([.-].*)?", re.IGNORECASE)
_SPDX = re.compile(r"SPDX-License-Identifier:\s*([\w.+() -]+?)\s*(?:\*/|-->|$)", re.MULTILINE)
_SETUP = re.compile(r"""^\s*license\s*=\s*["']?([\w .,()+-]+?)["']?\s*,?\s*$""", re.MULTILINE)
_CLASSIFIER = re.compile(r"License :: OSI Approved :: ([\w .()+-]+)")
_LICENSED = re.compile(r"licensed under the ([\w ,.-]{3,40})", re.IGNORECASE)


def licence_of(file: Path, root: Path, text: str = "") -> str:
    """The SPDX id for a file under `root`; "" where nothing is said, UNRECOGNISED where it is unclear."""
    if found := _header(text):
        return found
    folder, unclear = file.parent, ""
    while True:
        found = _of_folder(folder)
        if found and found != UNRECOGNISED:
            return found
        unclear = unclear or found
        if folder == root or folder == folder.parent or root not in folder.parents:
            return unclear
        folder = folder.parent


def recognised(text: str) -> str:
    """The id of a licence's text, or ""."""
    plain = " ".join(text.lower().split())
    if found := _SPDX.search(text):
        return _spdx(found[1])
    return next((id for words, id in _TEXTS if all(word in plain for word in words)), "")


def _header(text: str) -> str:
    head = "\n".join(text.splitlines()[:40])
    if found := _SPDX.search(head):
        return _spdx(found[1])
    comments = " ".join(
        line.strip("# \t") for line in head.splitlines() if line.lstrip().startswith("#")
    )
    if "licensed under the apache license, version 2.0" in comments.lower():
        return "Apache-2.0"
    said = _LICENSED.search(comments)
    return _named(said[1].strip(" .,").lower()) if said else ""


def forget() -> None:
    """Look at every folder again: files may have changed."""
    _of_folder.cache_clear()


@lru_cache(maxsize=4096)
def _of_folder(folder: Path) -> str:
    try:
        names = sorted(p for p in folder.iterdir() if _FILE.fullmatch(p.name))
    except OSError:
        return ""
    unclear = ""
    for path in names:
        if path.suffix in (".py", ".ipynb") or path.is_dir():
            continue
        unclear = UNRECOGNISED
        if found := recognised(_read(path)):
            return found
    return _metadata(folder) or unclear


def _metadata(folder: Path) -> str:
    """What pyproject.toml, setup.cfg or setup.py of a folder says."""
    text = _read(folder / "pyproject.toml")
    if text:
        try:
            data = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            data = {}
        project = data.get("project")
        poetry = data.get("tool", {}).get("poetry") if isinstance(data.get("tool"), dict) else None
        for table in (project, poetry):
            said = table.get("license") if isinstance(table, dict) else None
            said = said.get("text") if isinstance(said, dict) else said
            if isinstance(said, str):
                return _named(said.strip().lower()) or recognised(said) or UNRECOGNISED
    for name in ("setup.cfg", "setup.py", "pyproject.toml"):
        text = _read(folder / name)
        for pattern in (_SETUP, _CLASSIFIER):
            if (found := pattern.search(text)) and (id := _named(found[1].strip().lower())):
                return id
    return ""


def _named(words: str) -> str:
    return _BY_LOWER.get(words) or _WORDS.get(words, "")


def _spdx(expression: str) -> str:
    """An SPDX expression of known ids in its normal form, or UNRECOGNISED."""
    parts = re.split(r"\s+(OR|AND|WITH)\s+", expression.strip().strip("()"))
    known = [p if i % 2 else _BY_LOWER.get(p.lower(), "") for i, p in enumerate(parts)]
    return " ".join(known) if all(known) else UNRECOGNISED


def _read(path: Path) -> str:
    try:
        if not path.is_file() or path.stat().st_size > _LONGEST:
            return ""
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
