#!/usr/bin/env bash
# Gathers into .gpu/ what the GPU benchmarks need on a machine that reaches no network, at the versions of
# constraints.txt:
#
#     benchmarks/gpu_pack.sh [DATASET [SUITE...]]
#
# .gpu/base    wheels for both: the machine has torch, accelerate, numpy, scipy, pandas, pyarrow, typer and rich
# .gpu/judge   wheels for gpu_step.py, whose GRPO steps judge programs
# .gpu/data    for gpu_scratch.py: what trainers read of DATASET, and the files of tasks
#
# Git ignores .gpu/. `benchmarks/gpu_there.sh` runs a benchmark with it on that machine.
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}

wheels() {  # wheels FOLDER PACKAGE...
    local folder=$1 platforms=() version
    shift
    for version in 2_34 2_28 2_27 2_17; do platforms+=(--platform "manylinux_${version}_x86_64"); done
    "$PYTHON" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
        --python-version 3.12 --implementation cp --platform manylinux2014_x86_64 "${platforms[@]}" \
        --constraint constraints.txt --dest "$folder" "$@"
}

rm -rf .gpu
mkdir -p .gpu/base .gpu/judge .gpu/data/suites
wheels .gpu/base annotated-types datasets dill flake8-qiskit-migration multiprocess peft pydantic \
    pydantic_core transformers trl
wheels .gpu/judge cffi cryptography ibm-cloud-sdk-core ibm-platform-services pycparser pyjwt pylatexenc \
    pyspnego qiskit qiskit-aer qiskit-ibm-runtime requests_ntlm rustworkx stevedore tenacity
if [ $# -gt 0 ]; then
    mkdir .gpu/data/dataset
    cp -r "$1"/card.json "$1"/tasks "$1"/sft "$1"/pairs .gpu/data/dataset/
    shift
    [ $# -eq 0 ] || cp "$@" .gpu/data/suites/
fi
du -sh .gpu/*
