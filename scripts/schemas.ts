/**
 * Generates schemas/*.schema.json from the valibot schemas of everything that coord keeps on disk (`diskSchemas` of
 * src/schema/index.ts), so that the published formats are those that each read is checked against.
 *
 *   npm run schemas               writes what differs, removes what has no schema any more
 *   npm run schemas -- --check    changes nothing; exits 1 and names the files that differ
 *   --from FILE --out FOLDER      other schemas, another folder (the tests')
 *
 * A schema that JSON Schema cannot express (`date`, `map`, `transform`, `check`) makes the generator fail: what lies on
 * disk keeps to what other programs can check too.
 */
import { toJsonSchema } from "@valibot/to-json-schema";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { compiledSchemas } from "../src/schema/index.ts";
import { compileSchemas } from "./compile-schemas.ts";

const TOP = resolve(import.meta.dir, "..");
const SUFFIX = ".schema.json";

const isSchema = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "schema" && "~run" in value;

/** What a module of schemas must export. The names become file names. */
const ModuleSchema = v.object({
  diskSchemas: v.record(
    v.pipe(v.string(), v.regex(/^[\w-]+$/)),
    v.custom<v.GenericSchema>(isSchema, "Expected a valibot schema"),
  ),
});

interface Options {
  readonly from: string;
  readonly out: string;
  readonly check: boolean;
  /** Where the compiled checks go; not for other schemas than the project's own. */
  readonly compiled: string | undefined;
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      check: { type: "boolean", default: false },
      from: { type: "string", default: join(TOP, "src", "schema", "index.ts") },
      out: { type: "string", default: join(TOP, "schemas") },
    },
  });
  const own = join(TOP, "src", "schema");
  const compiled = resolve(values.from) === join(own, "index.ts") ? join(own, "compiled.ts") : undefined;
  return { from: resolve(values.from), out: resolve(values.out), check: values.check, compiled };
}

async function loadSchemas(from: string): Promise<Readonly<Record<string, v.GenericSchema>>> {
  // oxlint-disable-next-line import/no-dynamic-require -- the file is an argument, so that tests can bring their own
  const loaded: unknown = await import(pathToFileURL(from).href);
  const parsed = v.safeParse(ModuleSchema, loaded);
  if (parsed.success) return parsed.output.diskSchemas;
  const [issue] = parsed.issues;
  throw new Error(`Cannot use ${relative(TOP, from)}: ${v.getDotPath(issue) ?? "its exports"}: ${issue.message}`);
}

function generate(name: string, schema: v.GenericSchema): string {
  try {
    // A brand exists in types only; everything else that has no counterpart must throw.
    const json = toJsonSchema(schema, { target: "draft-2020-12", typeMode: "input", ignoreActions: ["brand"] });
    return `${JSON.stringify(json, null, 2)}\n`;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot express the schema "${name}" as JSON Schema: ${reason}`, { cause });
  }
}

/** The generated files that are in the folder now: name to content. */
function readFolder(out: string): Map<string, string> {
  if (!existsSync(out)) return new Map();
  const names = readdirSync(out).filter((name) => name.endsWith(SUFFIX));
  return new Map(names.map((name) => [name, readFileSync(join(out, name), "utf8")]));
}

async function main(args: string[]): Promise<number> {
  const { from, out, check, compiled } = readOptions(args);
  const schemas = Object.entries(await loadSchemas(from));
  const wanted = new Map(schemas.map(([name, schema]) => [`${name}${SUFFIX}`, generate(name, schema)]));
  const found = readFolder(out);
  const surplus = [...found.keys()].filter((name) => !wanted.has(name));
  const differing = [...wanted.keys()].filter((name) => found.get(name) !== wanted.get(name));

  const checks = compiled === undefined ? undefined : compileSchemas(compiledSchemas);
  const isStale = compiled !== undefined && (!existsSync(compiled) || readFileSync(compiled, "utf8") !== checks);

  if (!check) {
    if (compiled !== undefined && checks !== undefined && isStale) writeFileSync(compiled, checks);
    mkdirSync(out, { recursive: true });
    for (const name of surplus) rmSync(join(out, name));
    for (const name of differing) writeFileSync(join(out, name), wanted.get(name) ?? "");
    process.stdout.write(`schemas: ${wanted.size} schemas, ${differing.length} written, ${surplus.length} removed\n`);
    return 0;
  }
  if (surplus.length + differing.length === 0 && !isStale) return 0;
  if (isStale) process.stderr.write("schemas: src/schema/compiled.ts differs from the valibot schemas\n");
  const why = (name: string): string => (found.has(name) ? "differs from its valibot schema" : "is missing");
  for (const name of differing) process.stderr.write(`schemas: ${join(relative(TOP, out), name)} ${why(name)}\n`);
  for (const name of surplus)
    process.stderr.write(`schemas: ${join(relative(TOP, out), name)} has no valibot schema\n`);
  process.stderr.write("schemas: to write them anew, type: npm run schemas\n");
  return 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`schemas: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
