"""Programs of a few lines as jobs: they leave their value in `out`."""

import textwrap

from qspark.verify.judge import Job


def snippet_job(program: str, check: str) -> Job:
    body = textwrap.indent(check or "pass", "    ")
    test = f"def check(candidate):\n    out = candidate\n{body}\n"
    return Job(program, test, "out", trusted=True)
