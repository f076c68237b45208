"""A Verdict: what became of one program. Data, never an exception."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["pass", "fail", "infra"]
Integrity = Literal["", "strong", "weak"]
Stage = Literal["extract", "parse", "import", "define", "run", "check", "done"]


class Verdict(BaseModel):
    """The outcome of judging one program against one test.

    `stage` is how far it came: `extract` (no code in the answer), `parse` (not Python), `import` (an
    import failed), `define` (module level raised, or the entry point is missing), `run` (the candidate's
    own code raised when the test called it), `check` (the test's assertion failed), `done` (passed).
    `category` is a stable slug such as `wrong/value`, `api/removed` or `resource/time`; it is empty for a
    pass. `infra` means a fault of the sandbox or the environment: it never counts against a model and
    never becomes a reward. `integrity` says of a pass whether the test ran in a process that never
    executed the candidate's code (`strong`) or in one with it (`weak`; `message` says why).
    `stand_in` says whether the service of IBM that the program or its test used was the sandbox's own.
    `isolation` is the rung of the sandbox that it ran on. Seconds are CPU or wall seconds of the
    children; `peak_mb` is in MiB.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Status
    stage: Stage
    category: str = ""
    integrity: Integrity = ""
    message: str = ""
    line: str = ""
    mistakes: tuple[str, ...] = ()
    checks_passed: int = 0
    checks_total: int = 0
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    peak_mb: float = 0.0
    output_tail: str = ""
    isolation: str = ""
    stand_in: bool = False

    @property
    def passed(self) -> bool:
        """Whether the program did what was asked."""
        return self.status == "pass"
