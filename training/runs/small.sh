#!/usr/bin/env bash
# The shipped small model, from public files in $1 (see models/README.md for what they are) to models/needle-small.gguf.
# 2 cores: about two and a half hours. On a GPU the same command; chain pieces with PIECE=9.
set -eu
cd "$(dirname "$0")/.."
data=${1:?usage: runs/small.sh DIR-WITH-TRAIN-FILES}
[ -f work/tokenizer.model ] || python -m stages.tokenizer --data "$data" --out work/tokenizer
python -m stages.pack --data "$data" --out work/shards --items "${ITEMS:-900000}" --seed 900007
python -m stages.train --shards work/shards --out work/small --size small --minutes "${MINUTES:-90}" --piece "${PIECE:-100000}"
python -m stages.export --state work/small/state.pt --name needle-small --kind Q8_0 --default
python -m stages.heldout --n 1000
