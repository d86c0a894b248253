// What each tool asks of a device: the abilities, and which devices a bare room or a bare wish means.
import type { Need } from "./bind.ts";
import type { Device } from "./home.ts";
import { type Capability, EVERYTHING, type Kind } from "./kinds.ts";

const kinds = (...names: Kind[]): ReadonlySet<Kind> => new Set(names);
const able =
  (...any: Capability[]) =>
  (device: Device): boolean =>
    any.some((capability) => device.capabilities.includes(capability));

const isOn = (device: Device): boolean => device.state.on === true;
const isPlaying = (device: Device): boolean => device.state.playback === "playing";
const isActive = (device: Device): boolean => isPlaying(device) || device.state.playback === "paused";
const isMoving = (device: Device): boolean => ["opening", "closing"].includes(String(device.state.moving));

const LIGHTS = kinds("light");
const MEDIA = kinds("speaker", "tv");

export const NEEDS = {
  onoff: { able: able("onoff", "vacuum"), first: LIGHTS, everything: EVERYTHING, wide: true },
  brightness: { able: able("brightness"), first: LIGHTS, wide: true },
  color: { able: able("color"), first: LIGHTS, wide: true },
  white: { able: able("color_temperature"), first: LIGHTS, wide: true },
  climate: { able: able("climate"), first: kinds("thermostat", "air_conditioner"), wide: true, prefer: [isOn] },
  lock: { able: able("lock"), first: kinds("lock"), wide: false },
  cover: { able: able("cover"), first: kinds("blind"), everything: kinds("blind"), wide: true },
  position: { able: able("position"), first: kinds("blind"), everything: kinds("blind"), wide: true },
  moving: { able: able("cover"), first: kinds("blind"), wide: false, prefer: [isMoving], roams: true },
  fan: { able: able("fan_speed"), first: kinds("fan", "purifier"), wide: false, prefer: [isOn] },
  media: { able: able("media"), first: MEDIA, wide: false, prefer: [isActive, isOn], roams: true },
  music: { able: able("media"), first: kinds("speaker"), wide: false, prefer: [isPlaying, isOn] },
  screen: { able: able("media"), first: kinds("tv"), wide: false, prefer: [isPlaying, isOn] },
  playing: { able: able("media"), first: MEDIA, wide: false, prefer: [isPlaying, isOn], roams: true },
  volume: { able: able("volume"), first: MEDIA, wide: false, prefer: [isPlaying, isOn], roams: true },
  vacuum: { able: able("vacuum"), first: kinds("vacuum"), wide: false },
  alarm: { able: able("alarm"), first: kinds("alarm"), wide: false },
} as const satisfies Record<string, Need>;

const READABLE: Readonly<Record<string, readonly string[]>> = {
  temperature: ["temperature"],
  humidity: ["humidity"],
  brightness: ["brightness"],
  battery: ["battery"],
  power: ["power"],
  position: ["position"],
  air_quality: ["air_quality"],
};

/** Devices that report the property asked for; "state" is what every device has. */
export function readNeed(property: string): Need {
  const keys = READABLE[property];
  return {
    able: (device) => (keys ? keys.some((key) => device.state[key] !== undefined) : true),
    first: kinds(),
    wide: true,
    many: true,
  };
}
