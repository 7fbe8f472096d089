import type { Issue, JsonSchema, ToolSpec, ToolStep } from '@microapp/contract';
import { fieldsOfSchema, isObject, problemsOf, saysTheSame, schemaOfFields } from './field.ts';
import type { Field, FieldProblems, FieldsOfSchema } from './field.ts';

// What the tool editor holds while somebody types: texts, of which some are no spec yet.

export type StepKind = ToolStep['kind'];

/** One form for all kinds, so that a step keeps what was typed. Numbers and JSON are texts until they are saved. */
export type StepDraft = {
  /** Tells steps apart while they are moved and renamed. */
  id: string;
  kind: StepKind;
  name: string;
  /** JSONata of a transform, JavaScript of a function, the prompt of a model. */
  text: string;
  method: string;
  url: string;
  /** `Name: value`, one per line. */
  headers: string;
  /** JSON; empty: none. */
  body: string;
  provider: string;
  model: string;
  system: string;
  /** JSON Schema of what the model answers; empty: it answers text. */
  schema: string;
  temperature: string;
  maxOutputTokens: string;
  timeoutMs: string;
  /** The step that it was loaded from. What nobody touched is written as it stands there. */
  source: ToolStep | undefined;
};

/** `source` is the schema that the fields were read from, which is written as it stands while they say the same. */
export type InputsDraft = { view: 'fields'; form: FieldsOfSchema; source: JsonSchema } | { view: 'json'; text: string };

export type ToolDraft = {
  inputs: InputsDraft;
  steps: StepDraft[];
  /** The step whose result is the output; empty: the last one. */
  output: string;
};

let made = 0;

export function newStep(kind: StepKind, changes: Partial<StepDraft> = {}): StepDraft {
  made += 1;
  return {
    id: `step-${made}`,
    kind,
    name: '',
    text: '',
    method: '',
    url: '',
    headers: '',
    body: '',
    provider: '',
    model: '',
    system: '',
    schema: '',
    temperature: '',
    maxOutputTokens: '',
    timeoutMs: '',
    source: undefined,
    ...changes,
  };
}

/** What an editor begins with. A spec was checked when it was saved, so it is one. */
export function draftOf(spec: ToolSpec): ToolDraft {
  return {
    inputs: inputsDraftOf(spec.inputs),
    steps: spec.steps.map(stepDraftOf),
    output: spec.output?.step ?? '',
  };
}

/** As fields, where fields can say all of it, else as JSON. */
export function inputsDraftOf(schema: JsonSchema): InputsDraft {
  const form = fieldsOfSchema(schema);
  return form === undefined ? { view: 'json', text: printed(schema) } : { view: 'fields', form, source: schema };
}

export function printed(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

type TextField = Exclude<keyof StepDraft, 'id' | 'kind' | 'name' | 'source'>;

/** How a keyword of a step is typed as text, and how a text is read as its value; undefined: the step does not have it. */
type Keyword = { field: TextField; print: (value: unknown) => string; read: (text: string, path: string) => Read };

const printText = (value: unknown) => (typeof value === 'string' ? value : '');
const neededText = (field: TextField): Keyword => ({
  field,
  print: printText,
  read: (text) => ({ value: text, issues: [] }),
});
const optionalText = (field: TextField): Keyword => ({
  field,
  print: printText,
  read: (text) => ({ value: text.trim() === '' ? undefined : text, issues: [] }),
});
const optionalNumber = (field: TextField): Keyword => ({ field, print: String, read: readNumber });
const optionalJson = (field: TextField): Keyword => ({ field, print: printed, read: readOptionalJson });

/** What a step of each kind has beside its kind and name, in the order in which it is written. */
const keywords: Readonly<Record<StepKind, Readonly<Record<string, Keyword>>>> = {
  transform: { expression: neededText('text') },
  function: { code: neededText('text') },
  http: {
    method: optionalText('method'),
    url: neededText('url'),
    headers: { field: 'headers', print: printHeaders, read: readHeaders },
    body: optionalJson('body'),
    timeoutMs: optionalNumber('timeoutMs'),
  },
  llm: {
    provider: optionalText('provider'),
    model: optionalText('model'),
    system: optionalText('system'),
    prompt: neededText('text'),
    schema: optionalJson('schema'),
    temperature: optionalNumber('temperature'),
    maxOutputTokens: optionalNumber('maxOutputTokens'),
    timeoutMs: optionalNumber('timeoutMs'),
  },
};

function stepDraftOf(step: ToolStep): StepDraft {
  const values = new Map(Object.entries(step));
  const draft = newStep(step.kind, { name: step.name, source: step });
  for (const [keyword, { field, print }] of Object.entries(keywords[step.kind])) {
    if (values.has(keyword)) draft[field] = print(values.get(keyword));
  }
  return draft;
}

function printHeaders(headers: unknown): string {
  return Object.entries(isObject(headers) ? headers : {})
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n');
}

/** A spec to be saved, or what is wrong before the server could be asked; paths as the server writes them. */
export type ReadDraft = { spec: unknown; issues: Issue[] };

export function specOf(draft: ToolDraft): ReadDraft {
  const inputs = readInputs(draft.inputs);
  const steps = draft.steps.map((step, index) => readStep(step, `spec.steps[${index}]`));
  return {
    spec: {
      inputs: inputs.value,
      steps: steps.map(({ value }) => value),
      ...(draft.output !== '' && { output: { step: draft.output } }),
    },
    issues: [...inputs.issues, ...steps.flatMap(({ issues }) => issues)],
  };
}

type Read = { value: unknown; issues: Issue[] };

export function readInputs(inputs: InputsDraft): Read {
  if (inputs.view === 'json') return readJson(inputs.text, 'spec.inputs');
  const problems = Object.keys(problemsOf(inputs.form.fields));
  const issues = problems.length === 0 ? [] : [{ path: 'spec.inputs', message: 'Mend the fields that are marked.' }];
  const written = schemaOfFields(inputs.form);
  return { value: saysTheSame(written, inputs.source) ? inputs.source : written, issues };
}

function readJson(text: string, path: string): Read {
  try {
    return { value: JSON.parse(text), issues: [] };
  } catch (error) {
    // A `SyntaxError`, whose message says where.
    const reason = error instanceof Error ? error.message : '';
    return { value: undefined, issues: [{ path, message: `This is no JSON. ${reason}` }] };
  }
}

/**
 * A step as it was loaded, but for what somebody changed: what the editor does not show, and what it would write in another
 * form, stays as it is.
 */
function readStep(step: StepDraft, path: string): Read {
  const source = step.source?.kind === step.kind ? step.source : undefined;
  const loaded = source === undefined ? undefined : stepDraftOf(source);
  const written = new Map<string, unknown>([
    ...Object.entries(source ?? { kind: step.kind }),
    ['name', step.name] as const,
  ]);
  const issues: Issue[] = [];
  for (const [keyword, { field, read }] of Object.entries(keywords[step.kind])) {
    if (loaded?.[field] === step[field]) continue;
    const found = read(step[field], `${path}.${keyword}`);
    issues.push(...found.issues);
    if (found.value === undefined) written.delete(keyword);
    else written.set(keyword, found.value);
  }
  return { value: Object.fromEntries(written), issues };
}

function readOptionalJson(text: string, path: string): Read {
  return text.trim() === '' ? { value: undefined, issues: [] } : readJson(text, path);
}

function readNumber(text: string, path: string): Read {
  if (text.trim() === '') return { value: undefined, issues: [] };
  const value = Number(text);
  return Number.isFinite(value)
    ? { value, issues: [] }
    : { value: undefined, issues: [{ path, message: 'must be a number' }] };
}

function readHeaders(text: string, path: string): Read {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return { value: undefined, issues: [] };
  const pairs = lines.map((line) => /^([^:\s]+):\s*(.*)$/.exec(line.trim()));
  const wrong = pairs.findIndex((pair) => pair === null);
  if (wrong !== -1) {
    return { value: undefined, issues: [{ path, message: `Line ${wrong + 1} is not written as “Name: value”.` }] };
  }
  const entries = pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? '', pair[2] ?? ''] as const]));
  const names = entries.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  const issues = twice === undefined ? [] : [{ path, message: `The header ${twice} is there twice.` }];
  return { value: Object.fromEntries(entries), issues };
}

/** What is wrong, beside what it is about. Steps are named by their ids, since they may have moved when it is shown. */
export type DraftProblems = {
  inputs: readonly string[];
  /** By the field's id. */
  fields: FieldProblems;
  output: readonly string[];
  /** By step, and in it by the field's name; an empty name is the step as a whole. */
  steps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What belongs to no part of the editor. */
  rest: readonly Issue[];
};

export const noProblems: DraftProblems = { inputs: [], fields: {}, output: [], steps: {}, rest: [] };

const stepPath = /^spec\.steps(?:\[(\d+)\]|\.(\d+))(?:[.[]([A-Za-z]+))?/;
/** What a step's fields are called in the spec, where the editor has another name. */
const fieldOfKeyword: Record<string, string> = { expression: 'text', code: 'text', prompt: 'text' };

/** Puts what the server found, by its paths, to the parts of the draft that was sent. */
export function problemsOfIssues(issues: readonly Issue[], draft: ToolDraft): DraftProblems {
  const inputs: string[] = [];
  const output: string[] = [];
  const rest: Issue[] = [];
  const steps: Record<string, Record<string, string>> = {};
  const fields: Record<string, string> = {};
  for (const issue of issues) {
    const { path, message } = issue;
    const [, bracketed, dotted, keyword = ''] = stepPath.exec(path) ?? [];
    const step = draft.steps[Number(bracketed ?? dotted)];
    if (step !== undefined) {
      const own = (steps[step.id] ??= {});
      const field = fieldOfKeyword[keyword] ?? keyword;
      own[field] = own[field] === undefined ? message : `${own[field]} ${message}`;
    } else if (path.startsWith('spec.inputs')) {
      const { field, within } = fieldAt(path.slice('spec.inputs'.length + 1), draft.inputs);
      const text = `${within} ${message}`.trim();
      if (field === undefined) inputs.push(text);
      else fields[field.id] = fields[field.id] === undefined ? text : `${fields[field.id]} ${text}`;
    } else if (path.startsWith('spec.output')) output.push(message);
    else rest.push(issue);
  }
  return { inputs, fields, output, steps, rest };
}

/** The innermost field that a path inside of a form's schema goes through, and what is left of the path in it. */
function fieldAt(path: string, inputs: InputsDraft): { field: Field | undefined; within: string } {
  let field: Field | undefined;
  let within = path;
  let siblings: readonly Field[] = inputs.view === 'fields' ? inputs.form.fields : [];
  for (;;) {
    const entry: Field | undefined = /^items(\.|$)/.test(within) ? field?.entry : undefined;
    // A key may have dots in it.
    const next: Field | undefined = entry ?? siblings.find(({ key }) => `${within}.`.startsWith(`properties.${key}.`));
    if (next === undefined) return { field, within };
    within = within.slice((next === entry ? 'items' : `properties.${next.key}`).length + 1);
    field = next;
    siblings = next.fields;
  }
}
