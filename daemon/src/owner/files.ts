// Paths with * and ? to files. One folder is one step: a pattern that reaches further than it says has no place in a configuration.
import { readdir, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { nearestOf } from "../nearest.ts";

export type Found = { files: string[] } | { fault: string };

const isPattern = (step: string): boolean => /[*?]/.test(step);

function regexOf(step: string): RegExp {
  const escaped = step
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function missing(path: string): Promise<Found> {
  const folder = dirname(path);
  const near = nearestOf(path.slice(folder.length + 1), await namesIn(folder));
  return { fault: `there is no ${path}${near === undefined ? "" : `; did you mean ${join(folder, near)}?`}` };
}

async function expand(folders: string[], step: string): Promise<string[]> {
  if (!isPattern(step)) return folders.map((folder) => `${folder}${sep}${step}`);
  const wanted = regexOf(step);
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await namesIn(folder || sep))
        .filter((name) => !name.startsWith(".") && wanted.test(name))
        .map((name) => `${folder}${sep}${name}`),
    ),
  );
  return found.flat();
}

/** `base`: the folder that a relative path starts from. */
export async function findFiles(pattern: string, base: string): Promise<Found> {
  if (pattern.includes("**")) return { fault: "** is not known; use one * for each folder" };
  const path = resolve(base, pattern);
  if (!isPattern(pattern)) return (await exists(path)) ? { files: [path] } : missing(path);
  const steps = path.split(sep).slice(1);
  const firm = steps.slice(0, steps.findIndex(isPattern));
  const start = `${sep}${firm.join(sep)}`;
  if (!(await exists(start))) return missing(start);
  let files = [firm.length === 0 ? "" : start];
  for (const step of steps.slice(firm.length)) files = await expand(files, step);
  return { files };
}
