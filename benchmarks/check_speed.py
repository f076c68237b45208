"""How long `qspark check` takes: N files of 200 lines, start of the interpreter included.

python benchmarks/check_speed.py [N] [OUT.json]
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LINES = 200
LEGACY = Path(__file__).parents[1] / "tests" / "mistakes" / "legacy"


def main(files: int, out: str) -> None:
    scripts = [p.read_text(encoding="utf-8") for p in sorted(LEGACY.glob("*.py"))]
    scripts = [s for s in scripts if "from __future__" not in s and "import *" not in s]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(files):
            text, place = "", number
            while text.count("\n") < LINES:
                text += scripts[place % len(scripts)] + "\n"
                place += 1
            lines = text.splitlines(keepends=True)
            (Path(folder) / f"script_{number}.py").write_text("".join(lines[:LINES]))
        rounds = []
        for _ in range(3):
            start = time.perf_counter()
            command = [sys.executable, "-m", "qspark", "check", "--json", folder]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            rounds.append(round(time.perf_counter() - start, 2))
        content = json.loads(done.stdout)
    found = len(content["findings"])
    print(f"{'files':>8} {'lines':>8} {'findings':>10} {'seconds (best of 3)':>20}")
    print(f"{files:>8} {files * LINES:>8} {found:>10} {min(rounds):>20.2f}")
    if out:
        row = {"files": files, "lines": files * LINES, "findings": found, "seconds": rounds}
        Path(out).write_text(json.dumps(row, indent=1) + "\n")


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100"])[0]), (sys.argv[2:] or [""])[0])
