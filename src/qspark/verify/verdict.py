"""A Verdict: what became of one program. Data, never an exception."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

Status = Literal["pass", "fail", "infra"]
Integrity = Literal["", "strong", "weak"]
Stage = Literal["extract", "parse", "import", "define", "run", "check", "done"]


class Comparison(BaseModel):
    """What a program answered, beside what its task's reference answers to the same calls.

    Made by the process of the test, from the last calls that it made. `answered` says whether each
    got a value wherever the reference gives one, `same_type` whether the values are of the
    reference's types. `closeness` (0..1) is the least of the calls, 0 being what a trivial answer
    has; None where such values are only right or wrong, or are too large to be followed. `depth`
    and `gates` are (the program's, the reference's) for the last circuit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    answered: bool
    same_type: bool
    closeness: float | None = None
    depth: tuple[int, int] | None = None
    gates: tuple[int, int] | None = None


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
    children; `peak_mb` is in MiB. `compared` is there when the job had a reference, program and
    test had a process each, and the test called the program; `real_names` (0..1) when somebody has
    looked up the names of Qiskit that the program uses. Both are left out of what is written when
    they are None.
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
    compared: Comparison | None = None
    real_names: float | None = None

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        row = handler(self)
        for name in ("compared", "real_names"):
            if row.get(name) is None:
                row.pop(name, None)
        return row

    @property
    def passed(self) -> bool:
        """Whether the program did what was asked."""
        return self.status == "pass"
