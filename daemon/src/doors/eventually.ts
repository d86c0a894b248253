// For the tests of doors: waiting for what must come, without saying how soon.

const limitMs = 30_000;

/** The first value that is neither undefined nor false. */
export async function eventually<T>(look: () => T | undefined | false, what = "something"): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
