/** Says of a configuration that cannot be used what is wrong and where. Loaded only when there is something to say. */
import { parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import { coordError, type CoordError } from "../domain/errors.ts";
import { lineColumn, type LineColumn } from "../domain/line-column.ts";
import { nearestWord } from "../domain/nearest-word.ts";
import { CONFIG_KEYS } from "../schema/config.ts";
import { pathWord } from "../domain/quote.ts";
import type { Spot } from "../schema/valid.ts";
import { MAX_CONFIG, VARIABLES } from "./config.ts";
import type { ConfigProblem } from "./config-layers.ts";

/** A CONFIG error. Its `data` says `file` and as far as known `line`, `column` and `key`; or `variable`. */
export function configError(problem: ConfigProblem): CoordError {
  switch (problem.kind) {
    case "unreadable": {
      const { file, errno } = problem;
      return coordError("CONFIG", `Cannot read "${file}": ${errno}`, {
        hint: "make it readable, or remove it",
        data: { file },
      });
    }
    case "bad-file":
      return badFile(problem);
    case "tracked": {
      const { file, text, key } = problem;
      const place = placeOf(text, { path: [key], isName: true });
      return coordError("CONFIG", `"${file}"${inWords(place)} is tracked by git and may not set "${key}"`, {
        hint: `set it in ~/.config/coord/config.json or as ${VARIABLES[key]}, or: git rm --cached ${pathWord(file)}`,
        data: { file, ...place, key },
      });
    }
    case "bad-variable": {
      const { variable, reason } = problem;
      return coordError("CONFIG", `Bad configuration in the environment variable ${variable}: ${reason}`, {
        hint: `correct it, or: unset ${variable}`,
        data: { variable },
      });
    }
    default:
      return problem satisfies never;
  }
}

function badFile({ file, text, reason, spot }: Extract<ConfigProblem, { kind: "bad-file" }>): CoordError {
  if (spot === undefined) return notJson(file, text, reason);
  const place = placeOf(text, spot);
  const [key] = spot.path;
  const isUnknown = reason.includes("is not a key of coord");
  const meant = isUnknown && typeof key === "string" ? nearestWord(key, CONFIG_KEYS) : undefined;
  const known = isUnknown ? `; the keys are ${CONFIG_KEYS.join(", ")}` : "";
  const question = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
  const correction =
    meant === undefined ? "correct or remove that key" : `write "${meant}" instead, or remove that key`;
  return coordError("CONFIG", `Bad configuration in "${file}"${inWords(place)}: ${reason}${question}${known}`, {
    hint: key === undefined ? "write one JSON object, such as {}" : correction,
    data: { file, ...place, ...(key === undefined ? {} : { key }) },
  });
}

function notJson(file: string, text: string, reason: string): CoordError {
  if (Buffer.byteLength(text) >= MAX_CONFIG) return whole(file, `larger than ${MAX_CONFIG / 1024} KB`);
  const first = reason === "not JSON" ? firstError(text) : undefined;
  if (first === undefined) return whole(file, reason);
  const place = lineColumn(text, first.offset);
  const what = SYNTAX[printParseErrorCode(first.error)] ?? "something else was expected here";
  return coordError("CONFIG", `Bad configuration in "${file}"${inWords(place)}: not JSON: ${what}`, {
    hint: `correct line ${place.line} of ${file}`,
    data: { file, ...place },
  });
}

/** What is nested deeply enough to exhaust the stack has no place that could be told. */
function firstError(text: string): ParseError | undefined {
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return errors[0];
}

function whole(file: string, reason: string): CoordError {
  return coordError("CONFIG", `Bad configuration in "${file}": ${reason}`, {
    hint: "write one JSON object, such as {}, or remove the file",
    data: { file },
  });
}

/** By the names that jsonc-parser gives its errors. */
const SYNTAX: Readonly<Record<string, string>> = {
  InvalidSymbol: "a word without double quotes",
  InvalidNumberFormat: "this is no number",
  PropertyNameExpected: 'a key in double quotes is missing here, or the "," before it is one too many',
  ValueExpected: 'a value is missing here, or the "," before it is one too many',
  ColonExpected: 'a ":" is missing before this',
  CommaExpected: 'a "," is missing before this',
  CloseBraceExpected: 'a "}" is missing here',
  CloseBracketExpected: 'a "]" is missing here',
  EndOfFileExpected: "nothing may follow the end of the object",
  InvalidCommentToken: "comments are not allowed",
  UnexpectedEndOfComment: "comments are not allowed",
  UnexpectedEndOfString: "a double quote is missing at the end of this text",
  UnexpectedEndOfNumber: "this number has no end",
  InvalidUnicode: "this \\u escape is not four hexadecimal digits",
  InvalidEscapeCharacter: "no such escape; a backslash itself is written twice",
  InvalidCharacter: "a control character, which JSON writes as an escape such as \\t",
};

function inWords(place: LineColumn | undefined): string {
  return place === undefined ? "" : `, line ${place.line}, column ${place.column}`;
}

function placeOf(text: string, { path, isName }: Spot): LineColumn | undefined {
  let property: Node | undefined;
  let node = parseTree(text);
  for (const step of path) {
    property = typeof step === "number" ? undefined : propertyOf(node, step);
    node = typeof step === "number" ? node?.children?.[step] : property?.children?.[1];
  }
  const found = isName ? (property?.children?.[0] ?? node) : node;
  return found === undefined ? undefined : lineColumn(text, found.offset);
}

/** Of several with one name the last, which is the one that counts for readers. */
function propertyOf(node: Node | undefined, name: string): Node | undefined {
  return node?.children?.findLast(({ children }) => {
    const key: unknown = children?.[0]?.value;
    return key === name;
  });
}
