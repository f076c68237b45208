"""Real benchmark files, where there are any."""

import os
from pathlib import Path

import pytest
from tests.paths import ROOT

DEV = Path(os.environ.get("QSPARK_BENCHMARKS") or ROOT.parent / "shared" / "benchmarks")
needs_benchmarks = pytest.mark.skipif(not DEV.is_dir(), reason="no benchmark files here")
