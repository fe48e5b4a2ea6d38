import type { Cases } from "./table.ts";

const ADD = "coord decisions add --category security --title Cookies --description HttpOnly --as ann";
const HOSTILE = String.raw`coord decisions add --category ui-pattern --title $'a\e[2Jb' --description $'two\nlines' --as ben`;
const NEWEST = `coord decisions list --limit 1 --json | grep -o 'DEC-[^"]*' | head -n 1`;

export const DECISIONS: Cases = {
  "decisions add": [
    ADD,
    `${ADD} --scope service --json`,
    `coord decisions add --category security --title New --description D --as ann --supersedes $(${NEWEST})`,
    "coord decisions add --category Security --title T --description D",
    "coord decisions add --category securty --title T --description D --as ann",
    "coord decisions add --category security --title T",
    "coord decisions add --category security --title T --description D --scope galaxy",
    "coord decisions add --category security --title T --description D --supersedes DEC-20260101-0001",
  ],
  "decisions list": [
    "coord decisions list",
    `${ADD} >../log; ${HOSTILE} >../log; coord decisions list`,
    `${ADD} --supersedes $(${NEWEST}) >../log; coord decisions list --limit 2`,
    "coord decisions list --in-force --limit 1",
    "coord decisions list --category security --json",
    "coord decisions list --since yesterday",
    "coord decisions list --limit none",
  ],
  "decisions query": [
    `${ADD} >../log; coord decisions query $(${NEWEST})`,
    `coord decisions query $(${NEWEST}) --json`,
    "coord decisions query DEC-20200101-0001",
    "coord decisions query DEC-20200101-0001 --json",
    "coord decisions query cookies",
    "coord decisions query",
  ],
  "decisions import": [
    `echo '{"decisions":[]}' >../empty.json; coord decisions import ../empty.json`,
    `${ADD} >../log; cp .claude/coordination/decision-log.json ../log.json; coord decisions import ../log.json`,
    "coord decisions import ../log.json --dry-run --json",
    "echo '[1]' >../broken.json; coord decisions import ../broken.json",
    "coord decisions import ../nowhere.json",
  ],
};
