import type { JsonSchema } from '@microapp/contract';

// The fields of a form, as an editor holds them, and the JSON Schema that they are written as. What an editor cannot show
// is never lost: a schema that would not come back the same is left to the JSON view.

export const fieldTypes = [
  'text',
  'longText',
  'number',
  'integer',
  'boolean',
  'enum',
  'date',
  'email',
  'url',
  'array',
  'object',
] as const;
export type FieldType = (typeof fieldTypes)[number];

/** Texts as they are typed: half a number is no number, and must not be taken away while it is typed. */
export type Field = {
  /** Tells fields apart while they are moved and renamed. */
  id: string;
  key: string;
  /** The key that it was loaded with; empty: it is new. Others wrote it by other rules, and their steps read it. */
  savedKey: string;
  type: FieldType;
  label: string;
  description: string;
  isRequired: boolean;
  defaultText: string;
  /** Of a number, its value; of a text, its length; of a list, its entries; of a date, a date. */
  minimum: string;
  maximum: string;
  /** One per line. */
  options: string;
  /** Of an object. */
  fields: Field[];
  /** Of a list: what each entry is. */
  entry: Field | undefined;
  /** Keywords that have no place of their own, such as `pattern`. They stay as they are. */
  others: JsonSchema;
};

export type FieldsOfSchema = { fields: Field[]; others: JsonSchema };

let made = 0;

export function newField(changes: Partial<Field> = {}): Field {
  made += 1;
  return {
    id: `field-${made}`,
    key: '',
    savedKey: '',
    type: 'text',
    label: '',
    description: '',
    isRequired: false,
    defaultText: '',
    minimum: '',
    maximum: '',
    options: '',
    fields: [],
    entry: undefined,
    others: {},
    ...changes,
  };
}

const formatOfType: Partial<Record<FieldType, string>> = { date: 'date', email: 'email', url: 'uri' };
/** As long as this a text gets room for several lines; a long text without a limit of its own is written with this one. */
const longTextCharsMax = 2000;
const singleLineCharsMax = 255;

const boundsOfType: Partial<Record<FieldType, readonly [string, string]>> = {
  text: ['minLength', 'maxLength'],
  longText: ['minLength', 'maxLength'],
  number: ['minimum', 'maximum'],
  integer: ['minimum', 'maximum'],
  date: ['formatMinimum', 'formatMaximum'],
  array: ['minItems', 'maxItems'],
};

/** How a field's bounds are called, if it has any. */
export function boundLabels(type: FieldType): readonly [string, string] | undefined {
  switch (type) {
    case 'text':
    case 'longText':
      return ['Fewest characters', 'Most characters'];
    case 'number':
    case 'integer':
      return ['Smallest value', 'Largest value'];
    case 'date':
      return ['First date', 'Last date'];
    case 'array':
      return ['Fewest entries', 'Most entries'];
    case 'boolean':
    case 'enum':
    case 'email':
    case 'url':
    case 'object':
      return undefined;
  }
}

/** The fields of an object's schema; undefined where they could not say all that the schema says, or would not let it be. */
export function fieldsOfSchema(schema: JsonSchema): FieldsOfSchema | undefined {
  if (schema['type'] !== 'object') return undefined;
  const read = readObject(schema);
  if (read === undefined || Object.keys(problemsOf(read.fields)).length > 0) return undefined;
  return saysTheSame(schemaOfFields(read), schema) ? read : undefined;
}

export function schemaOfFields({ fields, others }: FieldsOfSchema): JsonSchema {
  const required = fields.filter(({ isRequired }) => isRequired).map(({ key }) => key);
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    ...others,
    properties: Object.fromEntries(fields.map((field) => [field.key, schemaOfField(field)])),
  };
}

function readObject(schema: JsonSchema): FieldsOfSchema | undefined {
  const { type: _, properties = {}, required = [], ...others } = schema;
  if (!isObject(properties) || !Array.isArray(required)) return undefined;
  const fields = Object.entries(properties).map(([key, property]) =>
    isObject(property) ? readField(key, property, required.includes(key)) : undefined,
  );
  if (fields.includes(undefined)) return undefined;
  return { fields: fields.filter((field) => field !== undefined), others };
}

function readField(key: string, schema: JsonSchema, isRequired: boolean): Field | undefined {
  const type = typeOf(schema);
  if (type === undefined) return undefined;
  const { title, description, type: _, ...rest } = schema;
  const field = newField({
    key,
    savedKey: key,
    type,
    isRequired,
    label: textOf(title),
    description: textOf(description),
  });
  const take = (name: string): unknown => {
    const value = rest[name];
    delete rest[name];
    return value;
  };
  if (formatOfType[type] !== undefined) take('format');
  if (type === 'enum') field.options = (take('enum') as unknown[]).map(textOf).join('\n'); // `typeOf` saw that it is a list
  const [minimum, maximum] = boundsOfType[type] ?? [];
  if (minimum !== undefined) field.minimum = textOf(take(minimum));
  if (maximum !== undefined) field.maximum = textOf(take(maximum));
  if ('default' in rest && type !== 'object') field.defaultText = defaultTextOf(type, take('default'));
  if (type === 'object') {
    const inside = readObject({ ...rest, type: 'object' });
    if (inside === undefined) return undefined;
    return { ...field, fields: inside.fields, others: inside.others };
  }
  if (type === 'array') {
    const items = take('items');
    const entry = isObject(items) ? readField('', items, true) : undefined;
    if (entry === undefined) return undefined;
    field.entry = entry;
  }
  return { ...field, others: rest };
}

/** The type of field that a schema is; undefined for one that no field is. */
export function typeOf(schema: JsonSchema): FieldType | undefined {
  if (Array.isArray(schema['enum'])) return 'enum';
  switch (schema['type']) {
    case 'number':
    case 'integer':
    case 'boolean':
    case 'array':
    case 'object':
      return schema['type'];
    case 'string':
      return typeOfText(schema);
    default:
      return undefined;
  }
}

function typeOfText({ format, maxLength }: JsonSchema): FieldType {
  if (format === 'date' || format === 'email') return format;
  if (format === 'uri') return 'url';
  return typeof maxLength === 'number' && maxLength > singleLineCharsMax ? 'longText' : 'text';
}

function schemaOfField(field: Field): JsonSchema {
  const { type, label, description, others } = field;
  const [minimum, maximum] = boundsOfType[type] ?? [];
  const isDate = type === 'date';
  const upper = type === 'longText' && field.maximum.trim() === '' ? String(longTextCharsMax) : field.maximum;
  const texts = {
    ...(label !== '' && { title: label }),
    ...(description !== '' && { description }),
  };
  if (type === 'object') return { ...texts, ...schemaOfFields({ fields: field.fields, others }) };
  return {
    type: jsonTypeOf(type),
    ...texts,
    ...(formatOfType[type] !== undefined && { format: formatOfType[type] }),
    ...(type === 'enum' && { enum: linesOf(field.options) }),
    ...(minimum !== undefined && field.minimum.trim() !== '' && { [minimum]: boundOf(field.minimum, isDate) }),
    ...(maximum !== undefined && upper.trim() !== '' && { [maximum]: boundOf(upper, isDate) }),
    ...(field.defaultText !== '' && { default: defaultOf(type, field.defaultText) }),
    ...(type === 'array' && { items: schemaOfField(field.entry ?? newField()) }),
    ...others,
  };
}

const jsonTypes: readonly FieldType[] = ['number', 'integer', 'boolean', 'array', 'object'];

/** The others are texts to JSON Schema. */
function jsonTypeOf(type: FieldType): string {
  return jsonTypes.includes(type) ? type : 'string';
}

function boundOf(text: string, isDate: boolean): unknown {
  return isDate ? text.trim() : Number(text);
}

/** The options of a choice, as they stand in the lines of a text. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function defaultOf(type: FieldType, text: string): unknown {
  if (type === 'number' || type === 'integer') return Number(text);
  if (type === 'boolean') return text === 'true';
  return type === 'array' ? linesOf(text) : text;
}

function defaultTextOf(type: FieldType, value: unknown): string {
  return type === 'array' && Array.isArray(value) ? value.map(textOf).join('\n') : textOf(value);
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of an HTTP step: it is sent in the order in which it was written. */
const dataKeyword = 'body';

/**
 * Whether two schemas, or specs with schemas in them, say the same: keywords and required names may stand in any order, the
 * fields of a form and what a step sends may not.
 */
export function saysTheSame(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown, keyword = ''): string {
  if (keyword === dataKeyword) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const entries = value.map((entry) => canonical(entry));
    return `[${(keyword === 'required' ? entries.toSorted() : entries).join()}]`;
  }
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const isForm = keyword === 'properties';
  // A field of a form may be called as a keyword is.
  const entries = Object.entries(value).map(
    ([key, inner]) => `${JSON.stringify(key)}:${canonical(inner, isForm ? '' : key)}`,
  );
  return `{${(isForm ? entries : entries.toSorted()).join()}}`;
}

export type FieldProblems = Readonly<Record<string, string>>;

const keyForm = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A key as an expression reads it: between backticks, where it would be read as something else. */
export function keyInExpression(key: string): string {
  return keyForm.test(key) ? key : `\`${key}\``;
}

/** What is wrong with fields that the server could not say of a schema any more, by the field's id. */
export function problemsOf(fields: readonly Field[]): FieldProblems {
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const problem = problemOf(field, fields);
    if (problem !== undefined) problems[field.id] = problem;
    Object.assign(problems, problemsOf(field.fields));
    if (field.entry !== undefined) Object.assign(problems, problemsOfEntry(field.entry));
  }
  return problems;
}

function problemsOfEntry(entry: Field): FieldProblems {
  const problem = problemOfValues(entry);
  return { ...problemsOf(entry.fields), ...(problem === undefined ? {} : { [entry.id]: problem }) };
}

function problemOf(field: Field, siblings: readonly Field[]): string | undefined {
  if (field.key === '') return 'Give the field a key: steps read it as inputs.key.';
  if (field.key !== field.savedKey && !keyForm.test(field.key))
    return 'A key has letters, digits and underscores only, and begins with no digit.';
  if (siblings.some((other) => other !== field && other.key === field.key)) {
    return `Another field has the key “${field.key}”. Choose another key.`;
  }
  return problemOfValues(field);
}

function problemOfValues({ type, minimum, maximum, defaultText, options }: Field): string | undefined {
  if (type === 'enum' && linesOf(options).length === 0) return 'Give the choice at least one option.';
  if (type === 'enum' && new Set(linesOf(options)).size !== linesOf(options).length) return 'An option is there twice.';
  const numbers = type === 'number' || type === 'integer' ? [minimum, maximum, defaultText] : [minimum, maximum];
  if (type !== 'date' && numbers.some((text) => text.trim() !== '' && !Number.isFinite(Number(text)))) {
    return 'Limits and the default of a number are numbers.';
  }
  return undefined;
}
