#!/usr/bin/env bash
# The second run of the small model: goes on from a first one ($2, a state or joined weights) with the hand-written corpus, then averages the two.
# usage: runs/small2.sh DIR-WITH-TRAIN-FILES FIRST.pt
set -eu
cd "$(dirname "$0")/.."
data=${1:?usage: runs/small2.sh DIR-WITH-TRAIN-FILES FIRST.pt} first=${2:?usage: runs/small2.sh DIR-WITH-TRAIN-FILES FIRST.pt}
cp ../models/needle-small.tokenizer.model work/tokenizer.model
python -m stages.pack --mix mixes/default.json --data "$data" --out work/shards --items "${ITEMS:-900000}" --seed 5300000
python -m stages.train --shards work/shards --out work/small2 --init "$first" --minutes "${MINUTES:-120}" --lr 0.015 --adam-lr 2e-3
python -m stages.average --states "$first" work/small2/state.pt --shares 0.3 0.7 --out work/ship.pt
python -m stages.heldout --n 400 --half dev --seed 4321 --out work/dev
python -m stages.heldout --n 800 --half test --out work/test
python -m stages.export --state work/ship.pt --name needle-small --kind Q8_0 --default --copy-bias 1 --calibration 1.070 -0.929 --threshold 0.3
