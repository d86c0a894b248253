// Names near to a misspelt one. For messages only: nothing is ever bound to what this returns.

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function likeness(a: string, b: string): number {
  const words = new Set(a.split(/\W+/));
  const shared = b.split(/\W+/).filter((word) => word.length > 2 && words.has(word)).length;
  return shared * 0.5 + 1 - editDistance(a, b) / Math.max(a.length, b.length, 1);
}

// What is so much less like it than the best is no help.
const FAR = 0.25;

/** The best few of `names` that resemble `word`; empty when none does. */
export function nearestNames(word: string, names: readonly string[], most: number): string[] {
  const said = word.toLowerCase();
  const near = [...new Map(names.map((name) => [name.toLowerCase(), name])).values()]
    .map((name) => ({ name, score: likeness(said, name.toLowerCase()) }))
    .filter(({ score }) => score > 0.55)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  const best = near[0]?.score ?? 0;
  return near
    .filter(({ score }) => score > best - FAR)
    .slice(0, most)
    .map(({ name }) => name);
}
