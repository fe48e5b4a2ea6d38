import { describe, expect, test } from "bun:test";
import { normalise } from "./normalise.ts";

const HASH = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const table: readonly (readonly [text: string, stable: string])[] = [
  ['{"lock_id":"c8c14296e963-6fdf-2241","fence":12}', '{"lock_id":"<lock-id>","fence":12}'],
  ['{"pid":4711,"age_ms":0,"expires_in_ms":299987.5}', '{"pid":<number>,"age_ms":<number>,"expires_in_ms":<number>}'],
  ['{"pid":null}', '{"pid":null}'],
  ["Expires: 2026-01-08T12:45:53Z", "Expires: <time>"],
  ["since 14:02, until 14:07 unless", "since <clock>, until <clock> unless"],
  [`"file_hash":"${HASH}"`, '"file_hash":"<sha1>"'],
  [`"file_hash":"${"0".repeat(40)}"`, `"file_hash":"${"0".repeat(40)}"`],
  ["Locked By: cli-ann.b-4711-123456", "Locked By: <shell>"],
  ["coord 0.1.0: keeps agents", "coord <version>: keeps agents"],
  ['{"version":"0.1.0-rc.1"}', '{"version":"<version>"}'],
  ["Decision logged: DEC-20260108-0001-a1b2c3", "Decision logged: <decision>"],
  ["query DEC-20260108-0001", "query DEC-<day>-0001"],
  ["    Age: 4m 12s\n    Expires", "    Age: <span>\n    Expires"],
  ["Made: /tmp/x/project/.claude", "Made: <project>/.claude"],
  ["in /tmp/x/home", "in <root>/home"],
  // What is the same everywhere stays.
  ["Role: backend-engineer", "Role: backend-engineer"],
  ["exit code 10, waits 60s, 2 locks, claude-3f9c2ab81d04", "exit code 10, waits 60s, 2 locks, claude-3f9c2ab81d04"],
];

describe("normalise()", () => {
  const places = new Map([
    ["/tmp/x/project", "<project>"],
    ["/tmp/x", "<root>"],
  ]);
  for (const [text, stable] of table) {
    test(text, () => {
      expect(normalise(text, places)).toBe(stable);
      expect(normalise(stable, places)).toBe(stable);
    });
  }
});
