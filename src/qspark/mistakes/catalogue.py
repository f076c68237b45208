"""The catalogue of mistakes: what goes wrong in Qiskit code, and the right way.

The kinds are data, a file per class in `kinds/`: A imports, B methods and arguments, C primitives,
D circuits and simulators, S silent semantics, W what is deprecated, H invented names. An id is the
letter and a number. `docs/mistakes.md` says how to add one.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

KINDS = Path(__file__).parent / "kinds"
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Rewrite:
    """One form of a mistake as code with holes (`patterns.py`), and what to write instead.

    `types` are the classes of holes. With `loose` a hole whose class is not known is accepted. With
    `statement` the expression is a whole statement. With `inject` the mistake is made in right code by
    writing `find` where `fix` stands.
    """

    find: str
    fix: str = ""
    types: dict[str, str] = field(default_factory=dict)
    loose: bool = False
    statement: bool = False
    inject: bool = True


@dataclass(frozen=True)
class Mistake:
    """One way in which Qiskit code goes wrong, and what to write instead.

    `deprecated` and `removed` are the first versions of Qiskit that warn of it and fail with it;
    without them it is a fault in every version. `moves` are dotted paths and where they are now
    ("" where there is nothing). `rule` names a function of `rules.py` that finds it, `injector` one
    of `injectors.py` that makes it; `injections` make it by writing `fix` where `find` stands. A
    fix that is not `safe` may change what a program does that ran before. `wrong` fails, by itself
    or on `check`, which looks at `out`; `right` passes.
    """

    id: str
    title: str
    explanation: str
    severity: Severity = "error"
    deprecated: str = ""
    removed: str = ""
    moves: dict[str, str] = field(default_factory=dict)
    rewrites: tuple[Rewrite, ...] = ()
    rule: str = ""
    injector: str = ""
    injections: tuple[Rewrite, ...] = ()
    safe: bool = True
    wrong: str = ""
    right: str = ""
    check: str = ""

    def level(self, version: str) -> Severity | None:
        """How bad it is with this version of Qiskit; None where it is no mistake."""
        if self.removed and numbers(version) >= numbers(self.removed):
            return "error"
        if self.deprecated and numbers(version) >= numbers(self.deprecated):
            return "warning"
        return None if self.removed or self.deprecated else self.severity

    @cached_property
    def fixable(self) -> bool:
        """Whether something here can write the right form."""
        return any(self.moves.values()) or any(rewrite.fix for rewrite in self.rewrites)


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers, to compare."""
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def _mistake(fields: dict[str, Any]) -> Mistake:
    rewrites = tuple(Rewrite(**rewrite) for rewrite in fields.pop("rewrites", []))
    injections = tuple(Rewrite(**rewrite) for rewrite in fields.pop("injections", []))
    return Mistake(**fields, rewrites=rewrites, injections=injections)


def _read() -> dict[str, Mistake]:
    found = {}
    for path in sorted(KINDS.glob("*.toml")):
        for fields in tomllib.loads(path.read_text(encoding="utf-8"))["kind"]:
            mistake = _mistake(fields)
            assert mistake.id not in found, f"{mistake.id} occurs twice"
            found[mistake.id] = mistake
    return found


CATALOGUE: dict[str, Mistake] = _read()
