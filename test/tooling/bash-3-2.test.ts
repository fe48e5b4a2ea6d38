/** Every shell file that ships must run in bash 3.2, which macOS will have for good. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { coord } from "../e2e/cli.ts";
import { layProject } from "../hooks/project.ts";
import { laterThanBash32 } from "./bash-3-2.ts";
import { TOP } from "./lint.ts";

const LATER = [
  "declare -A map",
  "local -A map=()",
  "declare -gr x=1",
  "local -n ref=$1",
  "typeset -u upper",
  "local -",
  "mapfile -t lines < file",
  "readarray lines",
  'echo "${x,,}"',
  'echo "${x^^}"',
  'echo "${x^}"',
  'echo "${a[0],,}"',
  'echo "${x@Q}"',
  'echo "${@@Q}"',
  "make |& tee log",
  "make &>> log",
  "a) echo 1 ;;&",
  "a) echo 1 ;&",
  "coproc cat",
  "printf '%(%s)T' -1",
  'printf "%(%F)T\\n"',
  "echo $'\\u2026'",
  'echo "${a[-1]}"',
  "a[-1]=x",
  'echo "${x:0:-1}"',
  "[[ -v name ]]",
  "[ ! -v name ]",
  "test -v name",
  "[[ -n $x && -v name ]]",
  "wait -n",
  "echo $EPOCHSECONDS",
  'echo "${EPOCHREALTIME}"',
  "kill $BASHPID",
  "exec {fd}<file",
  "echo {1..9..2}",
  "echo {01..10}",
  "shopt -s nullglob globstar",
  "shopt -s inherit_errexit",
  "read -N 1 key",
  "read -r -t 0.5 line",
  "x=$(case $y in a) echo;; esac)",
  'f "${args[@]}"',
];

for (const line of LATER) {
  test(`"${line}" is found out`, () => {
    expect(laterThanBash32(`true\n${line}\n`)).not.toEqual([]);
    expect(laterThanBash32(`true\n${line}\n`).every((found) => found.startsWith("2: "))).toBe(true);
  });
}

const FINE = [
  "# declare -A map; mapfile",
  "echo hi # coproc",
  "echo 'declare -A and ${x,,} and |&'",
  'local name=$1 id="${2:-}"',
  "local -r x=1",
  "export -f name",
  'set -- --as "$id" "$@"',
  'echo "${x:-a,b}" "${x#*-}" "${x%%-*}" "${#x}" "${x/a/b}" "${x:1:2}" "${x: -1}"',
  'f ${args[@]+"${args[@]}"}',
  "a || b && c &",
  "make > log 2>&1",
  "case $x in -v) f ;; esac",
  "read -r -t 5 line",
  "echo {1..9}",
  'printf "%s\\n" "$RANDOM" "${PIPESTATUS[0]}" "${BASH_SOURCE[0]}"',
  'x=$(f "$1")',
];

for (const line of FINE) {
  test(`"${line}" is let pass`, () => expect(laterThanBash32(line)).toEqual([]));
}

test("what signs the macOS binaries runs in bash 3.2", () => {
  expect(laterThanBash32(readFileSync(`${TOP}/scripts/release/sign-macos.sh`, "utf8"))).toEqual([]);
});

test("the functions run in bash 3.2: as they are written, laid down and printed", () => {
  using project = layProject();
  const written = [...new Bun.Glob("src/**/*.sh").scanSync(TOP)];
  expect(written).toEqual(["src/cli/dropin/coordination.sh"]);
  const laid = readFileSync(join(project.state, "lib/coordination.sh"), "utf8");
  const printed = coord(project, ["shell"]).out;
  for (const text of [...written.map((name) => readFileSync(join(TOP, name), "utf8")), laid, printed]) {
    expect(text.split("\n").length).toBeGreaterThan(50);
    expect(laterThanBash32(text)).toEqual([]);
  }
});
