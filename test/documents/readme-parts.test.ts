import { expect, test } from "bun:test";
import { blocksIn } from "./blocks.ts";
import { patternOf, shownIn } from "./readme.ts";

const DOCUMENT = `# T

\`coord status\` and \`--json\`; \`npm run smoke\` too. Not \`coordinate\`.

\`\`\`sh
npm start      # in a minute
coord in a block is a line of its script
\`\`\`

| command                                        | does         |
| ---------------------------------------------- | ------------ |
| \`coord lock acquire PATH\`, \`release\`, \`list\` | \`locks\`      |
| \`coord install\`, \`coord uninstall\`             | wires        |

| exit | \`when\` |
| ---- | ------ |
| 1    | \`x\`    |

A model reads \`Not written: a. To wait: coord lock wait a.ts --timeout 60s. See.\`
`;

test("shownIn() finds what can be typed, and what the table abbreviates", () => {
  expect(shownIn(DOCUMENT)).toEqual({
    blocks: [
      {
        script: "npm start      # in a minute\ncoord in a block is a line of its script\n",
        prints: undefined,
        code: 0,
      },
    ],
    commands: [
      "coord status",
      "coord lock acquire PATH",
      "coord install",
      "coord uninstall",
      "coord lock wait a.ts --timeout 60s",
      "coord lock release",
      "coord lock list",
    ],
    npm: ["npm run smoke", "npm start"],
  });
});

test("patternOf() takes times, IDs and … for what they stand for, and nothing else", () => {
  const pattern = patternOf('Held by claude-3f9c2ab81d04 (task "…") since 14:02. Ask claude-….');
  expect('Held by claude-000000000000 (task "Tidy (up)") since 09:59. Ask claude-0123456789ab.').toMatch(pattern);
  expect('Held by ann (task "x") since 09:59. Ask claude-0123456789ab.').not.toMatch(pattern);
  expect('Held by claude-000000000000 (task "x") since 09:59! Ask claude-0123456789ab.').not.toMatch(pattern);
});

test("blocksIn() finds what a block prints and how it ends, where the document says so", () => {
  const document =
    "```sh\nfalse    # exit code 1\n```\n\n```text\nno …\n```\n\n```sh\ntrue\n```\n\nText.\n\n```text\nx\n```\n";
  expect(blocksIn(document)).toEqual([
    { script: "false    # exit code 1\n", prints: "no …\n", code: 1 },
    { script: "true\n", prints: undefined, code: 0 },
  ]);
});
