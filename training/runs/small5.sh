#!/usr/bin/env bash
# The fifth run of the small model: from the fourth's weights ($2: `stages.ship --join` of runs/small4-f16, which stands in the history of git), two processes of one core each that share their weights
# once a minute, with questions for other tools, an owner's tools beside the home's, other values in the public records and 2,700 new lines; then the mean with its beginning, the selection vectors alone, export.
# usage: runs/small5.sh DIR-WITH-TRAIN-FILES FOURTH.pt
set -eu
cd "$(dirname "$0")/.."
data=${1:?usage: runs/small5.sh DIR-WITH-TRAIN-FILES FOURTH.pt} fourth=${2:?usage: runs/small5.sh DIR-WITH-TRAIN-FILES FOURTH.pt}
cp ../models/needle-small.tokenizer.model work/tokenizer.model

# Both runs for a share (percent) of the whole.
both() {
  for me in a b; do
    other=$([ $me = a ] && echo b || echo a)
    python -m stages.train --shards work/shards8 --out work/run5$me --beside work/run5$other --init "$fourth" --minutes "${MINUTES:-98}" --piece "$((${MINUTES:-98} * $1 / 100))" \
      --lr 0.015 --adam-lr 2e-3 --threads 1 --seed $([ $me = a ] && echo 55 || echo 56) &
  done
  wait
}
# New shards, read before the old ones.
more() { python -m stages.pack --mix "mixes/$1.json" --data "$data" --out "work/pack5-$3" --items "$2" --seed "$3" && for f in work/pack5-$3/*.npz; do mv "$f" "work/shards8/$3-$(basename "$f")"; done; }

mkdir -p work/shards8 work/run5a work/run5b
more fifth 150000 8000
[ -d work/shards8-val ] || cp -r work/pack5-8000-val work/shards8-val
both 26
rm work/shards8/8000-*.npz
more fifth-late 300000 20000
both 23
more fifth-end 240000 30000
both 7
more fifth-end 120000 40000
both 100
python -m stages.average --states work/run5a/state.pt work/run5b/state.pt --shares 0.5 0.5 --out work/end5.pt
python -m stages.average --states "$fourth" work/end5.pt --shares 0.2 0.8 --out work/mean5.pt
python -m stages.select --state work/mean5.pt --out work/ship5.pt
python -m stages.heldout --n 300 --half dev --seed 5432 --out work/dev5
python -m stages.export --state work/ship5.pt --name needle-small --kind Q8_0 --default --copy-bias 1 --calibration 0.975 -0.792 --threshold 0.2 --beam 3
