/** A decision log of any size. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../../src/app/context.ts";
import { dayOfTime, formatDecisionId, monthOfDecision } from "../../src/domain/decision-id.ts";
import { logged, type DecisionDraft } from "../../src/domain/decision.ts";
import { isoSeconds } from "../../src/domain/time.ts";
import { layoutOf } from "../../src/store/file/layout.ts";

export const HOUR_MS = 3_600_000;

export const DRAFT: DecisionDraft = {
  made_by: { instance_id: "claude-3f9c2ab81d04", agent_role: "backend-system-architect" },
  category: "api-design",
  title: "Pages by cursor",
  description: "Lists are paged by an opaque cursor. Offsets skip and repeat entries while others write.",
  context: { problem: "Lists grow", alternatives_considered: ["offsets"], rationale: "Stable under writes" },
  impact: { scope: "service", files_affected: ["src/api/list.ts"], dependencies: [] },
  supersedes: null,
};

/**
 * As they would have been logged, one each `everyMs` until now, or all of them just now; without syncing each, which
 * would take minutes.
 */
export async function layDecisions(app: App, count: number, everyMs: 0 | typeof HOUR_MS = HOUR_MS): Promise<void> {
  const top = layoutOf(app.workspace.stateDir).decisions;
  const nowMs = Date.now();
  for (let i = 0; i < count; i += 1) {
    const at = isoSeconds(nowMs - i * everyMs);
    const id = {
      day: dayOfTime(at),
      number: everyMs === 0 ? count - i : Number(at.slice(11, 13)) + 1,
      suffix: (i % 0x1000000).toString(16).padStart(6, "0"),
    };
    const folder = join(top, monthOfDecision(id));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const text = JSON.stringify(logged(DRAFT, formatDecisionId(id), at), null, 2);
    writeFileSync(join(folder, `${formatDecisionId(id)}.json`), `${text}\n`, { mode: 0o600 });
  }
  const log = await app.store.decisions();
  await log.refresh();
  if (log.count() !== count) throw new Error(`There are ${log.count()} decisions instead of ${count}`);
}
