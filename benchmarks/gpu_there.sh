#!/usr/bin/env bash
# On the machine with the GPU, from the repository's root, with what benchmarks/gpu_pack.sh gathered:
#
#     bash benchmarks/gpu_there.sh step [OPTION...]       benchmarks/gpu_step.py; needs .gpu/base and .gpu/judge
#     bash benchmarks/gpu_there.sh scratch [OPTION...]    benchmarks/gpu_scratch.py; needs .gpu/base and .gpu/data
#
# Results go to $OUT.
set -euo pipefail
cd "$(dirname "$0")/.."
# An environment of its own: the judges' processes see no PYTHONPATH, and the machine's packages stay as they are.
VENV=${VENV:-/tmp/qspark-venv}
python3 -m venv --without-pip "$VENV"
SITE=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
python3 -m pip install --quiet --no-index --no-deps --no-compile --no-cache-dir --upgrade --target "$SITE" \
    .gpu/*/*.whl
python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))' >"$SITE/machine.pth"
echo "$PWD/src" >"$SITE/qspark.pth"
export HF_HUB_OFFLINE=1 PYTHONUNBUFFERED=1
what=$1
shift
case $what in
step) "$VENV/bin/python" benchmarks/gpu_step.py --out "$OUT/gpu_step.json" "$@" ;;
scratch)
    suites=()
    for file in .gpu/data/suites/*; do [ ! -e "$file" ] || suites+=(--suite "$file"); done
    "$VENV/bin/python" benchmarks/gpu_scratch.py --data .gpu/data/dataset --out "$OUT" "${suites[@]}" "$@"
    ;;
*) echo "$what is no benchmark: give step or scratch" >&2; exit 2 ;;
esac
