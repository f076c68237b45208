"""Every answer of the teacher, kept by what was asked: nothing is asked twice, and all can be replayed.

    {"key", "step", "text", "finish_reason", "model", "tokens": [prompt, completion],
     "counted": [prompt, completion], "date"}

The budget counts what the journal holds, whichever run it was spent in. Requests that failed are
not kept, so the next run asks again.
"""

import fcntl
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from qspark.errors import RunError
from qspark.runs import append_jsonl, read_jsonl

_CHARACTERS_PER_TOKEN = 3  # where a server counts no tokens: a low guess, so that a budget holds


@dataclass(frozen=True)
class Question:
    """One answer that is wanted: to `messages`; `sample` tells equal questions apart."""

    messages: tuple[dict[str, str], ...]
    step: str = ""
    sample: int = 0


@dataclass(frozen=True)
class Said:
    """What came back, or why nothing did; `tokens` are (prompt, completion), None where unknown."""

    text: str = ""
    finish_reason: str = ""
    model: str = ""
    tokens: tuple[int | None, int | None] = (None, None)
    date: str = ""
    error: str = ""


Keep = Callable[[Question, Said], None]
Backend = Callable[[Sequence[Question], Keep], None]
Ask = Callable[[Sequence[Question]], list[Said]]


class BudgetSpent(Exception):
    """The budget is used up; no more is asked."""


class Journal:
    """A journal held by this process, in front of a backend (None: replay, nothing is asked).

    `asked_of` is all that answers depend on beside the question: model and sampling. With a
    `budget` (tokens), at most `at_once` questions are in hand when it is used up.
    """

    def __init__(
        self,
        path: Path,
        asked_of: dict[str, Any],
        backend: Backend | None,
        budget: int | None = None,
        at_once: int = 8,
    ):
        self.path, self.budget = path, budget
        self._asked_of, self._backend, self._at_once = asked_of, backend, at_once
        self._kept: dict[str, Said] = {}
        self.spent = self.asked = 0
        self.estimated = False

    def __enter__(self) -> "Journal":
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = self.path.open("ab")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise RunError(
                f"another process writes {self.path}: wait for it, or give another --out"
            ) from error
        except OSError as error:
            raise RunError(
                f"cannot write {self.path} ({error.strerror}): give another --out"
            ) from error
        try:
            for row in read_jsonl(self.path):
                prompt, completion = row["tokens"]
                said = Said(
                    row["text"], row["finish_reason"], row["model"], (prompt, completion),
                    row["date"],
                )  # fmt: skip
                self._take(row["key"], said, sum(row["counted"]))
        except (ValueError, KeyError, TypeError) as error:
            self._lock.close()
            raise RunError(
                f"{self.path} is damaged: remove the line that is no answer, or give another --out"
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lock.close()

    @property
    def left(self) -> int | None:
        """Tokens of the budget that are left, or None without one."""
        return None if self.budget is None else max(0, self.budget - self.spent)

    def key(self, question: Question) -> str:
        """Hash of all that an answer depends on."""
        content = [self._asked_of, list(question.messages), question.sample]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def ask(self, questions: Sequence[Question]) -> list[Said]:
        """The answers in order, from the journal or else from the backend.

        Raises BudgetSpent, and what the backend raises.
        """
        keys = [self.key(question) for question in questions]
        missing = {k: q for k, q in zip(keys, questions, strict=True) if k not in self._kept}
        failed: dict[str, Said] = {}
        of = {id(question): key for key, question in missing.items()}

        def keep(question: Question, said: Said) -> None:
            key = of[id(question)]
            if said.error:
                failed[key] = said
                return
            said = Said(
                said.text, said.finish_reason, said.model, said.tokens,
                datetime.now(UTC).date().isoformat(),
            )  # fmt: skip
            counted = self._counted(question, said)
            row = {
                "key": key, "step": question.step, "text": said.text,
                "finish_reason": said.finish_reason, "model": said.model,
                "tokens": list(said.tokens), "counted": counted, "date": said.date,
            }  # fmt: skip
            append_jsonl(self.path, [row])
            self.asked += 1
            self._take(key, said, sum(counted))

        left = list(missing.values())
        size = len(left) if self.budget is None else self._at_once
        while left and self._backend is not None:
            if self.left == 0:
                raise BudgetSpent
            self._backend(left[:size], keep)
            left = left[size:]
        nothing = Said(error="not in the journal")
        return [self._kept.get(key) or failed.get(key, nothing) for key in keys]

    def _take(self, key: str, said: Said, tokens: int) -> None:
        self._kept[key] = said
        self.spent += tokens

    def _counted(self, question: Question, said: Said) -> list[int]:
        """Tokens as the budget counts them: the server's, or a guess."""
        prompt, completion = said.tokens
        asked = sum(len(message["content"]) for message in question.messages)
        if prompt is None or completion is None:
            self.estimated = True
        return [
            asked // _CHARACTERS_PER_TOKEN if prompt is None else prompt,
            len(said.text) // _CHARACTERS_PER_TOKEN if completion is None else completion,
        ]
