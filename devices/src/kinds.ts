// The kinds of device, what each can do unless told otherwise, and the words people use for it.

export type Capability =
  | "onoff"
  | "brightness"
  | "color"
  | "color_temperature"
  | "climate"
  | "lock"
  | "cover"
  | "position"
  | "fan_speed"
  | "media"
  | "volume"
  | "vacuum"
  | "alarm"
  | "sensor";

export const CAPABILITIES: readonly Capability[] = [
  "onoff",
  "brightness",
  "color",
  "color_temperature",
  "climate",
  "lock",
  "cover",
  "position",
  "fan_speed",
  "media",
  "volume",
  "vacuum",
  "alarm",
  "sensor",
];

interface KindFacts {
  /** As said: one, several. */
  readonly label: readonly [string, string];
  /** Singular words for the kind; `!` marks one that means every device of the kind, whatever its name. */
  readonly words: readonly string[];
  readonly capabilities: readonly Capability[];
}

const facts = (one: string, many: string, words: string, capabilities: string): KindFacts => ({
  label: [one, many],
  words: words.split(", "),
  capabilities: capabilities.split(" ") as Capability[],
});

export const KINDS = {
  light: facts(
    "light",
    "lights",
    "light!, lighting!, lamp, bulb, light bulb, ceiling light, floor lamp, table lamp, chandelier, spotlight, spot, downlight, led, led strip, light strip, strip light, night light, nightlight, lantern, sconce",
    "onoff brightness",
  ),
  plug: facts("plug", "plugs", "plug!, smart plug, outlet, socket, switch, power strip", "onoff"),
  fan: facts("fan", "fans", "fan!, ceiling fan, ventilator, ventilation, extractor, extractor fan", "onoff fan_speed"),
  purifier: facts("purifier", "purifiers", "purifier!, air purifier, air cleaner", "onoff fan_speed"),
  thermostat: facts(
    "thermostat",
    "thermostats",
    "thermostat!, heating!, heater, heat, radiator, boiler, temperature!, climate!, underfloor heating, central heating, floor heating",
    "onoff climate sensor",
  ),
  air_conditioner: facts(
    "air conditioner",
    "air conditioners",
    "air conditioner!, air conditioning!, air con, aircon, ac, a c, cooling, climate!, temperature!, heat pump",
    "onoff climate fan_speed sensor",
  ),
  blind: facts(
    "blind",
    "blinds",
    "blind, shade, curtain, shutter, drape, roller blind, roller shutter, venetian, awning, window covering, window shade",
    "cover position",
  ),
  garage_door: facts("garage door", "garage doors", "garage door!, garage!, door", "cover position"),
  gate: facts("gate", "gates", "gate!, driveway gate, garden gate", "cover"),
  window: facts("window", "windows", "window!, skylight, roof window", "cover position"),
  valve: facts("valve", "valves", "valve!, water valve, water, sprinkler, irrigation", "cover"),
  lock: facts("lock", "locks", "lock!, door lock!, smart lock, deadbolt, latch, door", "lock"),
  tv: facts(
    "TV",
    "TVs",
    "tv!, television!, telly!, tele!, screen, smart tv, set top box, projector",
    "onoff media volume",
  ),
  speaker: facts(
    "speaker",
    "speakers",
    "speaker!, smart speaker, radio, stereo, sound system, soundbar, music, audio, hi fi, hifi, sonos, music system, receiver",
    "onoff media volume",
  ),
  vacuum: facts(
    "vacuum",
    "vacuums",
    "vacuum!, vacuum cleaner!, robot!, robot vacuum!, hoover!, roomba, cleaner",
    "vacuum sensor",
  ),
  mower: facts("mower", "mowers", "mower!, lawn mower!, lawnmower!, robot mower!, robot", "vacuum sensor"),
  sensor: facts("sensor", "sensors", "sensor!, meter, weather station, temperature, humidity, air quality", "sensor"),
  contact: facts(
    "door sensor",
    "door sensors",
    "sensor!, contact, contact sensor!, door sensor!, window sensor, door, window",
    "sensor",
  ),
  motion: facts(
    "motion sensor",
    "motion sensors",
    "sensor!, motion sensor!, motion, motion detector, presence sensor",
    "sensor",
  ),
  smoke: facts("smoke detector", "smoke detectors", "sensor!, smoke detector!, smoke alarm, smoke sensor", "sensor"),
  camera: facts("camera", "cameras", "camera!, webcam, doorbell", "onoff"),
  alarm: facts("alarm", "alarms", "alarm!, burglar alarm!, alarm system!, security system, security", "alarm"),
  appliance: facts("appliance", "appliances", "appliance!, machine", "onoff"),
} as const satisfies Record<string, KindFacts>;

export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as Kind[];

// What "everything" means for on and off. Heating, locks, covers, cameras and appliances are left out:
// somebody who says "turn everything off" on leaving does not mean the freezer or the boiler.
export const EVERYTHING: ReadonlySet<Kind> = new Set(["light", "plug", "fan", "purifier", "tv", "speaker"]);
