// Builds systemd/build/needle-notify where there is a compiler; without one the daemon runs all the same, only systemd hears nothing.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const has = (command) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
if (process.platform === "linux" && has("make") && has((process.env.CC ?? "cc").split(" ")[0])) {
  const { status } = spawnSync("make", ["--silent", "-C", here], { stdio: "inherit" });
  if (status !== 0)
    console.log("systemd: needle-notify could not be built; the unit then needs Type=exec and no watchdog");
}
