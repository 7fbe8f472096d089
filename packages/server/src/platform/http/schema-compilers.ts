import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import buildSerializer from 'fast-json-stringify';
import type { FastifySchema, FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify';

type Validate = ReturnType<FastifySchemaCompiler<FastifySchema>>;
type Serialize = ReturnType<FastifySerializerCompiler<FastifySchema>>;

/**
 * Compiles what a route takes (JSON Schema) when the route is first asked. All at once would be the longest part of a
 * server's start, for schemas of which most are those of answers that are never given. Coerces, removes and adds nothing.
 */
export const compileValidator: FastifySchemaCompiler<FastifySchema> = ({ schema }) => {
  let compiled: ValidateFunction | undefined;
  const validate: Validate = (value: unknown) => {
    compiled ??= once(validators, schema, () => ajv().compile(schema));
    const isValid = compiled(value);
    // Ajv's own, which the framework's type narrows.
    validate.errors = (compiled.errors ?? null) as NonNullable<Validate['errors']> | null;
    return isValid;
  };
  return validate;
};

/** Compiles what a route answers with when it first answers so. Writes the fields that the schema lists, and no others. */
export const compileSerializer: FastifySerializerCompiler<FastifySchema> = ({ schema }) => {
  let compiled: Serialize | undefined;
  return (value: unknown) => {
    compiled ??= once(serializers, schema, () => buildSerializer(schema));
    return compiled(value);
  };
};

/** By the schema's text: several servers of one process, as tests have them, compile each schema once. */
const validators = new Map<string, ValidateFunction>();
const serializers = new Map<string, Serialize>();

function once<T>(compiled: Map<string, T>, schema: unknown, compile: () => T): T {
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const made = compile();
  compiled.set(text, made);
  return made;
}

let sharedAjv: Ajv | undefined;

function ajv(): Ajv {
  if (sharedAjv !== undefined) return sharedAjv;
  sharedAjv = new Ajv({
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    allErrors: true,
    strict: false,
  });
  addFormats.default(sharedAjv);
  return sharedAjv;
}
