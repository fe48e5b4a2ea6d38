/** The texts in a TypeScript source, as the compiler's own scanner sees them. Pure. */
import { createScanner } from "typescript/unstable/ast/scanner";
import { LanguageVariant, SyntaxKind } from "typescript/unstable/ast";

export interface Literal {
  /** `…` where a template has a `${…}`; a text that is added to another by `+` goes on with it. */
  readonly text: string;
  readonly line: number;
  /** The key that it is the value of, as in `description: "…"`, and the keys and calls around that; innermost last. */
  readonly within: readonly string[];
}

/** What a slash after which is a division; after everything else it begins a regular expression. */
const ENDS_AN_EXPRESSION: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.Identifier,
  SyntaxKind.NumericLiteral,
  SyntaxKind.StringLiteral,
  SyntaxKind.CloseParenToken,
  SyntaxKind.CloseBracketToken,
  SyntaxKind.CloseBraceToken,
  SyntaxKind.TemplateTail,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.RegularExpressionLiteral,
]);

interface Open {
  /** The function that is called, the key or the variable whose value this is part of; "" for none. */
  readonly name: string;
  /** The parts of a template so far, when this is its `${`. */
  readonly parts?: readonly string[];
  /** Where that template begins. */
  readonly start?: number;
}

export function literalsIn(source: string): readonly Literal[] {
  const scanner = createScanner(true, LanguageVariant.Standard, source);
  const found: Literal[] = [];
  const open: Open[] = [];
  let before = SyntaxKind.Unknown;
  let key = "";
  let name = "";
  let isJoined = false;
  const add = (text: string, start: number): void => {
    const last = isJoined ? found.pop() : undefined;
    const within = [...open.map((one) => one.name), key].filter((one) => one !== "");
    found.push(
      last === undefined
        ? { text, line: source.slice(0, start).split("\n").length, within }
        : { ...last, text: last.text + text },
    );
  };
  for (let token = scanner.scan(); token !== SyntaxKind.EndOfFile; token = scanner.scan()) {
    if ((token === SyntaxKind.SlashToken || token === SyntaxKind.SlashEqualsToken) && !ENDS_AN_EXPRESSION.has(before)) {
      token = scanner.reScanSlashToken();
    }
    const top = open.at(-1);
    if (token === SyntaxKind.CloseBraceToken && top?.parts !== undefined) {
      token = scanner.reScanTemplateToken(false);
      const parts = [...top.parts, scanner.getTokenValue()];
      open.pop();
      if (token === SyntaxKind.TemplateTail) add(parts.join("…"), top.start ?? 0);
      else open.push({ ...top, parts });
    } else {
      switch (token) {
        case SyntaxKind.StringLiteral:
        case SyntaxKind.NoSubstitutionTemplateLiteral:
          add(scanner.getTokenValue(), scanner.getTokenStart());
          break;
        case SyntaxKind.TemplateHead:
          open.push({ name: "", parts: [scanner.getTokenValue()], start: scanner.getTokenStart() });
          break;
        case SyntaxKind.OpenParenToken:
          open.push({ name: before === SyntaxKind.Identifier ? name : key });
          key = "";
          break;
        case SyntaxKind.OpenBraceToken:
        case SyntaxKind.OpenBracketToken:
          open.push({ name: key });
          key = "";
          break;
        case SyntaxKind.CloseParenToken:
        case SyntaxKind.CloseBraceToken:
        case SyntaxKind.CloseBracketToken:
          open.pop();
          key = "";
          break;
        case SyntaxKind.ColonToken:
        case SyntaxKind.EqualsToken:
          if (before === SyntaxKind.Identifier) key = name;
          break;
        case SyntaxKind.CommaToken:
        case SyntaxKind.SemicolonToken:
          key = "";
          break;
        default:
          break;
      }
    }
    if (token === SyntaxKind.Identifier || token > SyntaxKind.LastReservedWord) name = scanner.getTokenValue();
    if (token !== SyntaxKind.StringLiteral && token !== SyntaxKind.NoSubstitutionTemplateLiteral)
      isJoined =
        token === SyntaxKind.PlusToken &&
        (before === SyntaxKind.StringLiteral ||
          before === SyntaxKind.TemplateTail ||
          before === SyntaxKind.NoSubstitutionTemplateLiteral);
    before = token;
  }
  return found;
}
