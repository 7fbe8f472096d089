// The part of OpenAPI 3.1 that the server's own document uses.

export type Schema = {
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  additionalProperties?: boolean | Schema;
};

type Content = { content?: Record<string, { schema?: Schema }>; description?: string };
type Parameter = { name: string; in: string; required?: boolean; description?: string; schema?: Schema };

export type Operation = {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: Content & { required?: boolean };
  responses?: Record<string, Content>;
  security?: Record<string, string[]>[];
};

export type Document = { info: { title: string; version: string }; paths: Record<string, Record<string, Operation>> };

export type ListedOperation = Operation & { id: string; method: string; path: string };

/** The operations by their tag, in the document's order, narrowed to those that hold every word of `search`. */
export function operationsByTag(document: Document, search: string): Map<string, ListedOperation[]> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      id: operation.operationId ?? `${method} ${path}`,
      method: method.toUpperCase(),
      path,
    })),
  );
  const found = all.filter(({ method, path, summary = '', tags = [] }) => {
    const text = [method, path, summary, ...tags].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return Map.groupBy(found, ({ tags }) => tags?.[0] ?? 'Other');
}

/** What a value may be, in a few words: `string, 1 to 200 characters`. */
export function typeWords(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeWords))].join(' or ');
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything');
  if (type === 'array') return `list of ${schema.items === undefined ? 'anything' : typeWords(schema.items)}`;
  const bounds = [
    schema.format,
    rangeWords(schema.minLength, schema.maxLength, 'characters'),
    rangeWords(schema.minimum, schema.maximum, ''),
  ].filter((words) => words !== undefined);
  return [type, ...bounds].join(', ');
}

function rangeWords(least: number | undefined, most: number | undefined, unit: string): string | undefined {
  if (least === undefined && most === undefined) return undefined;
  const range =
    most === undefined ? `${least} or more` : least === undefined ? `at most ${most}` : `${least} to ${most}`;
  return `${range} ${unit}`.trim();
}

const exampleByFormat: Readonly<Record<string, string>> = { 'date-time': '2026-01-31T12:00:00Z', date: '2026-01-31' };

/** A request's body to start from: what is required, with plain values. */
export function exampleOf(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return schema.anyOf[0] && exampleOf(schema.anyOf[0]);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' || schema.properties !== undefined) {
    return Object.fromEntries(
      (schema.required ?? []).map((name) => [name, schema.properties?.[name] && exampleOf(schema.properties[name])]),
    );
  }
  if (type === 'array') return schema.items === undefined ? [] : [exampleOf(schema.items)];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  return exampleByFormat[schema.format ?? ''] ?? '…';
}

/** The call as a command line, with the credential that the operation takes. */
export function curlOf({ method, path, security = [], requestBody }: ListedOperation, base: string): string {
  const schema = requestBody?.content?.['application/json']?.schema;
  const header = headerOf(security);
  const url = `${base}${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`)}`;
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"${url}"`,
    ...(header === undefined ? [] : [`-H "${header}"`]),
    ...(schema === undefined
      ? []
      : ['-H "content-type: application/json"', `-d '${JSON.stringify(exampleOf(schema), undefined, 2)}'`]),
  ];
  return lines.join(' \\\n  ');
}

function headerOf(security: Record<string, string[]>[]): string | undefined {
  const schemes = security.flatMap((ways) => Object.keys(ways));
  if (schemes.includes('owner')) return 'authorization: Bearer $MICROAPP_OWNER_KEY';
  if (schemes.includes('embed')) return 'x-microapp-embed-token: $MICROAPP_EMBED_TOKEN';
  if (schemes.includes('apiKey')) return 'x-api-key: $MICROAPP_API_KEY';
  return undefined;
}
