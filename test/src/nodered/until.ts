// Waiting for what must come. Generous: CI machines run a browser, a daemon and two Node-REDs at once.

const limitMs = 60_000;

/** The first value that is neither undefined nor false; the error says what there was instead. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  instead?: () => unknown,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) {
      const seen = instead ? `; there was ${JSON.stringify(instead())?.slice(0, 4000)}` : "";
      throw new Error(`waited ${limitMs / 1000} s for ${what}${seen}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
