import { escapeForTerminal } from "../domain/visible.ts";
import type { Style } from "./answer.ts";
import { paint } from "./paint.ts";
import { counted, inQuotes } from "./show-text.ts";
import { renderInstance, type InstanceView } from "./status-view.ts";

/** One line for each instance: who, how it stands, as what, on what, how many locks. */
export function renderInstanceList(instances: readonly InstanceView[], style: Style): string {
  if (instances.length === 0) return "No instances\nTo register one: coord instance register --task TASK --role ROLE";
  const width = Math.max(...instances.map((instance) => escapeForTerminal(instance.instance_id).length));
  const lines = instances.map((instance) => {
    const id = escapeForTerminal(instance.instance_id).padEnd(width);
    const doing = `role ${inQuotes(instance.agent_role)}, task ${inQuotes(instance.task)}`;
    return `${paint(style, "bold", id)}  ${instance.status.padEnd(6)}  ${doing}, ${counted(instance.locks.length, "lock")}`;
  });
  return [...lines, "", `Total: ${instances.length} instance(s)`].join("\n");
}

export function renderInstanceShow(instance: InstanceView, style: Style): string {
  return renderInstance(instance, style).join("\n");
}
