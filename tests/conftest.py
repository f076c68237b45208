"""Fixtures that several rooms share."""

from collections.abc import Iterator

import pytest

from qspark.verify.pool import JudgePool


@pytest.fixture(scope="session")
def pool() -> Iterator[JudgePool]:
    """One real pool for the whole session: two warm servers."""
    with JudgePool(workers=2) as judges:
        yield judges
