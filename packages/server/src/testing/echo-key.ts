import { randomBytes } from 'node:crypto';
import type { EchoModel } from '../echo-model/server.ts';

/** What POST /v1/provider-keys is sent for a key, another one each time, that the echo model takes. */
export function echoKey(echo: EchoModel, fields: object = {}) {
  return {
    provider: 'openai-compatible',
    key: `sk-${randomBytes(18).toString('base64url')}`,
    baseUrl: `${echo.url}/v1`,
    defaultModel: 'echo',
    ...fields,
  };
}
