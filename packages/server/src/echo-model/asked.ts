/** What was asked, whatever the form it came in. */
export type Asked = {
  model: string;
  /** The text of the last message of a user. */
  prompt: string;
  /** The instructions beside it; empty where there are none. */
  system: string;
  temperature: unknown;
  maxOutputTokens: unknown;
  /** The JSON Schema that the answer must follow, if one was sent. */
  schema: Json | undefined;
  /** Whether the answer goes back as the input of a tool. */
  isByTool: boolean;
  isStreamed: boolean;
};

export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object behind a key; empty where there is none. */
export function objectAt(json: Json, key: string): Json {
  const value = json[key];
  return isJson(value) ? value : {};
}

/** The objects in the array behind a key; none where there is no array. */
export function objectsAt(json: Json, key: string): Json[] {
  const value = json[key];
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** The text of a message, which is written down as text or as a list of parts. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter(isJson)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}

/** The text of the last message of a user; `contentKey` is where a message has its text. */
export function lastPrompt(messages: readonly Json[], contentKey: string): string {
  return textOf(messages.findLast(({ role }) => role === 'user')?.[contentKey]);
}

/** About as many as a model would count. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}
