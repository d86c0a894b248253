#!/usr/bin/env bash
# The sixth run of the small model: from the fifth's weights ($2: `stages.ship --join` of runs/small5-f16, which stands in the history of git), two processes of one core each that share their weights once a minute,
# with Home Assistant's questions on states that had not fitted a block before, questions of one group said in one breath, and the lines of `w-*`; then the mean with its beginning, export.
# usage: runs/small6.sh DIR-WITH-TRAIN-FILES FIFTH.pt
set -eu
cd "$(dirname "$0")/.."
data=${1:?usage: runs/small6.sh DIR-WITH-TRAIN-FILES FIFTH.pt} fifth=${2:?usage: runs/small6.sh DIR-WITH-TRAIN-FILES FIFTH.pt}
cp ../models/needle-small.tokenizer.model work/tokenizer.model

# Both runs for a share (percent) of the whole.
both() {
  for me in a b; do
    other=$([ $me = a ] && echo b || echo a)
    python -m stages.train --shards work/shards9 --out work/run6$me --beside work/run6$other --init "$fifth" --minutes "${MINUTES:-92}" --piece "$((${MINUTES:-92} * $1 / 100))" \
      --lr 0.015 --adam-lr 2e-3 --threads 1 --seed $([ $me = a ] && echo 65 || echo 66) &
  done
  wait
}
# New shards, read before the old ones.
more() { python -m stages.pack --mix "mixes/$1.json" --data "$data" --out "work/pack6-$3" --items "$2" --seed "$3" && for f in work/pack6-$3/*.npz; do mv "$f" "work/shards9/$3-$(basename "$f")"; done; }

mkdir -p work/shards9 work/run6a work/run6b
more fifth-end 150000 6000
[ -d work/shards9-val ] || cp -r work/pack6-6000-val work/shards9-val
both 24
more fifth-end 90000 9000
both 12
more sixth 110000 20000
both 28
more sixth-late 115000 30000
both 100
python -m stages.average --states work/run6a/state.pt work/run6b/state.pt --shares 0.5 0.5 --out work/end6.pt
python -m stages.average --states "$fifth" work/end6.pt --shares 0.25 0.75 --out work/mean6.pt
cp work/mean6.pt work/ship6.pt # training the selection vectors alone did not help this time: recall@12 97.6 -> 97.2 % held out
python -m stages.heldout --n 300 --half dev --seed 6543 --out work/dev6
python -m stages.export --state work/ship6.pt --name needle-small --kind Q8_0 --default --copy-bias 1 --calibration 0.892 -0.578 --threshold 0.2 --beam 3
