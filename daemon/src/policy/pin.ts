// The PIN: kept as a scrypt hash, compared in constant time, three wrong ones lock it for five minutes.
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

export interface PinCheck {
  /** `locked`: too many were wrong lately; the right one would not help now. */
  check(pin: string): Promise<"right" | "wrong" | "locked">;
}

const cost = { N: 16_384, r: 8, p: 1 };
const keyBytes = 32;
const mostWrong = 3;
const lockedMs = 5 * 60_000;
const form = /^scrypt:([A-Za-z0-9_-]{22}):([A-Za-z0-9_-]{43})$/;

function derive(pin: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin.normalize("NFKC"), salt, keyBytes, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** `scrypt:SALT:KEY`, the line that the secret file holds. */
export async function hashPin(pin: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt:${salt.toString("base64url")}:${(await derive(pin, salt)).toString("base64url")}`;
}

export function isPinHash(text: string): boolean {
  return form.test(text);
}

/** Throws when `hash` is no line of hashPin. */
export function openPin(hash: string, monotonic: () => number): PinCheck {
  const found = form.exec(hash);
  if (found === null) throw new Error("this is no PIN hash; make one: needled pin");
  const [salt, key] = found.slice(1).map((part) => Buffer.from(part, "base64url")) as [Buffer, Buffer];
  let wrong: number[] = [];
  return {
    async check(pin) {
      wrong = wrong.filter((at) => monotonic() - at < lockedMs);
      if (wrong.length >= mostWrong) return "locked";
      // Counted before it is computed: many at once are still many.
      const attempt = monotonic();
      wrong.push(attempt);
      const isRight = timingSafeEqual(await derive(pin, salt), key);
      if (isRight) wrong = [];
      return isRight ? "right" : "wrong";
    },
  };
}
