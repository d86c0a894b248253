"""Plain SVG by hand: no library is needed to draw the report, and none to read it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

COLOURS = ("#2f6f9f", "#c8553d", "#4f8a4c", "#8a5fa8", "#b58a2a", "#5c6b73")
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 14, 46


@dataclass(frozen=True)
class Frame:
    """A plot of shares: x and y from 0 to 1, in a box of pixels."""

    width: int = 460
    height: int = 340

    def x(self, share: float) -> float:
        return LEFT + share * (self.width - LEFT - RIGHT)

    def y(self, share: float) -> float:
        return self.height - BOTTOM - share * (self.height - TOP - BOTTOM)


def text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(words)}</text>'


def svg(width: float, height: float, parts: list[str], title: str) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img" aria-label="{escape(title)}">'
    return head + "".join(parts) + "</svg>"


def axes(frame: Frame, x_label: str, y_label: str) -> list[str]:
    """Grid, ticks in per cent, labels."""
    parts = []
    for i in range(6):
        share = i / 5
        x, y = frame.x(share), frame.y(share)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{frame.x(1):.1f}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(text(LEFT - 6, y + 4, f"{share * 100:.0f}", 'text-anchor="end"'))
        parts.append(text(x, frame.y(0) + 16, f"{share * 100:.0f}", 'text-anchor="middle"'))
    middle = frame.y(0.5)
    parts.append(text(frame.x(0.5), frame.height - 8, x_label, 'text-anchor="middle"'))
    parts.append(text(14, middle, y_label, f'text-anchor="middle" transform="rotate(-90 14 {middle:.1f})"'))
    return parts


def line(frame: Frame, points: list[tuple[float, float]], colour: str, dots: bool = True) -> list[str]:
    path = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in points)
    parts = [f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{path}"/>']
    if dots:
        parts += [f'<circle cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="3" fill="{colour}"/>' for x, y in points]
    return parts


def legend(x: float, y: float, names: list[str]) -> list[str]:
    parts = []
    for i, name in enumerate(names):
        parts.append(f'<rect x="{x:.1f}" y="{y + i * 17 - 9:.1f}" width="10" height="10" fill="{COLOURS[i % len(COLOURS)]}"/>')
        parts.append(text(x + 15, y + i * 17, name))
    return parts


def reliability(families: dict[str, dict]) -> str:
    """Stated confidence against the share that is right, one line a family; the dashed line is perfect."""
    frame = Frame()
    parts = axes(frame, "stated confidence, %", "right, %")
    parts.append(f'<line class="ideal" x1="{frame.x(0):.1f}" y1="{frame.y(0):.1f}" x2="{frame.x(1):.1f}" y2="{frame.y(1):.1f}"/>')
    names = []
    for i, (name, pool) in enumerate(families.items()):
        points = [(b["confidence"], b["right"]) for b in pool["bins"] if b["n"] >= 5]
        parts += line(frame, points, COLOURS[i % len(COLOURS)])
        names.append(f"{name} (ECE {pool['ece']:.3f})")
    return svg(frame.width, frame.height, parts + legend(frame.x(0) + 10, frame.y(1) + 12, names), "reliability")


def abstention(families: dict[str, dict], marks: tuple[float, ...] = (0.3, 0.5, 0.8)) -> str:
    """Share of questions acted on against the share of acts that are right, as the threshold goes from 0 to 1."""
    frame = Frame()
    parts = axes(frame, "questions acted on, %", "acts that are right, %")
    for i, pool in enumerate(families.values()):
        colour = COLOURS[i % len(COLOURS)]
        steps = [s for s in pool["coverage"] if s["right"] is not None]
        parts += line(frame, [(s["acts"], s["right"]) for s in steps], colour, dots=False)
        for s in steps:
            if s["threshold"] in marks:
                parts += [f'<circle cx="{frame.x(s["acts"]):.1f}" cy="{frame.y(s["right"]):.1f}" r="4" fill="{colour}"/>']
                parts += [text(frame.x(s["acts"]) + 6, frame.y(s["right"]) - 5, f"{s['threshold']:g}")] if i == len(families) - 1 else []
    return svg(frame.width, frame.height, parts + legend(frame.x(0) + 10, frame.y(0) - 34, list(families)), "abstention")


def share_bars(groups: list[tuple[str, list[tuple[float | None, str]]]], names: list[str]) -> str:
    """Horizontal bars: (label, one (share, note) a name) each; None leaves a gap."""
    wide, tall = 760, 15
    left, right = 210, wide - 96
    parts, y = legend(left, 14, names) if len(names) > 1 else [], 10 + 17 * len(names) * (len(names) > 1)
    for label, values in groups:
        parts.append(text(left - 8, y + tall * len(values) / 2 + 4, label, 'text-anchor="end"'))
        for i, (share, note) in enumerate(values):
            top = y + i * tall
            parts.append(f'<rect class="track" x="{left}" y="{top}" width="{right - left}" height="{tall - 3}"/>')
            if share is not None:
                parts.append(f'<rect x="{left}" y="{top}" width="{share * (right - left):.1f}" height="{tall - 3}" fill="{COLOURS[i % len(COLOURS)]}"/>')
            parts.append(text(right + 6, top + 10, note))
        y += tall * len(values) + 8
    return svg(wide, y + 4, parts, "shares")


def with_interval(share: float | None, interval: tuple[float, float] | None) -> tuple[float | None, str]:
    """A bar's value and its note, e.g. 71.3 (67–75)."""
    if share is None:
        return None, "–"
    if not interval:
        return share, f"{share * 100:.1f}"
    return share, f"{share * 100:.1f} ({interval[0] * 100:.0f}–{interval[1] * 100:.0f})"
