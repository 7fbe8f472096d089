import type { Issue } from '@microapp/contract';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { LRUCache } from 'lru-cache';
import { issuesOf } from './input-issues.ts';
import { nestingOf } from './json-text.ts';

/**
 * The JSON Schema of a tool's inputs: is it fit for use, and do inputs follow it. Each schema has an Ajv of its own:
 * one that is shared would keep every `$id` it ever saw and let one owner's schema refer to another's.
 */
export type InputsSchemas = {
  /** Paths are relative to the schema: empty for all of it. */
  problemsOf(schemaText: string): Issue[];
  /** Throws if the schema does not compile, which publishing has ruled out. */
  validate(schemaText: string, inputsText: string): Issue[];
};

const draft = 'https://json-schema.org/draft/2020-12/schema';
const cachedSchemasMax = 200;
const cachedSchemaCharsMax = 2_000_000;
/** Larger inputs are told their first problem only: a list of a million wrong entries would fill the worker. */
const thoroughInputCharsMax = 262_144;

/** Far deeper than any form, and far less than it takes to exhaust the stack of whoever walks through inputs. */
const inputsNestingMax = 1_000;

/** Not strict: owners annotate their schemas for their own forms, and unknown keywords are allowed by the standard. */
const ajvOptions = { strict: false, logger: false, validateSchema: false, meta: false, ownProperties: true } as const;

type Validators = { first: () => ValidateFunction; all: () => ValidateFunction };

export function createInputsSchemas(): InputsSchemas {
  const metaAjv = new Ajv2020({ allErrors: true, strict: false, logger: false });
  const cache = new LRUCache<string, Validators>({
    max: cachedSchemasMax,
    maxSize: cachedSchemaCharsMax,
    sizeCalculation: (_, text) => text.length,
  });

  function validatorsFor(schemaText: string): Validators {
    const known = cache.get(schemaText);
    if (known !== undefined) return known;
    const validators = { first: compiledOnce(schemaText, false), all: compiledOnce(schemaText, true) };
    cache.set(schemaText, validators);
    return validators;
  }

  function problemsOf(schemaText: string): Issue[] {
    const schema = JSON.parse(schemaText) as Record<string, unknown>;
    if (schema['$schema'] !== undefined && schema['$schema'] !== draft) {
      return [{ path: '.$schema', message: `must be ${draft}, or be left out` }];
    }
    const issues: Issue[] = [];
    if (schema['type'] !== 'object') {
      issues.push({
        path: '.type',
        message: 'must be "object": inputs are always an object of named fields',
      });
    }
    // Asynchronous schemas are a dialect of Ajv's own, and off.
    void metaAjv.validateSchema(schema);
    issues.push(...issuesOf('', metaAjv.errors ?? []));
    if (issues.length > 0) return issues;
    const problem = problemOfCompiling(schemaText);
    return problem === undefined ? [] : [{ path: '', message: problem }];
  }

  function problemOfCompiling(schemaText: string): string | undefined {
    try {
      validatorsFor(schemaText).all();
      return undefined;
    } catch (error) {
      if (error instanceof Ajv2020.MissingRefError) {
        return `refers to "${error.missingRef}", which is not in this schema; refer to "#/$defs/…" instead`;
      }
      return `cannot be used: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  function validate(schemaText: string, inputsText: string): Issue[] {
    if (nestingOf(inputsText) > inputsNestingMax) return [{ path: 'inputs', message: 'is nested too deeply' }];
    const inputs: unknown = JSON.parse(inputsText);
    // Printed again it would be null, and what a step makes of it is up to its interpreter.
    if (hasInfinity(inputs)) return [{ path: 'inputs', message: 'has a number that is too large' }];
    const validators = validatorsFor(schemaText);
    const check = inputsText.length > thoroughInputCharsMax ? validators.first() : validators.all();
    if (check(inputs)) return [];
    return issuesOf('inputs', check.errors ?? []);
  }

  return { problemsOf, validate };
}

/** Of what was nested no deeper than inputs may be. */
function hasInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInfinity);
}

function compiledOnce(schemaText: string, allErrors: boolean): () => ValidateFunction {
  let compiled: ValidateFunction | undefined;
  return () => {
    if (compiled !== undefined) return compiled;
    const ajv = new Ajv2020({ ...ajvOptions, allErrors });
    // With `formatMinimum` and its like: a form that holds to a date's limits is no proof that inputs do.
    addFormats.default(ajv, { keywords: true });
    compiled = ajv.compile(JSON.parse(schemaText) as Record<string, unknown>);
    return compiled;
  };
}
