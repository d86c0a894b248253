// All device tools by name. Together with the services they cover the catalogue; tools.test.ts checks that none is missing.
import { ACCESS_TOOLS } from "./access.ts";
import { CLIMATE_TOOLS } from "./climate.ts";
import { LIGHT_TOOLS } from "./lights.ts";
import { MEDIA_TOOLS } from "./media.ts";
import type { DeviceTool } from "./tool.ts";

export const DEVICE_TOOLS: Readonly<Record<string, DeviceTool>> = {
  ...LIGHT_TOOLS,
  ...CLIMATE_TOOLS,
  ...ACCESS_TOOLS,
  ...MEDIA_TOOLS,
};

const TIMEOUT_MS = 1500;

export const timeoutOf = (tool: string): number => DEVICE_TOOLS[tool]?.timeoutMs ?? TIMEOUT_MS;
