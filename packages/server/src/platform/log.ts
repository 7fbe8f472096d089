import { credentialLikePattern } from '@microapp/contract';
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

const redactedHeaders = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-microapp-embed-token',
  'x-embed-token',
];
const redactionDepthMax = 4;

/**
 * The structured log. Two walls keep secrets out: fields that a schema marks as secret are redacted by name, and
 * whatever still looks like one of our credentials is cut from the finished line, wherever it came from.
 * `secretFields` are field names; `destination` is standard output when absent.
 */
export function createLog(options: {
  level: string;
  secretFields: readonly string[];
  destination?: DestinationStream;
}): Log {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: redactionPaths([...redactedHeaders, ...options.secretFields]), censor: '[redacted]' },
      hooks: { streamWrite: withoutCredentials },
    },
    options.destination ?? pino.destination(1),
  );
}

/** `text` with everything that looks like one of our credentials replaced; a prefix stays, to say what it was. */
export function withoutCredentials(text: string): string {
  return text.replace(credentialLikePattern, '[redacted]');
}

function redactionPaths(fields: readonly string[]): string[] {
  const paths: string[] = [];
  for (let depth = 0; depth < redactionDepthMax; depth++) {
    for (const field of fields) paths.push(`${'*.'.repeat(depth)}["${field}"]`.replace('.[', '['));
  }
  return paths;
}
