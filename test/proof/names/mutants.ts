/** Broken variants, each made by wrapping one module: the names have to show what each of them does. */
import type { Replacement } from "./program.ts";

export const TYPED_KEYS: Replacement = {
  name: "a key made from the typed path instead of the real one",
  module: "platform/real-path.ts",
  text: (real) => `
    export { unfolded } from ${JSON.stringify(real)};
    export const realPath = (sys, path) => path;
  `,
};

export const FOLDED_TEXT: Replacement = {
  name: "a path whose .. is folded by its text",
  module: "platform/real-path.ts",
  text: (real) => `
    import { realPath as asItIs } from ${JSON.stringify(real)};
    import { normalize } from "node:path";
    export { unfolded } from ${JSON.stringify(real)};
    export const realPath = (sys, path, links) => asItIs(sys, normalize(path), links);
  `,
};

export const FOLDED_CASE: Replacement = {
  name: "a key made from the case-folded path",
  module: "platform/real-path.ts",
  text: (real) => `
    import { realPath as asItIs } from ${JSON.stringify(real)};
    export { unfolded } from ${JSON.stringify(real)};
    const fold = (path) => path.slice(0, path.lastIndexOf("/")) + path.slice(path.lastIndexOf("/")).toLowerCase();
    export const realPath = (sys, path, links) => {
      const found = asItIs(sys, path, links);
      return found === undefined ? undefined : fold(found);
    };
  `,
};

export const UNESCAPED: Replacement = {
  name: "text for a terminal that is not escaped",
  module: "domain/visible.ts",
  text: (real) => `
    export { escapeForJson } from ${JSON.stringify(real)};
    export const escapeForTerminal = (text) => text;
  `,
};
