import { expect, test } from "bun:test";
import { join } from "node:path";
import { homeFolder, settingsFolder } from "../../src/platform/home.ts";

test("the home folder is HOME, where that is absolute", () => {
  expect(homeFolder({ HOME: "/home/ann" })).toBe("/home/ann");
  expect(homeFolder({ HOME: "ann" })).toBeUndefined();
});

test("an empty HOME counts as none: then the system's list of users says it", () => {
  const script = `import { homeFolder } from ${JSON.stringify(join(import.meta.dir, "../../src/platform/home.ts"))}; console.log(homeFolder(process.env))`;
  const homeOf = (env: Readonly<Record<string, string>>): string =>
    Bun.spawnSync([process.execPath, "-e", script], { env: { BUN_BE_BUN: "1", ...env } }).stdout.toString();
  const listed = homeOf({});
  expect(listed).toMatch(/^\/.*\n$/);
  expect(homeOf({ HOME: "" })).toBe(listed);
});

test("a relative XDG_CONFIG_HOME is ignored, as its specification says", () => {
  const HOME = "/home/ann";
  expect(settingsFolder({ HOME, XDG_CONFIG_HOME: "/etc/xdg" })).toBe("/etc/xdg");
  for (const XDG_CONFIG_HOME of ["", "config", "./config", "../config"]) {
    expect(settingsFolder({ HOME, XDG_CONFIG_HOME })).toBe("/home/ann/.config");
  }
});
