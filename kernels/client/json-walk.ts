/** Compact JSON of a node, byte by byte: the oracle's automaton for values of kind json (docs/protocol.md section 2). */

import type { JsonNode, NodeMember } from "./nodes.ts";
import { ANY_ITEM } from "./nodes.ts";
import type { Walk } from "./walks.ts";
import { NumberWalk, Utf8Walk } from "./walks.ts";

const MAX_ANY_DEPTH = 4;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const ESCAPES = new Set([...'"\\/bfnrt'].map((c) => c.charCodeAt(0)));
const ANY: JsonNode = { type: "any" };

// Numbers and literals have no closing mark: they end where a byte fits only what follows them.
type Nodes = readonly JsonNode[];

/** The walk of one value of a node; `depth` counts containers around it that belong to an *any*. */
export function jsonWalk(nodes: Nodes, node: JsonNode, depth = 0): Walk {
  return new StartWalk(nodes, node, depth);
}

function literalWalk(literals: readonly string[]): LiteralWalk {
  return new LiteralWalk(
    literals.map((text) => new TextEncoder().encode(text)),
    0,
  );
}

/** Before the first byte of a value: the byte decides what the value is. */
class StartWalk implements Walk {
  readonly canEnd = false;
  private readonly nodes: Nodes;
  private readonly node: JsonNode;
  private readonly depth: number;

  constructor(nodes: Nodes, node: JsonNode, depth: number) {
    this.nodes = nodes;
    this.node = node;
    this.depth = depth;
  }

  step(byte: number): Walk | undefined {
    const { nodes, node } = this;
    switch (node.type) {
      case "string":
        return byte === QUOTE ? new StringWalk() : undefined;
      case "integer":
      case "number":
        return new NumberWalk(node.type === "number").step(byte);
      case "boolean":
        return literalWalk(["true", "false"]).step(byte);
      case "null":
        return literalWalk(["null"]).step(byte);
      case "choice":
        return literalWalk(node.literals).step(byte);
      case "array":
        return byte === OPEN_ARRAY ? arrayWalk(nodes, node) : undefined;
      case "object":
        return byte === OPEN_OBJECT ? objectWalk(nodes, node.members) : undefined;
      case "any":
        return this.stepAny(byte);
    }
  }

  private stepAny(byte: number): Walk | undefined {
    const { nodes, depth } = this;
    const inner = (): Walk => jsonWalk(nodes, ANY, depth + 1);
    if (byte === QUOTE) return new StringWalk();
    if (byte === OPEN_ARRAY)
      return depth < MAX_ANY_DEPTH ? new ListWalk({ item: inner, count: 0, min: 0, max: 0 }) : undefined;
    if (byte === OPEN_OBJECT) return depth < MAX_ANY_DEPTH ? new AnyObjectWalk(inner) : undefined;
    return literalWalk(["true", "false", "null"]).step(byte) ?? new NumberWalk(true).step(byte);
  }
}

/** Inside one or more literals that agree so far. */
class LiteralWalk implements Walk {
  private readonly candidates: readonly Uint8Array[];
  private readonly at: number;

  constructor(candidates: readonly Uint8Array[], at: number) {
    this.candidates = candidates;
    this.at = at;
  }

  get canEnd(): boolean {
    return this.candidates.some((literal) => literal.length === this.at);
  }

  step(byte: number): Walk | undefined {
    const rest = this.candidates.filter((literal) => literal[this.at] === byte);
    return rest.length > 0 ? new LiteralWalk(rest, this.at + 1) : undefined;
  }
}

/** A value that is over: nothing may follow inside it. */
const CLOSED: Walk = { canEnd: true, step: () => undefined };

/** A string after its opening quote. */
class StringWalk implements Walk {
  readonly canEnd = false;
  private readonly utf8: Utf8Walk;

  constructor(utf8 = new Utf8Walk()) {
    this.utf8 = utf8;
  }

  step(byte: number): Walk | undefined {
    if (!this.utf8.isWhole) return this.next(byte);
    if (byte === QUOTE) return CLOSED;
    if (byte === BACKSLASH) return new EscapeWalk();
    return byte < 0x20 || byte === 0x7f ? undefined : this.next(byte);
  }

  private next(byte: number): Walk | undefined {
    const utf8 = this.utf8.step(byte);
    return utf8 && new StringWalk(utf8);
  }
}

/** After a backslash; `digits` hex digits of \u are still to come. */
class EscapeWalk implements Walk {
  readonly canEnd = false;
  private readonly digits: number;

  constructor(digits = 0) {
    this.digits = digits;
  }

  step(byte: number): Walk | undefined {
    if (this.digits === 0) {
      if (byte === 0x75) return new EscapeWalk(4);
      return ESCAPES.has(byte) ? new StringWalk() : undefined;
    }
    if (!/[0-9a-fA-F]/.test(String.fromCharCode(byte))) return undefined;
    return this.digits === 1 ? new StringWalk() : new EscapeWalk(this.digits - 1);
  }
}

/** One walk inside another: bytes go to the inner until it must be over, then to what follows it. */
class InnerWalk implements Walk {
  readonly canEnd = false;
  private readonly inner: Walk;
  private readonly after: (byte: number) => Walk | undefined;

  constructor(inner: Walk, after: (byte: number) => Walk | undefined) {
    this.inner = inner;
    this.after = after;
  }

  step(byte: number): Walk | undefined {
    const inner = this.inner.step(byte);
    if (inner !== undefined) return new InnerWalk(inner, this.after);
    return this.inner.canEnd ? this.after(byte) : undefined;
  }
}

interface List {
  readonly item: () => Walk;
  readonly count: number;
  readonly min: number;
  /** 0: no bound. */
  readonly max: number;
}

function arrayWalk(nodes: Nodes, node: Extract<JsonNode, { type: "array" }>): Walk {
  const itemNode = node.item === ANY_ITEM ? ANY : (nodes[node.item] ?? ANY);
  return new ListWalk({ item: () => jsonWalk(nodes, itemNode), count: 0, min: node.min, max: node.max });
}

/** After `[` or an item's end is decided here; between items only a comma or the end fits. */
class ListWalk implements Walk {
  readonly canEnd = false;
  private readonly list: List;

  constructor(list: List) {
    this.list = list;
  }

  step(byte: number): Walk | undefined {
    if (byte === CLOSE_ARRAY) return this.list.min === 0 ? CLOSED : undefined;
    return itemWalk(this.list).step(byte);
  }
}

function itemWalk(list: List): Walk {
  const count = list.count + 1;
  return new InnerWalk(list.item(), (byte) => {
    if (byte === CLOSE_ARRAY) return count >= list.min ? CLOSED : undefined;
    const hasRoom = list.max === 0 || count < list.max;
    return byte === COMMA && hasRoom ? itemWalk({ ...list, count }) : undefined;
  });
}

function objectWalk(nodes: Nodes, members: readonly NodeMember[]): Walk {
  return {
    canEnd: false,
    step: (byte) => {
      if (byte === CLOSE_OBJECT) return members.some(({ required }) => required) ? undefined : CLOSED;
      return keyWalk(nodes, members).step(byte);
    },
  };
}

/** The keys that may come next: those up to the first required one, in node order. */
function keyWalk(nodes: Nodes, members: readonly NodeMember[]): Walk {
  const required = members.findIndex((member) => member.required);
  const choices = required < 0 ? members : members.slice(0, required + 1);
  const quoted = choices.map(({ key }) => `${JSON.stringify(key)}:`);
  return new KeyWalk(literalWalk(quoted), quoted, "", (index) => memberWalk(nodes, members, index));
}

/** A key and its colon; remembers what it read to know which member it is. */
class KeyWalk implements Walk {
  readonly canEnd = false;
  private readonly walk: Walk;
  private readonly keys: readonly string[];
  private readonly read: string;
  private readonly follow: (index: number) => Walk;

  constructor(walk: Walk, keys: readonly string[], read: string, follow: (index: number) => Walk) {
    this.walk = walk;
    this.keys = keys;
    this.read = read;
    this.follow = follow;
  }

  step(byte: number): Walk | undefined {
    const walk = this.walk.step(byte);
    if (walk === undefined) return undefined;
    const read = this.read + String.fromCharCode(byte);
    const index = walk.canEnd ? this.keys.findIndex((key) => bytesText(key) === read) : -1;
    return index >= 0 ? this.follow(index) : new KeyWalk(walk, this.keys, read, this.follow);
  }
}

/** UTF-8 bytes as a string of code units, to compare with bytes read one by one. */
function bytesText(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

function memberWalk(nodes: Nodes, members: readonly NodeMember[], index: number): Walk {
  const rest = members.slice(index + 1);
  const node = nodes[members[index]?.node ?? -1] ?? ANY;
  return new InnerWalk(jsonWalk(nodes, node), (byte) => {
    if (byte === CLOSE_OBJECT) return rest.some(({ required }) => required) ? undefined : CLOSED;
    return byte === COMMA && rest.length > 0 ? keyWalk(nodes, rest) : undefined;
  });
}

/** An object of *any*: every key is any string, repeats allowed. */
class AnyObjectWalk implements Walk {
  readonly canEnd = false;
  private readonly inner: () => Walk;

  constructor(inner: () => Walk) {
    this.inner = inner;
  }

  step(byte: number): Walk | undefined {
    return byte === CLOSE_OBJECT ? CLOSED : anyKeyWalk(this.inner).step(byte);
  }
}

function anyKeyWalk(inner: () => Walk): Walk {
  const start: Walk = { canEnd: false, step: (byte) => (byte === QUOTE ? new StringWalk() : undefined) };
  const value = (): Walk =>
    new InnerWalk(inner(), (byte) => {
      if (byte === CLOSE_OBJECT) return CLOSED;
      return byte === COMMA ? anyKeyWalk(inner) : undefined;
    });
  return new InnerWalk(start, (byte) => (byte === COLON ? value() : undefined));
}
