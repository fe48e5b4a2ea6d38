/**
 * What the story is told with: every event is sent to the binary, shown, and compared with what must come of it. So the
 * demo is a check as well.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Told } from "../stand-in/answer.ts";
import type { HookVerb } from "../../src/domain/hook-verb.ts";
import type { Client } from "../stand-in/client.ts";
import { postToolBatch, postToolUse, preToolUse, type HookEvent, type ToolCall } from "../stand-in/events.ts";
import type { Project } from "../stand-in/project.ts";
import { writeCall } from "../stand-in/tools.ts";
import type { Color, Screen } from "./screen.ts";

export interface Actor {
  readonly name: string;
  readonly client: Client;
}

/** What must come of an event: who is told, and pieces of the text. */
export interface Expected {
  readonly kind: Told["kind"];
  readonly says?: readonly string[];
  /** Shown for silence, which has no text of its own. */
  readonly as?: string;
  /** The text is like one that was shown before: its first sentence is enough. */
  readonly briefly?: true;
}

export interface Stage {
  readonly event: (who: Actor, verb: HookVerb, event: HookEvent, label: string, expected: Expected) => void;
  /** One that must say nothing, and is not shown if so. */
  readonly silent: (who: Actor, verb: HookVerb, event: HookEvent) => void;
  /** The whole of a Write or Edit: asks, writes `content` if it may, and reports it. */
  readonly tool: (who: Actor, call: ToolCall, path: string, content: string, expected: Expected) => void;
  readonly write: (who: Actor, path: string, content: string, expected: Expected) => void;
  /** A sentence that must be true. */
  readonly claim: (sentence: string, holds: boolean) => void;
  /** Output of a command, as a person sees it. */
  readonly coord: (...args: string[]) => string;
  readonly path: (name: string) => string;
  readonly screen: Screen;
  readonly counts: () => { readonly passed: number; readonly failed: number };
}

export function stage(binary: string, project: Project, screen: Screen): Stage {
  let passed = 0;
  let failed = 0;
  const judge = (holds: boolean, complaint: string): void => {
    if (holds) passed += 1;
    else {
      failed += 1;
      screen.line(screen.paint("red", `  ✗ NOT AS EXPECTED: ${complaint}`));
    }
  };
  const path = (name: string): string => join(project.top, name);
  const event: Stage["event"] = (who, verb, sent, label, expected) => {
    const told = who.client.hook(verb, sent);
    const [outcome, color] = outcomeOf(told, sent, expected);
    screen.step(who.name, label, outcome, color);
    const text = textOf(told);
    if (text !== "") screen.quote(expected.briefly === true ? text.replace(/(?<=\.) .*$/s, " …") : text);
    const missing = (expected.says ?? []).filter((piece) => !text.includes(piece));
    judge(told.kind === expected.kind, `wanted "${expected.kind}", got "${told.kind}"`);
    if (missing.length > 0) judge(false, `the text does not say ${missing.map((m) => `"${m}"`).join(", ")}`);
  };
  const silent: Stage["silent"] = (who, verb, sent) => {
    const told = who.client.hook(verb, sent);
    judge(
      told.kind === "nothing",
      `${who.name}'s ${sent.hook_event_name} should say nothing, and says: ${textOf(told)}`,
    );
  };
  const tool: Stage["tool"] = (who, call, name, content, expected) => {
    const { session } = who.client;
    event(who, "check", preToolUse(session, call), `PreToolUse ${call.tool} ${name}`, expected);
    if (expected.kind === "denied") return;
    writeFileSync(path(name), content);
    const after = [postToolUse(session, call), postToolBatch(session, [call])];
    for (const sent of after) silent(who, "release", sent);
  };
  return {
    event,
    silent,
    tool,
    write: (who, name, content, expected) => tool(who, writeCall(path(name), content), name, content, expected),
    claim: (sentence, holds) => {
      screen.step(" ", sentence, holds ? "yes" : "NO", holds ? "green" : "red");
      judge(holds, sentence);
    },
    coord: (...args) => {
      const run = Bun.spawnSync([binary, ...args], { cwd: project.top, env: project.env, stdin: "ignore" });
      judge(run.exitCode === 0, `coord ${args.join(" ")} ended with ${run.exitCode}: ${run.stderr.toString()}`);
      return run.stdout.toString().trimEnd();
    },
    path,
    screen,
    counts: () => ({ passed, failed }),
  };
}

function textOf(told: Told): string {
  return told.kind === "nothing" ? "" : told.text;
}

function outcomeOf(told: Told, sent: HookEvent, expected: Expected): readonly [string, Color] {
  switch (told.kind) {
    case "nothing":
      return [expected.as ?? "(silence)", "green"];
    case "denied":
      return ["denied, its model reads:", "red"];
    case "context":
      return [sent.hook_event_name === "PreToolUse" ? "passes, its model reads:" : "its model reads:", "yellow"];
    case "user":
      return ["its user reads:", "red"];
  }
  return told satisfies never;
}
