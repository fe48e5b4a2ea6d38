import { escapeForTerminal } from "../domain/visible.ts";
import type { Style } from "./answer.ts";
import { paint } from "./paint.ts";
import { span } from "./show-text.ts";

/** What `coord status` shows. A superset of it is fine: `--json` prints what it was given. */
export interface StatusView {
  readonly instances: readonly InstanceView[];
  readonly totals: { readonly instances: number; readonly locks: number; readonly decisions: number };
  readonly recent_decisions: readonly DecisionView[];
}

export interface InstanceView {
  readonly instance_id: string;
  readonly agent_role: string;
  readonly task: string;
  readonly branch: string | null;
  /** Empty for the main worktree. */
  readonly worktree: string;
  readonly status: "active" | "idle" | "stale";
  readonly last_heartbeat: string;
  readonly locks: readonly HeldView[];
}

export interface HeldView {
  readonly lock_id: string;
  readonly file_path: string;
  readonly worktree: string;
  readonly kind: string;
  readonly intent: string;
  readonly locked_at: string;
  readonly expires_at: string;
  readonly age_ms: number;
}

export interface DecisionView {
  readonly decision_id: string;
  readonly title: string;
  readonly category: string;
  readonly timestamp: string;
  readonly status: string;
}

const DOUBLE = "=".repeat(38);
const SINGLE = "-".repeat(38);
const COLORS = { active: "green", idle: "yellow", stale: "red" } as const;

/** The layout of DESIGN section 4, which the bash edition's readers know: BASH_EDITION.md section 2. Pure. */
export function renderStatus(view: StatusView, options: Style & { readonly verbose: boolean }): string {
  const { totals } = view;
  const decisions = options.verbose ? renderDecisions(view.recent_decisions) : [];
  return [
    DOUBLE,
    paint(options, "bold", "  Claude Code Coordination Status"),
    DOUBLE,
    "",
    `Active Instances: ${totals.instances}`,
    "",
    ...(totals.instances === 0 ? ["No active instances.", ""] : []),
    ...view.instances.flatMap((instance) => [...renderInstance(instance, options), ""]),
    SINGLE,
    `Total File Locks: ${totals.locks}`,
    ...(options.verbose ? renderLockDetails(view.instances) : []),
    `Total Decisions Logged: ${totals.decisions}`,
    ...decisions,
    DOUBLE,
  ].join("\n");
}

/** One instance, as in `coord status`; also what `coord instance show` prints. */
export function renderInstance(instance: InstanceView, style: Style): readonly string[] {
  const show = escapeForTerminal;
  return [
    `Instance: ${paint(style, "bold", show(instance.instance_id))}`,
    `  Role: ${show(instance.agent_role)}`,
    `  Task: ${show(instance.task)}`,
    `  Branch: ${show(instance.branch ?? "-")}`,
    ...(instance.worktree === "" ? [] : [`  Worktree: ${show(instance.worktree)}`]),
    `  Status: ${paint(style, COLORS[instance.status], instance.status)}`,
    `  Files Locked: ${instance.locks.length}`,
    `  Last Heartbeat: ${show(instance.last_heartbeat)}`,
    ...(instance.locks.length === 0
      ? []
      : ["  Locked Files:", ...instance.locks.map((lock) => `    - ${fileName(lock)}`)]),
  ];
}

/** A locked path, with its worktree where that is not the main one. */
export function fileName(lock: { readonly file_path: string; readonly worktree: string }): string {
  const worktree = lock.worktree === "" ? "" : ` (worktree ${escapeForTerminal(lock.worktree)})`;
  return escapeForTerminal(lock.file_path) + worktree;
}

function renderLockDetails(instances: readonly InstanceView[]): readonly string[] {
  const details = instances.flatMap((instance) =>
    instance.locks.flatMap((lock) => [
      `  File: ${fileName(lock)}`,
      `    Locked By: ${escapeForTerminal(instance.instance_id)}`,
      `    Kind: ${escapeForTerminal(lock.kind)}`,
      `    Intent: ${lock.intent === "" ? "-" : escapeForTerminal(lock.intent)}`,
      `    Age: ${span(lock.age_ms)}`,
      `    Expires: ${escapeForTerminal(lock.expires_at)}`,
      `    Lock ID: ${escapeForTerminal(lock.lock_id)}`,
      "",
    ]),
  );
  return details.length === 0 ? [] : ["", "Lock Details:", ...details];
}

function renderDecisions(decisions: readonly DecisionView[]): readonly string[] {
  if (decisions.length === 0) return [];
  const newest = decisions.slice(0, 5);
  return [
    "",
    "Recent Decisions (last 5):",
    ...newest.flatMap((decision) => [
      `  [${escapeForTerminal(decision.decision_id)}] ${escapeForTerminal(decision.title)}`,
      `    Category: ${escapeForTerminal(decision.category)}`,
      `    Made At: ${escapeForTerminal(decision.timestamp)}`,
      `    Status: ${escapeForTerminal(decision.status)}`,
      "",
    ]),
  ];
}
