/** Byte automata of open values: strings, numbers, spans of the question (docs/protocol.md section 2). */

/** A place inside a value: what the next byte leads to, and whether the value may end here. Immutable. */
export interface Walk {
  readonly canEnd: boolean;
  /** The place after one more byte; undefined when no legal value goes on that way. */
  step(byte: number): Walk | undefined;
}

const SPACE = 0x20;

/** Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
export class Utf8Walk {
  /** Continuation bytes still to come, and the range the next one must lie in. */
  readonly missing: number;
  private readonly low: number;
  private readonly high: number;

  constructor(missing = 0, low = 0x80, high = 0xbf) {
    this.missing = missing;
    this.low = low;
    this.high = high;
  }

  get isWhole(): boolean {
    return this.missing === 0;
  }

  step(byte: number): Utf8Walk | undefined {
    if (this.missing > 0) return byte >= this.low && byte <= this.high ? new Utf8Walk(this.missing - 1) : undefined;
    if (byte < 0x80) return new Utf8Walk();
    if (byte >= 0xc2 && byte <= 0xdf) return new Utf8Walk(1);
    if (byte === 0xe0) return new Utf8Walk(2, 0xa0);
    if (byte === 0xed) return new Utf8Walk(2, 0x80, 0x9f);
    if (byte >= 0xe1 && byte <= 0xef) return new Utf8Walk(2);
    if (byte === 0xf0) return new Utf8Walk(3, 0x90);
    if (byte === 0xf4) return new Utf8Walk(3, 0x80, 0x8f);
    return byte >= 0xf1 && byte <= 0xf3 ? new Utf8Walk(3) : undefined;
  }
}

/** A plain string of 1 … maxBytes bytes: no control bytes, no space first, last or twice. */
export class TextWalk implements Walk {
  private readonly maxBytes: number;
  private readonly length: number;
  private readonly last: number;
  private readonly utf8: Utf8Walk;

  constructor(maxBytes: number, length = 0, last = SPACE, utf8 = new Utf8Walk()) {
    this.maxBytes = maxBytes;
    this.length = length;
    this.last = last;
    this.utf8 = utf8;
  }

  get canEnd(): boolean {
    return this.length > 0 && this.utf8.isWhole && this.last !== SPACE;
  }

  step(byte: number): Walk | undefined {
    if (this.utf8.isWhole && (byte < SPACE || byte === 0x7f)) return undefined;
    if (byte === SPACE && this.last === SPACE) return undefined;
    const utf8 = this.utf8.step(byte);
    if (utf8 === undefined) return undefined;
    // No dead ends: after a space or a lead byte there must be room for what has to follow.
    const owed = utf8.missing + (byte === SPACE ? 1 : 0);
    if (this.length + 1 + owed > this.maxBytes) return undefined;
    return new TextWalk(this.maxBytes, this.length + 1, byte, utf8);
  }
}

type NumberState = "start" | "minus" | "zero" | "whole" | "point" | "fraction";

/** `-?(0|[1-9][0-9]{0,14})`, with `(\.[0-9]{1,17})?` when fractions are allowed. */
export class NumberWalk implements Walk {
  private readonly hasFraction: boolean;
  private readonly state: NumberState;
  private readonly digits: number;

  constructor(hasFraction: boolean, state: NumberState = "start", digits = 0) {
    this.hasFraction = hasFraction;
    this.state = state;
    this.digits = digits;
  }

  get canEnd(): boolean {
    return this.state === "zero" || this.state === "whole" || this.state === "fraction";
  }

  step(byte: number): Walk | undefined {
    const isDigit = byte >= 0x30 && byte <= 0x39;
    const { state, digits } = this;
    if (state === "start" && byte === 0x2d) return this.to("minus", 0);
    if (state === "start" || state === "minus") {
      if (byte === 0x30) return this.to("zero", 1);
      return isDigit ? this.to("whole", 1) : undefined;
    }
    if (state === "point" || state === "fraction")
      return isDigit && digits < 17 ? this.to("fraction", digits + 1) : undefined;
    if (byte === 0x2e && this.hasFraction) return this.to("point", 0);
    return state === "whole" && isDigit && digits < 15 ? this.to("whole", digits + 1) : undefined;
  }

  private to(state: NumberState, digits: number): NumberWalk {
    return new NumberWalk(this.hasFraction, state, digits);
  }
}

/** All spans of the question that agree with the bytes so far (docs/model-format.md section 5). */
export class SpanWalk implements Walk {
  private readonly text: SpanText;
  private readonly at: readonly number[];

  constructor(text: SpanText, at: readonly number[] = text.starts) {
    this.text = text;
    this.at = at;
  }

  get canEnd(): boolean {
    return this.at !== this.text.starts && this.at.some((end) => this.text.canEndAt(end));
  }

  step(byte: number): Walk | undefined {
    const next = this.at.filter((place) => this.text.bytes[place] === byte).map((place) => place + 1);
    return next.length > 0 ? new SpanWalk(this.text, next) : undefined;
  }
}

/** The question's bytes, cleaned, and where its spans may start and end. */
export class SpanText {
  readonly bytes: Uint8Array;
  readonly starts: readonly number[];

  constructor(query: string) {
    const cleaned = query.replace(/ +/g, " ").replace(/^ | $/g, "");
    this.bytes = new TextEncoder().encode(cleaned);
    this.starts = [...this.bytes.keys()].filter((at) => this.bytes[at] !== SPACE && !this.isInsideWord(at));
  }

  canEndAt(at: number): boolean {
    return this.bytes[at - 1] !== SPACE && !this.isInsideWord(at);
  }

  private isInsideWord(at: number): boolean {
    return at > 0 && at < this.bytes.length && isWordByte(this.bytes[at - 1] ?? 0) && isWordByte(this.bytes[at] ?? 0);
  }
}

function isWordByte(byte: number): boolean {
  return byte >= 0x80 || /[A-Za-z0-9_]/.test(String.fromCharCode(byte));
}

/** The dummy space every value begins with, then the value. */
export class DummySpaceWalk implements Walk {
  readonly canEnd = false;
  private readonly value: Walk;

  constructor(value: Walk) {
    this.value = value;
  }

  step(byte: number): Walk | undefined {
    return byte === SPACE ? this.value : undefined;
  }
}
