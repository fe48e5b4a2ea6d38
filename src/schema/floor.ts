import * as v from "valibot";
import { fence, text } from "./parts.ts";

/** `floor.json`: fences of new ledgers start above this. */
export const floorSchema = v.looseObject({ schema_version: text, fence_floor: fence });
