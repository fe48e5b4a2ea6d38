/** Just enough of JSON Schema to hold a document against a published schema; refuses what it does not know. */
import * as v from "valibot";

interface Structure {
  readonly type?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly pattern?: string | undefined;
  readonly maxLength?: number | undefined;
  readonly items?: Structure | undefined;
  readonly properties?: Readonly<Record<string, Structure>> | undefined;
  readonly propertyNames?: Structure | undefined;
  readonly additionalProperties?: boolean | Structure | undefined;
  readonly required?: readonly string[] | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly examples?: readonly unknown[] | undefined;
  readonly $schema?: string | undefined;
}

const part = v.lazy(() => structureSchema);
export const structureSchema: v.GenericSchema<unknown, Structure> = v.strictObject({
  type: v.optional(v.picklist(["object", "array", "string", "boolean"])),
  enum: v.optional(v.array(v.unknown())),
  pattern: v.optional(v.string()),
  maxLength: v.optional(v.number()),
  items: v.optional(part),
  properties: v.optional(v.record(v.string(), part)),
  propertyNames: v.optional(part),
  additionalProperties: v.optional(v.union([v.boolean(), part])),
  required: v.optional(v.array(v.string())),
  title: v.optional(v.string()),
  description: v.optional(v.string()),
  default: v.optional(v.unknown()),
  examples: v.optional(v.array(v.unknown())),
  $schema: v.optional(v.string()),
});

export function fits(schema: Structure, value: unknown): boolean {
  if (schema.type !== undefined && schema.type !== typeOf(value)) return false;
  if (schema.enum !== undefined && !schema.enum.includes(value)) return false;
  if (typeof value === "string") {
    if (schema.maxLength !== undefined && value.length > schema.maxLength) return false;
    return schema.pattern === undefined || new RegExp(schema.pattern, "u").test(value);
  }
  if (Array.isArray(value)) return value.every((item) => schema.items === undefined || fits(schema.items, item));
  if (typeof value !== "object" || value === null) return true;
  const { properties = {}, propertyNames, additionalProperties = true, required = [] } = schema;
  if (required.some((name) => !Object.hasOwn(value, name))) return false;
  return Object.entries(value).every(([name, inner]) => {
    if (propertyNames !== undefined && !fits(propertyNames, name)) return false;
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (own !== undefined) return fits(own, inner);
    return typeof additionalProperties === "boolean" ? additionalProperties : fits(additionalProperties, inner);
  });
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
