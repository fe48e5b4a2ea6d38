import { parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import { coordError } from "../domain/errors.ts";
import { lineColumn } from "../domain/line-column.ts";

/**
 * Parses the text of a settings file into its root object; comments and trailing commas are allowed.
 * @throws CONFIG, naming file, line and column, when it is not JSON or not an object.
 */
export function parseObject(text: string, file: string): Node {
  const errors: ParseError[] = [];
  const root = treeOf(text, errors, file);
  const [error] = errors;
  if (error !== undefined) {
    const { line, column } = lineColumn(text, error.offset);
    const what = printParseErrorCode(error.error);
    throw coordError("CONFIG", `"${file}" is not valid JSON: ${what} at line ${line}, column ${column}`, {
      hint: `Correct line ${line} of ${file} and repeat the command; nothing was changed`,
      data: { file, line, column },
    });
  }
  if (root === undefined || root.type !== "object") throw notA("object", file, "it");
  return root;
}

function treeOf(text: string, errors: ParseError[], file: string): Node | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true });
  } catch (cause) {
    // The parser goes as deep as the text does.
    if (!(cause instanceof RangeError)) throw cause;
    throw coordError("CONFIG", `"${file}" is nested too deeply to be settings`, {
      hint: `Correct ${file} and repeat the command; nothing was changed`,
      data: { file },
      cause,
    });
  }
}

/** The error for a place in the file that holds something else than it has to. */
export function notA(type: "object" | "array", file: string, what: string): Error {
  return coordError("CONFIG", `"${file}" is not what Claude Code expects: ${what} is not an ${type}`, {
    hint: `Correct ${file} and repeat the command; nothing was changed`,
    data: { file },
  });
}

/** The property of an object node; of several with one name the last, which is the one that counts for readers. */
function propertyOf(node: Node, name: string): Node | undefined {
  return (node.type === "object" ? (node.children ?? []) : []).findLast((property) => keyOf(property) === name);
}

export function keyOf(property: Node): string | undefined {
  return stringOf(property.children?.[0]);
}

/** The value of a property of an object node. */
export function childOf(node: Node, name: string): Node | undefined {
  return propertyOf(node, name)?.children?.[1];
}

/** The elements of an array node. */
export function elementsOf(node: Node | undefined): readonly Node[] {
  return node?.type === "array" ? (node.children ?? []) : [];
}

export function stringOf(node: Node | undefined): string | undefined {
  const value: unknown = node?.type === "string" ? node.value : undefined;
  return typeof value === "string" ? value : undefined;
}
