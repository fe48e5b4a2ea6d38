import { getNodeValue, type Node } from "jsonc-parser";
import { append, isKept, layoutOf, remove, replace } from "./json-edit.ts";
import { childOf, elementsOf, keyOf, notA, parseObject, stringOf } from "./json-tree.ts";
import { ownHook } from "./own-handler.ts";
import type { Group, Wired } from "./wiring.ts";

/** A handler of ours in somebody's settings, where it stands now. */
interface Own {
  readonly event: string;
  readonly hook: string;
  readonly handler: Node;
  readonly group: Node;
  /** True when nobody else's handler stands in the same group. */
  readonly alone: boolean;
}

/** The hooks of ours that a settings text calls, as `event hook`, for people. */
export function ownHooks(text: string, file: string): readonly string[] {
  return findOwn(parseObject(text, file)).map((own) => `${own.event} ${own.hook}`);
}

/**
 * The settings text with exactly `wired` of ours in it: what is right stays untouched, what an older version wrote is
 * replaced in its place, what is no longer wired goes, what is missing comes last. Everything else keeps its bytes.
 * Pure; doing it twice changes nothing the second time.
 *
 * @throws CONFIG when the text is not settings, naming `file` and the place.
 */
export function withWiring(text: string, wired: readonly Wired[], file: string): string {
  const pairs = pair(findOwn(parseObject(text, file)), wired);
  let result = text;
  // From the last to the first, so that an edit does not move what is still to be edited.
  for (const { own, wanted } of pairs.toReversed()) {
    if (own === undefined) continue;
    if (wanted === undefined) result = withoutOne(result, file, own);
    else if (!isSame(own, wanted.group)) result = updated(result, file, own, wanted.group);
  }
  for (const { own, wanted } of pairs)
    if (own === undefined && wanted !== undefined) result = added(result, file, wanted);
  return result;
}

/** The settings text without anything of ours, and without the empty objects and arrays that this leaves. */
export function withoutWiring(text: string, file: string): string {
  let result = text;
  for (const own of findOwn(parseObject(text, file)).toReversed()) result = withoutOne(result, file, own);
  return result;
}

interface Pair {
  readonly own: Own | undefined;
  readonly wanted: Wired | undefined;
}

/**
 * Which entry of ours is which wanted one. The event and the hook have to agree, and the matcher too if it can; one that
 * shares its group with a foreign handler is ours to update only if that group's matcher is right.
 */
function pair(present: readonly Own[], wired: readonly Wired[]): readonly Pair[] {
  const left = new Set(present);
  const owners = new Map<Wired, Own>();
  const take = (agrees: (own: Own, wanted: Wired) => boolean): void => {
    for (const wanted of wired) {
      if (owners.has(wanted)) continue;
      const own = [...left].find(
        (own) => own.event === wanted.event && own.hook === wanted.hook && agrees(own, wanted),
      );
      if (own === undefined) continue;
      owners.set(wanted, own);
      left.delete(own);
    }
  };
  take((own, wanted) => matcherOf(own) === wanted.group.matcher);
  take((own, wanted) => own.alone && isAsync(own) === (wanted.group.hooks[0].async === true));
  take((own) => own.alone);
  const kept = new Map([...owners].map(([wanted, own]) => [own, wanted]));
  return [
    ...present.map((own) => ({ own, wanted: kept.get(own) })),
    ...wired.filter((wanted) => !owners.has(wanted)).map((wanted) => ({ own: undefined, wanted })),
  ];
}

function findOwn(root: Node): readonly Own[] {
  const hooks = childOf(root, "hooks");
  const events = hooks?.type === "object" ? (hooks.children ?? []) : [];
  return events.flatMap((property) => {
    const event = keyOf(property) ?? "";
    return elementsOf(property.children?.[1]).flatMap((group) => {
      const handlers = elementsOf(childOf(group, "hooks"));
      const own = handlers.flatMap((handler) => {
        const hook = ownHook(handler);
        return hook === undefined ? [] : [{ handler, hook }];
      });
      return own.map(({ handler, hook }) => ({ event, hook, handler, group, alone: handlers.length === 1 }));
    });
  });
}

function updated(text: string, file: string, own: Own, wanted: Group): string {
  const root = parseObject(text, file);
  const layout = layoutOf(text, root);
  return own.alone ? replace(text, layout, own.group, wanted) : replace(text, layout, own.handler, wanted.hooks[0]);
}

/** Adds one entry, and the object and the array that it needs. */
function added(text: string, file: string, { event, group }: Wired): string {
  const root = parseObject(text, file);
  const layout = layoutOf(text, root);
  const hooks = childOf(root, "hooks");
  if (hooks === undefined) return append(text, layout, root, "hooks", { [event]: [group] });
  if (hooks.type !== "object") throw notA("object", file, '"hooks"');
  const groups = childOf(hooks, event);
  if (groups === undefined) return append(text, layout, hooks, event, [group]);
  if (groups.type !== "array") throw notA("array", file, `"hooks.${event}"`);
  return append(text, layout, groups, undefined, group);
}

/** Takes one handler out, with everything around it that only it kept alive. */
function withoutOne(text: string, file: string, own: Own): string {
  const root = parseObject(text, file);
  const layout = layoutOf(text, root);
  // By place, not by name: a property may stand twice in a file.
  const within = (node: Node | undefined): Node | undefined =>
    node?.children?.find(({ offset, length }) => offset <= own.handler.offset && own.handler.offset < offset + length);
  const hooks = within(root);
  const events = within(hooks);
  const event = within(events);
  const groups = within(event);
  const group = within(groups);
  const handlers = within(within(group));
  const handler = within(handlers);
  if (hooks === undefined || events === undefined || event === undefined || groups === undefined) return text;
  if (group === undefined || handlers === undefined || handler === undefined) return text;
  if (!isOnly(handlers, handler)) return remove(text, layout, handlers, handler);
  if (!isOnly(groups, group) || isKept(text, groups, group)) return remove(text, layout, groups, group);
  if (!isOnly(events, event) || isKept(text, events, event)) return remove(text, layout, events, event);
  return remove(text, layout, root, hooks);
}

function isOnly(container: Node, child: Node): boolean {
  return container.children?.length === 1 && container.children[0] === child;
}

function isSame(own: Own, wanted: Group): boolean {
  if (!own.alone)
    return matcherOf(own) === wanted.matcher && Bun.deepEquals(getNodeValue(own.handler), wanted.hooks[0]);
  return Bun.deepEquals(getNodeValue(own.group), wanted);
}

function matcherOf(own: Own): string | undefined {
  return stringOf(childOf(own.group, "matcher"));
}

function isAsync(own: Own): boolean {
  const value: unknown = childOf(own.handler, "async")?.value;
  return value === true;
}
