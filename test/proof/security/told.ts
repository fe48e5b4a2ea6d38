/** A hook's answer, taken apart as strictly as by the strictest client, and judged. */
import type { Project } from "../../hooks/project.ts";
import { answerOf, type Told } from "../../hooks/hook.ts";
import { run, type Call, type Place } from "./call.ts";
import { modelFaults } from "./model-faults.ts";
import { rawIn } from "./payloads.ts";

export interface Judged {
  readonly told: Told;
  /** Everything that a model reads. */
  readonly model: string;
  readonly faults: readonly string[];
}

/** Never throws: an answer of another form than coord's own (such as `allow`, or a changed input) is a fault. */
export async function judged(project: Project, call: Call, place: Place = {}): Promise<Judged> {
  const called = await run(project, call, place);
  const decoder = new TextDecoder();
  const ended = {
    exitCode: called.code,
    signal: null,
    stdout: decoder.decode(called.out),
    stderr: decoder.decode(called.err),
  };
  const input: unknown = JSON.parse(call.stdin ?? "{}");
  try {
    const told = answerOf(ended, input);
    const texts = [told.denied, told.context].filter((text) => text !== undefined);
    const faults = [...texts.flatMap(modelFaults), ...rawIn(told.message ?? "").map((raw) => `${raw} for the user`)];
    return { told, model: texts.join("\n"), faults };
  } catch (error) {
    const nothing = { denied: undefined, context: undefined, message: undefined };
    return { told: nothing, model: "", faults: [error instanceof Error ? error.message : String(error)] };
  }
}
