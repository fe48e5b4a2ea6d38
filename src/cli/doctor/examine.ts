import { toFailure } from "../errors.ts";
import type { Check } from "./check.ts";
import type { Finding } from "./finding.ts";
import type { Scene } from "./scene.ts";

/** Runs the checks one after the other: some of them start programs, and one holds a lock meanwhile. */
export async function examine(scene: Scene, checks: readonly Check[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    if (scene.signal.aborted) break;
    if (check.needsState && scene.state !== "there") continue;
    findings.push(...(await findingsOf(scene, check)));
  }
  return findings;
}

async function findingsOf(scene: Scene, { name, look }: Check): Promise<readonly Finding[]> {
  try {
    return (await look(scene)).map((remark) => ({ check: name, ...remark }));
  } catch (error) {
    const { message, hint } = toFailure(error);
    return [{ check: name, level: "error", text: `${message} (while checking: ${name})`, next: hint }];
  }
}
