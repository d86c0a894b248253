// The known word that a mistyped one most likely meant.

/** Edit distance with neighbours swapped counted as one slip (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** undefined when nothing is near: a wild guess helps nobody. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  // A word begun or gone on with (`evaluate` for `eval`) is one slip, however long the rest is.
  const isBegun = (name: string): boolean => typed.length > 1 && (name.startsWith(typed) || typed.startsWith(name));
  const ranked = known
    .map((name) => ({ name, distance: isBegun(name) ? 1 : editDistance(typed, name) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(best.name.length / 2)) ? best.name : undefined;
}
