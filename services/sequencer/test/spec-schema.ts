import { existsSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

const folder = new URL('../../../../shared/spec/starknet-0.10.2/', import.meta.url);

interface Method {
  name: string;
  /** Absent for a notification, whose parameters say what it carries. */
  result?: { schema: unknown };
  params: Array<{ name: string; schema: unknown }>;
}
interface Document {
  methods?: Method[];
  components: { schemas: Record<string, unknown> };
}

interface CellRef {
  properties: { offset: { type: string } };
}
interface Immediate {
  properties: { Immediate: unknown };
}

const FILES = [
  'api_openrpc',
  'executables',
  'metadata',
  'trace_api_openrpc',
  'write_api',
  'ws_api',
];

/**
 * The documents use OpenRPC's leniencies, which JSON schema does not know:
 * - `oneOf` over alternatives that include each other (a pre-confirmed block is a block with less),
 * - a component that wraps its schema in a member `schema`,
 * - a cell's offset from `ap` or `fp`, which the document wants to be positive (it never is at `ap - 1`),
 * - an immediate operand of a hint, which compilers write with a minus when it is negative,
 * - `required: "name"` for a list of one, and references across files by their names.
 */
function adapt(value: unknown, file: string): unknown {
  if (Array.isArray(value)) return value.map((each) => adapt(each, file));
  if (typeof value !== 'object' || value === null) return value;
  const source = value as Record<string, unknown>;
  if (typeof source.schema === 'object' && source.type === undefined)
    return adapt(source.schema, file);
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(source)) {
    if (key === 'description' || key === 'summary' || key === 'name') {
      if (typeof member === 'string') continue;
      result[key] = adapt(member, file);
    } else if (key === 'oneOf') result.anyOf = adapt(member, file);
    else if (key === 'required' && typeof member === 'string') result.required = [member];
    else if (key === 'required' && typeof member === 'boolean') continue;
    else if (key === '$ref' && typeof member === 'string')
      result.$ref = member.startsWith('#') ? `${file}${member}` : reference(member);
    else result[key] = adapt(member, file);
  }
  return result;
}

/** `./api/x.json#/components/schemas/Y` and the like, by the name of the file. */
function reference(text: string): string {
  const [path = '', pointer = ''] = text.split('#');
  return `${path.replace(/^.*\//, '')}#${pointer}`;
}

/** Validators of results by method, of notifications' results by theirs; undefined when the specification is not at hand. */
export function loadSpec(): ReadonlyMap<string, ValidateFunction> | undefined {
  if (!existsSync(folder)) return undefined;
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false });
  const results = new Map<string, ValidateFunction>();
  const methods: Array<[string, unknown]> = [];
  for (const name of FILES) {
    const file = `starknet_${name}.json`;
    const document = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Document;
    const { components } = document;
    const schemas = adapt(components.schemas, file) as {
      CellRef?: CellRef;
      Immediate?: Immediate;
    };
    if (schemas.CellRef !== undefined) schemas.CellRef.properties.offset = { type: 'integer' };
    if (schemas.Immediate !== undefined)
      schemas.Immediate.properties.Immediate = { type: 'string', pattern: '^-?0x[a-fA-F0-9]+$' };
    ajv.addSchema({ $id: file, components: { schemas } });
    for (const method of document.methods ?? [])
      methods.push([method.name, adapt(resultOf(method), file)]);
  }
  for (const [name, schema] of methods) results.set(name, ajv.compile(schema as object));
  return results;
}

function resultOf({ name, result, params }: Method): unknown {
  const notified = params.find((param) => param.name === 'result');
  const schema = result?.schema ?? notified?.schema;
  if (schema === undefined) throw new TypeError(`${name} has no result`);
  return schema;
}
