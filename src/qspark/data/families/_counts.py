"""What the families of measured data share: shots in their tests, and labels."""

from random import Random

# Shots drawn at random, and counts of them.
DRAW = """
import numpy as np
rng = np.random.default_rng(np.random.randint(2**31))
def draw(size, width):
    weights = rng.uniform(0.25, 0.75, width)
    return ["".join("1" if rng.random() < w else "0" for w in weights) for _ in range(size)]
def count(shots):
    return {s: shots.count(s) for s in sorted(set(shots))}
"""
# The value of a diagonal label of I, Z, 0, 1 on one shot.
EIGENVALUE = """
def eigenvalue(label, shot):
    value = 1
    for letter, bit in zip(label, shot):
        if letter == "Z":
            value *= 1 - 2 * int(bit)
        elif letter in "01":
            value *= int(letter == bit)
    return value
"""


def diagonal(rng: Random, width: int, letters: str = "IZZ") -> str:
    """A diagonal label that is no palindrome and holds a Z."""
    while True:
        label = "".join(rng.choice(letters) for _ in range(width))
        if label != label[::-1] and "Z" in label:
            return label
