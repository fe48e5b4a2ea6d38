/** In logs of decisions that another program wrote. */
import { join } from "node:path";
import { file, type PlaceOfText } from "./place.ts";

export const LOGS: readonly PlaceOfText[] = [
  {
    name: "a log to import",
    plant: ({ project }, text) => {
      const entry = {
        title: text,
        category: text,
        description: text,
        decision_id: text,
        timestamp: text,
        status: text,
      };
      return file(
        project.path("old-log.json"),
        JSON.stringify({ decisions: [entry, { title: 1, [text]: text }, text] }),
      );
    },
  },
  {
    name: "a log of the bash edition",
    plant: ({ project }, text) => {
      const entry = {
        title: text,
        category: text,
        made_by: { instance_id: text, agent_role: text },
        decision_id: text,
      };
      return file(join(project.state, "decision-log.json"), JSON.stringify({ decisions: [entry, { title: 1 }] }));
    },
  },
];
