import { messageLengthMax, type FrameToHost, type HostToFrame, type Init, type Ready } from './messages.ts';

// Hand-written, because every byte of this is in the first kilobytes that a host page loads. Each guard checks what its
// reader relies on; the JSON Schema of the protocol, for everybody else, is published beside it.

type Loose = Record<string, unknown>;

/** An object with a `type`, whatever was sent: `data` may be null, a string, or another library's message. */
function asMessage(data: unknown): Loose | undefined {
  const message = data as Loose | null | undefined;
  return typeof message?.['type'] === 'string' ? message : undefined;
}

function isText(value: unknown, lengthMax = 200): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= lengthMax;
}

function isOptionalText(value: unknown, lengthMax?: number): boolean {
  return value === undefined || isText(value, lengthMax);
}

/** Whether the message is small enough to be looked at. A value that is no JSON is not. */
export function isSmall(data: unknown): boolean {
  try {
    return JSON.stringify(data).length <= messageLengthMax;
  } catch {
    return false;
  }
}

// `id` counts only where it equals one of the host's own, which checks it.
export function isReady(data: unknown): data is Ready {
  const message = asMessage(data);
  return message?.['type'] === 'MICROAPP_EMBED_READY' && Array.isArray(message['protocol']) && isText(message['nonce']);
}

export function isInit(data: unknown): data is Init {
  const message = asMessage(data);
  return (
    message?.['type'] === 'MICROAPP_EMBED_INIT' &&
    isOptionalText(message['nonce']) &&
    isOptionalText(message['slug']) &&
    isOptionalText(message['token']) &&
    isOptionalText(message['ticket']) &&
    (message['config'] === undefined || (typeof message['config'] === 'object' && message['config'] !== null)) &&
    isSmall(data)
  );
}

export function isFrameToHost(data: unknown): data is FrameToHost {
  return asMessage(data) !== undefined && isSmall(data);
}

export function isHostToFrame(data: unknown): data is HostToFrame {
  return asMessage(data) !== undefined && isSmall(data);
}
