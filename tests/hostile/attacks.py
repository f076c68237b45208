"""Programs that attack the judge, each with the categories that it may get. None may be believed.

`OPEN` names those that the judge does not withstand yet, by how they are run, and what they get.
"""

from attacks_leaving import LEAVING, SAYING
from attacks_line import ARRAYS, MESSAGES, QPY
from attacks_looking import OUTSIDE, THE_TEST
from attacks_machine import MACHINE
from attacks_tamper import JUDGE, PATCHES
from attacks_values import BOMBS, CHANGING, LYING
from hostile_attack import TEST, Attack

ATTACKS: list[Attack] = [
    *LEAVING, *SAYING, *MESSAGES, *ARRAYS, *QPY, *LYING, *BOMBS, *CHANGING, *PATCHES, *JUDGE,
    *MACHINE, *THE_TEST, *OUTSIDE,
]  # fmt: skip

__all__ = ["ATTACKS", "TEST", "Attack"]
