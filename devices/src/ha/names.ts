// Names as people say them, out of what stands in Home Assistant.

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} _.'’&/-]{0,47}$/u;

/** Undefined when nothing speakable is left. Emoji, brackets and the like are left out. */
export function spoken(text: string): string | undefined {
  const name = text
    .normalize("NFC")
    .replace(/[^\p{L}\p{N} .'’&/-]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^[^\p{L}\p{N}]+/u, "")
    .slice(0, 48)
    .trim();
  return NAME.test(name) ? name : undefined;
}

export const placeId = (key: string): string => key.replace(/[^\w.:-]+/g, "_").slice(0, 64) || "x";
