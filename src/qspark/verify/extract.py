"""Taking the program out of what a model said."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Extraction:
    program: str | None
    rule: str


def extract(task, text):
    return Extraction(task.program(text), "draft")
