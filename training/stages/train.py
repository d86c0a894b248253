"""Train: `python -m stages.train --shards work/shards --out work/run --minutes 60` (CPU or GPU, resumes from OUT/state.pt).

The learning rate follows the share of `--minutes` already trained: 2 % warm-up, constant, linear to 0 over the last 40 %. Stops cleanly at the end of a
piece (`--piece` minutes), so long runs can be chained. Writes OUT/log.jsonl and OUT/plot.png.
"""

from __future__ import annotations

import argparse
import json
import math
import queue
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import torch

from needlelab.batches import Stream
from needlelab.buckets import Flat
from needlelab.evaluate import teacher_forced
from needlelab.loss import loss_of
from needlelab.meet import Meeting
from needlelab.model import Config, Needle
from needlelab.optim import Optimiser
from needlelab.plot import plot_log
from needlelab.precision import working_dtype
from needlelab.quant import LEVELS, shadow

SIZES = {"small": Config(), "26m": Config(d=512, enc_layers=12, dec_layers=8, heads=8, kv_heads=4, vocab=8192, from_layer=6)}


def schedule(done: float) -> float:
    """Learning-rate factor at a share of the run."""
    return min(1.0, done / 0.02 + 0.02, max(0.0, (1 - done) / 0.4))


def feed(folder: Path, seed: int, scale: int, out: object) -> None:
    """A worker: batches of one stream into a queue, for ever."""
    torch.set_num_threads(1)
    for item in Stream(folder, seed, scale=scale):
        out.put(item)


def prefetch(args: argparse.Namespace, seed: int, device: str, depth: int = 4) -> queue.Queue:
    """Batches made beside the step, so that the device never waits for Python: a thread, or `--workers` processes where cores are free."""
    ready: queue.Queue = queue.Queue(depth)
    # A new shape costs a compilation where oneDNN or a GPU is at work, and nothing in plain float32.
    is_free = device == "cpu" and working_dtype(device) == torch.float32
    source: Iterable = Flat(args.shards, seed) if is_free else Stream(args.shards, seed, scale=args.scale)
    if args.workers:
        shared = torch.multiprocessing.get_context("fork").Queue(2 * args.workers)
        for k in range(args.workers):
            worker = (args.shards, seed + 7919 * k, args.scale, shared)
            torch.multiprocessing.get_context("fork").Process(target=feed, args=worker, daemon=True).start()
        source = iter(shared.get, None)

    def work() -> None:
        for name, batch in source:
            ready.put((name, {k: v.to(device, non_blocking=True) for k, v in batch.items()}))

    threading.Thread(target=work, daemon=True).start()
    return ready


def save(path: Path, model: Needle, optimiser: Optimiser, elapsed: float, items: int) -> None:
    """Write the state atomically."""
    state = {"config": model.c.dict(), "model": model.state_dict(), "optimiser": optimiser.state(), "elapsed": elapsed, "items": items}
    torch.save(state, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)


def picture(folder: Path) -> None:
    """Draw the log; a run never ends because of its picture."""
    try:
        plot_log(folder)
    except Exception as error:  # noqa: BLE001
        print(f"        no plot: {error!r}", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", type=Path, default=Path("work/shards"))
    parser.add_argument("--out", type=Path, default=Path("work/run"))
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--from-layer", type=int, help="first encoder layer in which the question sees the blocks")
    parser.add_argument("--init", type=Path, help="start from these weights (a state, or what `stages.ship --join` made) with a fresh schedule")
    parser.add_argument("--minutes", type=float, default=60, help="length of the whole run")
    parser.add_argument("--piece", type=float, default=1e9, help="minutes after which this piece stops")
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--adam-lr", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--scale", type=int, default=1, help="groups a batch, in units of the CPU batch: 8 to 32 on a GPU")
    parser.add_argument("--workers", type=int, default=0, help="processes that make batches; 0: one thread")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quant", choices=LEVELS, help="train the weights that a GGUF of this kind will hold")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--beside", type=Path, help="folder of a run on another core: both take the mean of their weights every --meet minutes")
    parser.add_argument("--meet", type=float, default=1, help="minutes")
    parser.add_argument("--save-every", type=float, default=4, help="minutes")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = working_dtype(device)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    config = SIZES[args.size]
    if args.from_layer is not None:
        config.from_layer = args.from_layer
    args.out.mkdir(parents=True, exist_ok=True)
    state_path = args.out / "state.pt"
    state = torch.load(state_path, map_location=device, weights_only=True) if state_path.exists() else None
    start = state or (torch.load(args.init, map_location=device, weights_only=True) if args.init else None)
    model = Needle(Config(**start["config"]) if start else config).to(device)
    optimiser = Optimiser(model, args.lr, args.adam_lr)
    elapsed, items = 0.0, 0
    if start:
        model.load_state_dict(start["model"])
    if state:
        optimiser.load(state["optimiser"])
        elapsed, items = state["elapsed"], state["items"]
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters on {device} in {dtype}, {elapsed / 60:.1f} min and {items:,} items done", flush=True)
    step = torch.compile(loss_of) if args.compile else loss_of
    ready = prefetch(args, args.seed + items, device)
    log = (args.out / "log.jsonl").open("a")
    total, began, last_save = args.minutes * 60, time.time(), time.time()
    mark, window, meeting = time.time(), [], Meeting(args.out, args.beside, args.meet)
    while elapsed < total and time.time() - began < args.piece * 60:
        tick = time.time()
        _, batch = ready.get()
        if args.quant:
            shadow(model, args.quant)
        loss, stats = step(model, batch, dtype)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step(schedule(elapsed / total))
        if meeting.due():
            meeting.meet(model)
        window.append(stats)
        elapsed += time.time() - tick
        if time.time() - mark > 20:
            shown = torch.stack(window)
            count = int(shown[:, 2].sum())
            items += count
            row = {"minutes": elapsed / 60, "items": items, "loss": float(shown[:, 0].mean()), "exact": float(shown[:, 1].sum() / count)}
            row["per_second"] = count / (time.time() - mark)
            print(f"{row['minutes']:6.1f}/{args.minutes:.0f} min  {items:9,} items  loss {row['loss']:.4f}  exact {row['exact']:.3f}  {row['per_second']:.0f}/s", flush=True)
            if not math.isfinite(row["loss"]):
                raise FloatingPointError("the loss is not finite; the last saved state is kept")
            if time.time() - last_save > args.save_every * 60:
                row["val"] = teacher_forced(model, Path(f"{args.shards}-val"), device)
                print("        heldout teacher-forced exact", row["val"], flush=True)
                save(state_path, model, optimiser, elapsed, items)
                picture(args.out)
                last_save = time.time()
            log.write(json.dumps(row) + "\n")
            log.flush()
            mark, window = time.time(), []
    if meeting.theirs:
        meeting.meet(model)
    save(state_path, model, optimiser, elapsed, items)
    print("heldout teacher-forced exact", teacher_forced(model, Path(f"{args.shards}-val"), device))
    picture(args.out)


if __name__ == "__main__":
    main()
