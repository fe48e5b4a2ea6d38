import { applyEdits, createScanner, type Edit, type Node } from "jsonc-parser";

/**
 * Insertion and removal in JSON text such that removing what was inserted gives back the very same bytes, whatever the
 * file's style. jsonc-parser's own `modify` does not: it reformats the lines that it touches and takes comments along
 * with what it removes. Its parser, scanner and `applyEdits` are used all the same.
 *
 * The rules. An addition goes to the end of its object or array, and everything of it stands between the last thing
 * there (a comment on that line included) and the addition's own end. A removal takes the white space before the
 * addition and the comma that came with it. Where an addition was the first content, the closing line is the addition's.
 * One trace is left: a space after an addition to an object or array that was there before, but empty. It tells
 * `isKept`, and so uninstall, that the empty thing is its owner's.
 */

// `const enum`s of jsonc-parser cannot be imported with isolated modules: these are its values.
const COMMA = 5;
const LINE_COMMENT = 12;
const BLOCK_COMMENT = 13;
const TRIVIA = 15;
const EOF = 17;

interface Token {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
}

/** How a file is written. */
export interface Layout {
  readonly indent: string;
  readonly eol: string;
}

export function layoutOf(text: string, root: Node): Layout {
  const [first] = root.children ?? [];
  const indent = first === undefined ? "" : (ownLineIndent(text, first.offset) ?? "");
  return { indent: indent === "" ? "  " : indent, eol: /\r?\n/.exec(text)?.[0] ?? "\n" };
}

/** The text with `value` added at the end of an array, or of an object under `key`. */
export function append(text: string, layout: Layout, container: Node, key: string | undefined, value: unknown): string {
  const last = container.children?.at(-1);
  const inside = tokens(text, container.offset + 1, container.offset + container.length - 1);
  if (last === undefined) return appendFirst(text, layout, container, inside, key, value);
  const tail = inside.filter((token) => token.start >= end(last));
  const comma = tail.find((token) => token.kind === COMMA);
  const at = endOfLineThings(tail, comma?.end ?? end(last));
  const indent = ownLineIndent(text, last.offset);
  // Never into a comment that reaches to the end of its line.
  const onNewLine = indent !== undefined || tail.some((token) => token.kind === LINE_COMMENT && token.end === at);
  const body = (onNewLine ? layout.eol + (indent ?? "") : " ") + render(layout, indent, key, value);
  // A file with a trailing comma gets one after the addition too, and keeps its own.
  if (comma !== undefined) return applyEdits(text, [insert(at, `${body},`)]);
  return applyEdits(text, at === end(last) ? [insert(at, `,${body}`)] : [insert(end(last), ","), insert(at, body)]);
}

/** The text with a node replaced by `value`, in the place and on the indentation of the old one. */
export function replace(text: string, layout: Layout, node: Node, value: unknown): string {
  const indent = isMultiline(text, node) ? lineIndent(text, node.offset) : undefined;
  const content = render(layout, indent, undefined, value);
  return applyEdits(text, [{ offset: node.offset, length: node.length, content }]);
}

/** The text without one element or property of `container`. */
export function remove(text: string, layout: Layout, container: Node, child: Node): string {
  const inside = tokens(text, container.offset + 1, container.offset + container.length - 1);
  const from = startOfSpace(text, child.offset);
  const next = inside.find((token) => token.start >= end(child) && token.kind === COMMA);
  if (next !== undefined) {
    const hugsBracket = from === child.offset && from === container.offset + 1;
    return cut(text, [[from, hugsBracket ? skipBlanks(text, next.end) : next.end]]);
  }
  const previous = inside.findLast((token) => token.kind === COMMA && token.end <= child.offset);
  if (previous !== undefined) {
    return cut(text, [
      [previous.start, previous.end],
      [from, end(child)],
    ]);
  }
  const after = text.slice(end(child), container.offset + container.length - 1);
  const closing = hasComments(inside) ? "" : closingOf(text, layout, child, after);
  return cut(text, [[from, end(child) + closing.length]]);
}

/** True for an object or array that has to stay when `child`, its only content, goes: it was there, empty, before. */
export function isKept(text: string, container: Node, child: Node): boolean {
  const inside = tokens(text, container.offset + 1, container.offset + container.length - 1);
  return hasComments(inside) || text[end(child)] === " ";
}

function appendFirst(
  text: string,
  layout: Layout,
  container: Node,
  inside: readonly Token[],
  key: string | undefined,
  value: unknown,
): string {
  const outer = container.parent === undefined ? "" : lineIndent(text, container.offset);
  const isInline = container.parent !== undefined && !isMultiline(text, rootOf(container));
  const comment = inside.findLast(isComment);
  if (comment !== undefined) {
    const indent = outer + layout.indent;
    return applyEdits(text, [insert(comment.end, layout.eol + indent + render(layout, indent, key, value))]);
  }
  const at = container.offset + 1;
  if (isInline) return applyEdits(text, [insert(at, `${render(layout, undefined, key, value)} `)]);
  const indent = outer + layout.indent;
  const trace = container.parent === undefined ? "" : " ";
  const body = layout.eol + indent + render(layout, indent, key, value) + trace + layout.eol + outer;
  return applyEdits(text, [insert(at, body)]);
}

/**
 * What `appendFirst` put behind its addition. The line that closes is as far in as the addition's first line, less one
 * step; the line on which the container opens may have changed since.
 */
function closingOf(text: string, layout: Layout, child: Node, after: string): string {
  const inner = ownLineIndent(text, child.offset) ?? "";
  const outer = inner.endsWith(layout.indent) ? inner.slice(0, -layout.indent.length) : inner;
  const closings = [` ${layout.eol}${outer}`, layout.eol + outer, " "];
  return closings.find((closing) => after.startsWith(closing)) ?? "";
}

function rootOf(node: Node): Node {
  return node.parent === undefined ? node : rootOf(node.parent);
}

function isMultiline(text: string, node: Node): boolean {
  return text.slice(node.offset, end(node)).includes("\n");
}

/** JSON on one line without `indent`, else as `JSON.stringify` lays it out, which is how Claude Code writes its files. */
function render(layout: Layout, indent: string | undefined, key: string | undefined, value: unknown): string {
  const name = key === undefined ? "" : `${JSON.stringify(key)}: `;
  if (indent === undefined) return name + JSON.stringify(value);
  return name + JSON.stringify(value, null, layout.indent).replaceAll("\n", layout.eol + indent);
}

/** Where the comments end that stand behind `from` on its line: they speak about what is before them. */
function endOfLineThings(tail: readonly Token[], from: number): number {
  let at = from;
  for (const token of tail) {
    if (token.start < from || token.kind === TRIVIA) continue;
    if (!isComment(token)) break;
    at = token.end;
  }
  return at;
}

function tokens(text: string, from: number, to: number): readonly Token[] {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  const found: Token[] = [];
  let depth = 0;
  for (let kind: number = scanner.scan(); kind !== EOF; kind = scanner.scan()) {
    const start = scanner.getTokenOffset();
    if (start >= to) break;
    // 1 and 3 open, 2 and 4 close: what lies deeper is no business of this container.
    if (kind === 2 || kind === 4) depth--;
    if (depth === 0) found.push({ kind, start, end: start + scanner.getTokenLength() });
    if (kind === 1 || kind === 3) depth++;
  }
  return found;
}

function hasComments(inside: readonly Token[]): boolean {
  return inside.some(isComment);
}

function isComment(token: Token): boolean {
  return token.kind === LINE_COMMENT || token.kind === BLOCK_COMMENT;
}

/** The white space that a line starts with, when nothing but it stands before `offset`; else undefined. */
function ownLineIndent(text: string, offset: number): string | undefined {
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[ \t]*$/.test(before) && text.lastIndexOf("\n", offset - 1) >= 0 ? before : undefined;
}

function lineIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))?.[0] ?? "";
}

function startOfSpace(text: string, offset: number): number {
  return text.slice(0, offset).replace(/[ \t\r\n]+$/, "").length;
}

function skipBlanks(text: string, offset: number): number {
  return offset + (/^[ \t]*/.exec(text.slice(offset))?.[0].length ?? 0);
}

function cut(text: string, ranges: readonly (readonly [from: number, to: number])[]): string {
  return applyEdits(
    text,
    ranges.map(([from, to]) => ({ offset: from, length: to - from, content: "" })),
  );
}

function insert(offset: number, content: string): Edit {
  return { offset, length: 0, content };
}

function end(node: Node): number {
  return node.offset + node.length;
}
