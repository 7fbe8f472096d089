import type { JsonSchema, ToolSpec, ToolStep } from '@microapp/contract';
import type { Change } from '../app-kind.ts';
import { isObject, saysTheSame, typeOf } from './field.ts';
import { typeNames } from './field-words.ts';
import { stepKinds } from './step-kinds.ts';

/**
 * What a tool has in `after` that it had not in `before`, in words: fields first, then steps, then the output. Two specs
 * that are not the same always have a change.
 */
export function changesOfTool(before: ToolSpec, after: ToolSpec): Change[] {
  return [
    ...changesOfObject(before.inputs, after.inputs, { subject: 'The form', path: '' }),
    ...changesOfSteps(before.steps, after.steps),
    ...changesOfOutput(before, after),
  ];
}

type Place = { subject: string; path: string };

function changesOfObject(before: JsonSchema, after: JsonSchema, { subject, path }: Place): Change[] {
  const [old, now] = [propertiesOf(before), propertiesOf(after)];
  const nameOf = (key: string, property: unknown) => `Field “${path}${titleOf(property) ?? key}”`;
  return [
    ...Object.entries(old).flatMap(([key, property]) =>
      Object.hasOwn(now, key) ? [] : [{ subject: nameOf(key, property), text: 'is removed' }],
    ),
    ...Object.entries(now).flatMap(([key, property]): Change[] => {
      const field = { subject: nameOf(key, property), path: `${path}${titleOf(property) ?? key} › ` };
      if (!Object.hasOwn(old, key)) return [{ subject: field.subject, text: `is new: ${kindOf(property)}` }];
      const required = changeOfRequired(isRequired(before, key), isRequired(after, key));
      return [
        ...(required === undefined ? [] : [{ subject: field.subject, text: required }]),
        ...changesOfProperty(old[key], property, field),
      ];
    }),
    ...changeOfOrder(
      Object.keys(old).filter((key) => Object.hasOwn(now, key)),
      Object.keys(now).filter((key) => Object.hasOwn(old, key)),
    ).map((order) => ({ subject, text: `has its fields in another order: ${order}` })),
    ...changesOfKeywords(before, after, { subject, known: ['properties', 'required'] }),
    ...changeOfRequiredElsewhere(before, after, subject),
  ];
}

function changesOfProperty(before: unknown, after: unknown, field: Place): Change[] {
  if (!isObject(before) || !isObject(after)) {
    return saysTheSame(before, after) ? [] : [{ subject: field.subject, text: 'has another schema' }];
  }
  const { subject } = field;
  const type =
    kindOf(before) === kindOf(after) ? [] : [{ subject, text: `is ${kindOf(after)}, was ${kindOf(before)}` }];
  if (before['type'] === 'object' && after['type'] === 'object') return changesOfObject(before, after, field);
  // Where the type is another, its keywords are too, which nobody has to be told.
  if (type.length > 0) return type;
  const entries =
    isObject(before['items']) && isObject(after['items'])
      ? changesOfProperty(before['items'], after['items'], { subject: `Entry of ${subject}`, path: field.path })
      : [];
  const known = entries.length > 0 ? ['items'] : [];
  return [...changesOfKeywords(before, after, { subject, known }), ...entries];
}

const keywordWords: Readonly<Record<string, string>> = {
  title: 'the label',
  description: 'the description',
  default: 'the default',
  enum: 'the options',
  minLength: 'the fewest characters',
  maxLength: 'the most characters',
  minimum: 'the smallest value',
  maximum: 'the largest value',
  minItems: 'the fewest entries',
  maxItems: 'the most entries',
  formatMinimum: 'the first date',
  formatMaximum: 'the last date',
  expression: 'the expression',
  code: 'the code',
  method: 'the method',
  url: 'the address',
  headers: 'the headers',
  body: 'the body',
  provider: 'the provider',
  model: 'the model',
  system: 'the system text',
  prompt: 'the prompt',
  schema: 'the schema of the answer',
  temperature: 'the temperature',
  maxOutputTokens: 'the most tokens',
  timeoutMs: 'the time limit in ms',
};

type Keywords = { subject: string; known: readonly string[] };

function changesOfKeywords(before: object, after: object, { subject, known }: Keywords): Change[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((keyword) => !known.includes(keyword) && !saysTheSame(old.get(keyword), now.get(keyword)))
    .map((keyword) => {
      const words = (Object.hasOwn(keywordWords, keyword) ? keywordWords[keyword] : undefined) ?? `“${keyword}”`;
      return { subject, text: changeOfValue(words, old.get(keyword), now.get(keyword)) };
    });
}

/** A value that is longer than this is not worth reading beside another. */
const quotedCharsMax = 60;

function changeOfValue(words: string, before: unknown, after: unknown): string {
  const [old, now] = [quoted(before), quoted(after)];
  if (before === undefined) return `has ${words} now${now === undefined ? '' : `: ${now}`}`;
  if (after === undefined) return `no longer has ${words}`;
  return old === undefined || now === undefined ? `has changed in ${words}` : `has ${words} ${now}, was ${old}`;
}

/** A value, or a list of them, in one line; undefined for what is longer, or has parts. */
function quoted(value: unknown): string | undefined {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.some((entry) => typeof entry === 'object')) return undefined;
  const text = values.join(', ');
  return text.length > quotedCharsMax || text.includes('\n') ? undefined : `“${text}”`;
}

function changeOfRequired(was: boolean, is: boolean): string | undefined {
  if (was === is) return undefined;
  return is ? 'is required now' : 'is not required anymore';
}

/** What is required and has no schema of its own. */
function changeOfRequiredElsewhere(before: JsonSchema, after: JsonSchema, subject: string): Change[] {
  const elsewhere = (schema: JsonSchema) =>
    requiredOf(schema)
      .filter((key) => !Object.hasOwn(propertiesOf(before), key) && !Object.hasOwn(propertiesOf(after), key))
      .toSorted();
  return saysTheSame(elsewhere(before), elsewhere(after)) ? [] : [{ subject, text: 'has changed in “required”' }];
}

/** The order of now, if it is another. */
function changeOfOrder(before: readonly string[], after: readonly string[]): string[] {
  return before.join('\n') === after.join('\n') ? [] : [after.join(', ')];
}

function changesOfSteps(before: readonly ToolStep[], after: readonly ToolStep[]): Change[] {
  const [old, now] = [byName(before), byName(after)];
  return [
    ...before.flatMap((step) => (now.has(step.name) ? [] : [{ subject: subjectOf(step), text: 'is removed' }])),
    ...after.flatMap((step): Change[] => {
      const earlier = old.get(step.name);
      const subject = subjectOf(step);
      if (earlier === undefined) return [{ subject, text: `is new: ${stepKinds[step.kind].label}` }];
      if (earlier.kind !== step.kind) {
        return [{ subject, text: `is ${stepKinds[step.kind].label}, was ${stepKinds[earlier.kind].label}` }];
      }
      return changesOfKeywords(earlier, step, { subject, known: [] });
    }),
    ...changeOfOrder(
      [...old.keys()].filter((name) => now.has(name)),
      [...now.keys()].filter((name) => old.has(name)),
    ).map((order) => ({ subject: 'Steps', text: `are in another order: ${order}` })),
  ];
}

function changesOfOutput(before: ToolSpec, after: ToolSpec): Change[] {
  if (saysTheSame(before.output, after.output)) return [];
  return [{ subject: 'Output', text: `is ${outputOf(after)}, was ${outputOf(before)}` }];
}

function outputOf({ output }: ToolSpec): string {
  return output === undefined ? 'the last step’s result' : `the result of ${output.step}`;
}

function subjectOf({ name }: ToolStep): string {
  return `Step “${name}”`;
}

function byName(steps: readonly ToolStep[]): ReadonlyMap<string, ToolStep> {
  return new Map(steps.map((step) => [step.name, step]));
}

function propertiesOf({ properties }: JsonSchema): Record<string, unknown> {
  return isObject(properties) ? properties : {};
}

function requiredOf({ required }: JsonSchema): string[] {
  return Array.isArray(required) ? required.filter((key) => typeof key === 'string') : [];
}

function isRequired(schema: JsonSchema, key: string): boolean {
  return requiredOf(schema).includes(key);
}

function titleOf(property: unknown): string | undefined {
  return isObject(property) && typeof property['title'] === 'string' && property['title'] !== ''
    ? property['title']
    : undefined;
}

function kindOf(property: unknown): string {
  const type = isObject(property) ? typeOf(property) : undefined;
  return type === undefined ? 'as its JSON Schema says' : typeNames[type];
}
