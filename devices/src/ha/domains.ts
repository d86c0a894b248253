// Which of Home Assistant's domains are devices to us.
import { cover, lock, valve } from "./access.ts";
import { climate, fan } from "./comfort.ts";
import { type Domain, domainOf } from "./entity.ts";
import { humidifier, light, plug, scene } from "./lights.ts";
import { mower, player, vacuum } from "./media.ts";
import { binarySensor, sensor } from "./readings.ts";

// No scripts and no buttons: nobody can tell from outside what they do to a lock.
const DOMAINS: ReadonlyMap<string, Domain> = new Map(
  Object.entries({
    light,
    switch: plug,
    input_boolean: plug,
    humidifier,
    fan,
    cover,
    valve,
    lock,
    climate,
    media_player: player,
    vacuum,
    lawn_mower: mower,
    scene,
    sensor,
    binary_sensor: binarySensor,
  }),
);

export const findDomain = (entityId: string): Domain | undefined => DOMAINS.get(domainOf(entityId));
