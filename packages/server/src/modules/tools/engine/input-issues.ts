import type { Issue } from '@microapp/contract';
import type { ErrorObject } from 'ajv';

/** More than this helps nobody and costs an answer its size. */
const issuesMax = 100;
/** Of a path and of a sentence. Each may quote a key of a visitor's or a pattern of the owner's, and a hundred may do so. */
const partCharsMax = 1_000;

/**
 * Ajv's errors as sentences for people, in the order found, without repetitions, at most a hundred. A path is dotted
 * from `root`: `inputs.address.street`, `inputs.rows[2]`, and `inputs["odd key"]` where a key is not a plain name.
 * Of a failed `anyOf` or `oneOf` only what helps is kept: a branch that the value was never meant for says nothing.
 */
export function issuesOf(root: string, errors: readonly ErrorObject[]): Issue[] {
  const told = errors.filter((error) => !isNoise(error, errors));
  const issues = new Map<string, Issue>();
  for (const error of told) {
    const issue: Issue = {
      path: shortened(pathOf(root, error)),
      message: shortened(sentenceOf(error)),
      ...ruleOf(error),
    };
    issues.set(`${issue.path} ${issue.message}`, issue);
    if (issues.size === issuesMax) break;
  }
  return [...issues.values()];
}

function shortened(part: string): string {
  return part.length > partCharsMax ? `${part.slice(0, partCharsMax)}…` : part;
}

const summaries = new Set(['anyOf', 'oneOf', 'if', '$ref', '$dynamicRef']);

function isNoise(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  if (isOtherBranch(error)) return true;
  if (!summaries.has(error.keyword)) return false;
  return all.some(
    (other) =>
      !summaries.has(other.keyword) && !isOtherBranch(other) && other.instancePath.startsWith(error.instancePath),
  );
}

function isOtherBranch(error: ErrorObject): boolean {
  return error.keyword === 'type' && /\/(anyOf|oneOf)\/\d+\//.test(error.schemaPath);
}

function pathOf(root: string, error: ErrorObject): string {
  const keys = error.instancePath.split('/').slice(1).map(unescapePointer);
  const named = namedProperty(error);
  return (named === undefined ? keys : [...keys, named]).reduce((path, key) => path + step(key), root);
}

/** The property that is meant, where Ajv points at the object around it. */
function namedProperty(error: ErrorObject): string | undefined {
  const { missingProperty, additionalProperty, unevaluatedProperty, propertyName } = error.params as Record<
    string,
    unknown
  >;
  const name = missingProperty ?? additionalProperty ?? unevaluatedProperty ?? propertyName;
  return typeof name === 'string' ? name : undefined;
}

function unescapePointer(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function step(key: string): string {
  if (/^\d+$/.test(key)) return `[${key}]`;
  if (/^[A-Za-z_$][\w$]*$/.test(key)) return `.${key}`;
  return `[${JSON.stringify(key)}]`;
}

/** The same for a machine, which says it in the visitor's language. */
function ruleOf({ keyword, params }: ErrorObject): Pick<Issue, 'rule' | 'limit'> {
  const { limit, multipleOf, type, format, allowedValues } = params as Record<string, unknown>;
  const asked = limit ?? multipleOf ?? format ?? type ?? allowedValues;
  if (typeof asked === 'number' || typeof asked === 'string') return { rule: keyword, limit: asked };
  if (Array.isArray(asked)) return { rule: keyword, limit: asked.slice(0, allowedShownMax).map(textOf) };
  return { rule: keyword };
}

const allowedShownMax = 50;

const formatSentences: Record<string, string> = {
  date: 'must be a date such as 2026-01-31',
  time: 'must be a time such as 13:45:00Z',
  'date-time': 'must be a date and time such as 2026-01-31T13:45:00Z',
  email: 'must be an e-mail address',
  uri: 'must be a web address such as https://example.com',
  url: 'must be a web address such as https://example.com',
  uuid: 'must be a UUID',
};

const typeNames: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'empty',
  number: 'a number',
  object: 'an object',
  string: 'text',
};

function sentenceOf(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  const limit = Number(params['limit']);
  switch (error.keyword) {
    case 'required':
    case 'dependentRequired':
      return 'is required';
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not a known field';
    case 'propertyNames':
      return 'is not a valid name for a field';
    case 'false schema':
      return 'is not allowed';
    case 'type':
      return `must be ${typesNamed(params['type'])}`;
    case 'minimum':
      return `must be at least ${limit}`;
    case 'exclusiveMinimum':
      return `must be greater than ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    case 'exclusiveMaximum':
      return `must be less than ${limit}`;
    case 'multipleOf':
      return `must be a multiple of ${String(params['multipleOf'])}`;
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`;
    case 'maxLength':
      return `must have at most ${counted(limit, 'character')}`;
    case 'pattern':
      return `must match the pattern ${String(params['pattern'])}`;
    case 'format':
      return formatSentences[String(params['format'])] ?? `must have the format "${String(params['format'])}"`;
    case 'formatMinimum':
      return `must be ${String(params['limit'])} or later`;
    case 'formatMaximum':
      return `must be ${String(params['limit'])} or earlier`;
    case 'formatExclusiveMinimum':
      return `must be later than ${String(params['limit'])}`;
    case 'formatExclusiveMaximum':
      return `must be earlier than ${String(params['limit'])}`;
    case 'enum':
      return `must be one of: ${listed(params['allowedValues'])}`;
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}`;
    case 'minItems':
      return `must have at least ${counted(limit, 'entry')}`;
    case 'maxItems':
      return `must have at most ${counted(limit, 'entry')}`;
    case 'uniqueItems':
      return 'must not repeat an entry';
    case 'anyOf':
    case 'oneOf':
    case 'not':
      return 'does not have an allowed form';
    default:
      return error.message ?? 'is not valid';
  }
}

function typesNamed(type: unknown): string {
  const types = Array.isArray(type) ? type : String(type).split(',');
  return types.map((name) => typeNames[String(name)] ?? String(name)).join(' or ');
}

function counted(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

function listed(values: unknown): string {
  if (!Array.isArray(values)) return String(values);
  return values.map(textOf).join(', ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
