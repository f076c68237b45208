"""Where the tests find their files."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
MICRO = ROOT / "tests" / "profiles" / "micro.toml"
