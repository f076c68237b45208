"""Attacks that the judge does not withstand yet, by how they are run: each is a hole to close.

PAIR are strong passes, ALONE weak ones: in one process nothing is tight, which is why a program cannot
choose it. The tests expect them to fail (strictly: a hole that has been closed must be taken off this list).
"""

PAIR: frozenset[str] = frozenset()
ALONE = frozenset(
    {
        "a circuit that counts by an attribute",
        "a circuit that counts for itself",
        "a comparison replaced from below",
        "a patch that takes itself back",
        "a replaced method of a circuit",
        "a tolerance of the library",
        "an answer that is changed later",
        "an array that is changed later",
        "masked arrays",
        "replaced core of allclose",
        "the entry point makes what lies",
        "the judge's encoder",
        "the judge's writer",
        "the judge's writer, late",
    }
)
LEAKS = frozenset({"what the program printed, on the heap"})
