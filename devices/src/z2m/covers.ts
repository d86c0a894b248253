// Blinds, shutters, curtains: where they are, whether they move, and how they are stopped.
import { type Codec, type Expose, numberIn, type Payload } from "./codecs.ts";

const NEAR = 2;
// A report that comes so soon after a stop was on its way before it.
const IN_FLIGHT_MS = 250;
const DIRECTIONS: Readonly<Record<string, string>> = {
  up: "opening",
  open: "opening",
  opening: "opening",
  down: "closing",
  close: "closing",
  closing: "closing",
  stop: "stopped",
  stopped: "stopped",
  pause: "stopped",
  idle: "stopped",
};

interface Motion {
  /** Where it was last asked to go; undefined once it has stopped. */
  target: number | undefined;
  position: number | undefined;
  moves: boolean;
  /** When it was last told to stop, on the clock of `performance`, while nothing has proved that it did. */
  stopAt: number | undefined;
}

export interface Cover {
  readonly codecs: readonly Codec[];
  stop(): Payload;
}

function halted(motion: Motion): { moving: string } {
  Object.assign(motion, { target: undefined, moves: false, stopAt: undefined });
  return { moving: "stopped" };
}

const hasStopped = ({ stopAt = Number.POSITIVE_INFINITY }: Motion): boolean =>
  performance.now() - stopAt > IN_FLIGHT_MS;

/** Reports come every second or at the end only, and with every other report the old position comes again. */
function readPosition(told: unknown, motion: Motion): ReturnType<Codec["read"]> {
  const position = numberIn(told);
  if (position === undefined) return {};
  const { target, position: before = position, moves } = motion;
  motion.position = position;
  if (hasStopped(motion)) return { position, ...halted(motion) };
  if (motion.stopAt !== undefined) return { position };
  if (target === undefined) return { position };
  if (Math.abs(position - target) <= NEAR) return { position, ...halted(motion) };
  if (position === before) return moves ? { position, ...halted(motion) } : {};
  motion.moves = true;
  return { position, moving: position > before ? "opening" : "closing" };
}

function positionCodec({ property = "position" }: Expose, motion: Motion, hasState: boolean): Codec {
  return {
    property,
    read: (told) => readPosition(told, motion),
    // Ends are reached by OPEN and CLOSE, which all covers know best.
    write: (set): Payload => {
      const position = numberIn(set.position);
      if (position === undefined || (hasState && (position === 0 || position === 100))) return {};
      Object.assign(motion, { target: position, moves: false, stopAt: undefined });
      return { [property]: position };
    },
  };
}

function stateCodec({ property = "state" }: Expose, motion: Motion, hasPosition: boolean): Codec {
  let before: unknown;
  return {
    property,
    read(told) {
      const isNews = told !== before;
      before = told;
      const moving = typeof told === "string" ? DIRECTIONS[told.toLowerCase()] : undefined;
      if (hasStopped(motion) || (isNews && moving === "stopped")) return halted(motion);
      if (typeof told === "string" && told.endsWith("ing")) return moving && isNews ? { moving } : {};
      if (moving === undefined || moving === "stopped") return {};
      const end = moving === "opening" ? 100 : 0;
      if (!hasPosition) return { position: end };
      // With a position, "OPEN" says only that it took the command, or that it is not quite closed.
      return end === motion.target ? { moving } : {};
    },
    write: (set): Payload => {
      const position = numberIn(set.position);
      if (position === undefined || (hasPosition && position !== 0 && position !== 100)) return {};
      const target = position > 0 ? 100 : 0;
      Object.assign(motion, { target, moves: false, stopAt: undefined });
      return { [property]: target === 100 ? "OPEN" : "CLOSE" };
    },
  };
}

const towards = ({ target, position = target === 100 ? 0 : 100 }: Motion): string | undefined =>
  target === undefined ? undefined : target > position ? "opening" : "closing";

/** What some covers tell of their motor. Only its changes are news: old values come with every report. */
function motorCodec({ property = "moving" }: Expose, motion: Motion): Codec {
  let before: unknown;
  return {
    property,
    read(told) {
      if (told === before) return {};
      before = told;
      if (told === false) return { moving: "stopped" };
      const named = typeof told === "string" ? DIRECTIONS[told.toLowerCase()] : undefined;
      const moving = told === true ? towards(motion) : named;
      return moving === undefined ? {} : { moving };
    },
    write: () => ({}),
  };
}

export function cover(state: Expose | undefined, position: Expose | undefined, motors: readonly Expose[]): Cover {
  const motion: Motion = { target: undefined, position: undefined, moves: false, stopAt: undefined };
  const codecs = [
    ...(state ? [stateCodec(state, motion, position !== undefined)] : []),
    ...(position ? [positionCodec(position, motion, state !== undefined)] : []),
    ...motors.map((motor) => motorCodec(motor, motion)),
  ];
  return {
    codecs,
    stop(): Payload {
      if (state === undefined) return {};
      motion.stopAt = performance.now();
      return { [state.property ?? "state"]: "STOP" };
    },
  };
}
