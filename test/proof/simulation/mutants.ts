import type { App } from "../../../src/app/context.ts";
import type { Store } from "../../../src/store/store.ts";
import type { World } from "./world.ts";

/** A broken coord, made from the real one by wrapping what it is built on. */
export interface Mutant {
  readonly name: string;
  readonly store?: (store: Store, world: World) => Store;
  readonly app?: (app: App, world: World) => App;
}
