#!/usr/bin/env bash
# On the machine with the GPU, from the repository's root, with what benchmarks/gpu_pack.sh gathered:
#
#     bash benchmarks/gpu_there.sh step [OPTION...]       benchmarks/gpu_step.py; needs .gpu/base and .gpu/judge
#     bash benchmarks/gpu_there.sh scratch [OPTION...]    benchmarks/gpu_scratch.py; needs .gpu/base and .gpu/data
#
# Results go to $OUT.
set -euo pipefail
cd "$(dirname "$0")/.."
SITE=${SITE:-/tmp/site}
python3 -m pip install --quiet --no-index --no-deps --no-compile --no-cache-dir --upgrade --target "$SITE" \
    .gpu/*/*.whl
export PYTHONPATH=$SITE:$PWD/src HF_HUB_OFFLINE=1 PYTHONUNBUFFERED=1
what=$1
shift
case $what in
step) python3 benchmarks/gpu_step.py --out "$OUT/gpu_step.json" "$@" ;;
scratch)
    suites=()
    for file in .gpu/data/suites/*; do [ ! -e "$file" ] || suites+=(--suite "$file"); done
    python3 benchmarks/gpu_scratch.py --data .gpu/data/set --out "$OUT" "${suites[@]}" "$@"
    ;;
*) echo "$what is no benchmark: give step or scratch" >&2; exit 2 ;;
esac
