import type { Remark } from "./finding.ts";
import type { Scene } from "./scene.ts";

/** One thing that the doctor looks at. What it throws becomes a finding. */
export interface Check {
  readonly name: string;
  /** True for one that has nothing to look at while there is no state folder that can be trusted. */
  readonly needsState: boolean;
  readonly look: (scene: Scene) => Promise<readonly Remark[]>;
}
