#!/usr/bin/env bash
# One piece of a GPU run: `runs/gpu.sh SIZE TOTAL-MINUTES PIECE-MINUTES OUT`. Shards are read from training/shards (git-ignored: carry the folder along;
# `python -m stages.pack --out shards` fills it, 26m wants a vocabulary of 8192 of its own). The state stays in training/work between pieces on one machine;
# each piece also leaves the weights in OUT in parts that are small enough to come back (`stages.ship --join`).
set -eu
cd "$(dirname "$0")/.."
size=${1:-small} total=${2:-25} piece=${3:-8.5} out=${4:-work/parts}
python3 -u -m stages.train --shards shards --out "work/$size" --size "$size" --minutes "$total" --piece "$piece" --scale "${SCALE:-16}" --workers 8 --save-every 2
python3 -m stages.ship --state "work/$size/state.pt" --out "$out"
cp "work/$size/log.jsonl" "$out/"
