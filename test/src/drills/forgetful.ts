// The control of the storms: a door that knows no ids, so that every repeat is a new intent.
import { randomUUID } from "node:crypto";
import type { Door, Intake } from "@needled/daemon";

export function forgetful(door: Door): Door {
  const start: Door["start"] = (intake, signal) => {
    const submit: Intake["submit"] = (intent) => {
      // The door still finds its way back by the id it was given.
      return intake.submit({ ...intent, id: randomUUID() });
    };
    return door.start({ ...intake, submit }, signal);
  };
  return { ...door, start };
}
