#!/usr/bin/env bash
# The fourth run of the small model: goes on from the third's weights ($2: `stages.ship --join` of runs/small3-f16, which stands in the history of git) with tools named by their owners,
# near misses and Home Assistant's intents; then the mean with its beginning, the selection vectors alone, export.
# usage: runs/small4.sh DIR-WITH-TRAIN-FILES THIRD.pt
set -eu
cd "$(dirname "$0")/.."
data=${1:?usage: runs/small4.sh DIR-WITH-TRAIN-FILES THIRD.pt} third=${2:?usage: runs/small4.sh DIR-WITH-TRAIN-FILES THIRD.pt}
cp ../models/needle-small.tokenizer.model work/tokenizer.model
python -m stages.pack --mix mixes/third-late.json --data "$data" --out work/shards6 --items "${ITEMS:-400000}" --seed 21700000
python -m stages.train --shards work/shards6 --out work/run4 --init "$third" --minutes "${MINUTES:-100}" --piece "$((${MINUTES:-100} / 5))" --lr 0.015 --adam-lr 2e-3 --threads "${THREADS:-1}" --seed 44
python -m stages.pack --mix mixes/fourth.json --data "$data" --out work/shards6b --items 130000 --seed 23300000
mv work/shards6/0*.npz work/ && for f in work/shards6b/0*.npz; do cp "$f" "work/shards6/h$(basename "$f")"; done
python -m stages.train --shards work/shards6 --out work/run4 --minutes "${MINUTES:-100}" --piece "$((${MINUTES:-100} * 3 / 10))" --lr 0.015 --adam-lr 2e-3 --threads "${THREADS:-1}" --seed 44
python -m stages.pack --mix mixes/fourth-late.json --data "$data" --out work/shards6c --items 170000 --seed 25500000
rm work/shards6/h*.npz && for f in work/shards6c/0*.npz; do cp "$f" "work/shards6/j$(basename "$f")"; done
python -m stages.train --shards work/shards6 --out work/run4 --minutes "${MINUTES:-100}" --lr 0.015 --adam-lr 2e-3 --threads "${THREADS:-1}" --seed 44
python -m stages.average --states "$third" work/run4/state.pt --shares 0.2 0.8 --out work/mean4.pt
python -m stages.select --state work/mean4.pt --out work/ship4.pt
python -m stages.heldout --n 300 --half dev --seed 4321 --out work/dev4
python -m stages.export --state work/ship4.pt --name needle-small --kind Q8_0 --default --copy-bias 1 --calibration 0.980 -0.665 --threshold 0.25
