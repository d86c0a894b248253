#!/usr/bin/env bash
# The third run of the small model: goes on from the second's average ($2) with rows without padding, more of the public home files, and the corpus; then the
# selection vectors alone, then export. usage: runs/small3.sh DIR-WITH-TRAIN-FILES SECOND.pt
set -eu
cd "$(dirname "$0")/.."
data=${1:?usage: runs/small3.sh DIR-WITH-TRAIN-FILES SECOND.pt} second=${2:?usage: runs/small3.sh DIR-WITH-TRAIN-FILES SECOND.pt}
cp ../models/needle-small.tokenizer.model work/tokenizer.model
python -m stages.pack --mix mixes/third.json --data "$data" --out work/shards5 --items "${ITEMS:-600000}" --seed 9100000
python -m stages.pack --mix mixes/third-late.json --data "$data" --out work/late --items 80000 --seed 15500000
for f in work/late/0*.npz; do cp "$f" "work/shards5/f$(basename "$f")"; done
python -m stages.train --shards work/shards5 --out work/run3 --init "$second" --minutes "${MINUTES:-107}" --lr 0.015 --adam-lr 2e-3 --threads "${THREADS:-1}" --seed 33
python -m stages.average --states "$second" work/run3/state.pt --shares 0.4 0.6 --out work/mean3.pt
python -m stages.select --state work/mean3.pt --out work/ship.pt
python -m stages.heldout --n 400 --half dev --seed 4321 --out work/dev
python -m stages.heldout --n 800 --half test --out work/test
python -m stages.export --state work/ship.pt --name needle-small --kind Q8_0 --default --copy-bias 1 --calibration 0.948 -0.818 --threshold 0.3
