import * as contract from '@microapp/contract';
import { apiKeyAlphabet, apiKeyLength } from '@microapp/contract';
import { describe, expect, it } from 'vitest';
import { freshCredential } from './credential.ts';
import { secretFieldsOf } from './http/secret-fields.ts';
import { createLog, withoutCredentials, type Log } from './log.ts';
import { randomText, systemRandom } from './random.ts';

const jwtHeader = Buffer.from('{"alg":"EdDSA","kid":"sig_1"}').toString('base64url');
const jwtPayload = Buffer.from('{"sub":"vis_1","aud":"microapp:session"}').toString('base64url');
const jwtSignature = Buffer.from('the signature of somebody else').toString('base64url');
const jwt = `${jwtHeader}.${jwtPayload}.${jwtSignature}`;

function openLog(level: string = 'trace'): { log: Log; text: () => string; lines: () => Record<string, unknown>[] } {
  const lines: string[] = [];
  const log = createLog({
    level,
    secretFields: secretFieldsOf(Object.values(contract)),
    destination: { write: (line) => void lines.push(line) },
  });
  return { log, text: () => lines.join(''), lines: () => lines.map((line) => JSON.parse(line)) };
}

describe('the log', () => {
  it('writes one JSON object a line, with the time in ISO 8601 and UTC', () => {
    const { log, text, lines } = openLog();
    log.info({ route: '/healthz' }, 'request');
    expect(text()).toMatch(/^\{.*\}\n$/);
    expect(lines()).toEqual([
      { level: 30, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), route: '/healthz', msg: 'request' },
    ]);
  });

  it('writes nothing below its level', () => {
    const { log, text } = openLog('warn');
    log.info('hidden');
    log.debug('hidden');
    expect(text()).toBe('');
    log.warn('shown');
    expect(text()).toContain('shown');
  });

  // Texts that have no form to be recognized by: only the name of the field keeps them out.
  it.each(['authorization', 'cookie', 'set-cookie', 'x-api-key', 'x-microapp-embed-token', 'x-embed-token'])(
    'redacts the header %s at every depth',
    (header) => {
      const { log, text } = openLog();
      log.info({ [header]: 'formless-secret' });
      log.info({ headers: { [header]: 'formless-secret' } });
      log.info({ req: { headers: { [header]: 'formless-secret' } } });
      log.info({ a: { req: { headers: { [header]: 'formless-secret' } } } });
      log.child({ headers: { [header]: 'formless-secret' } }).info('bound');
      expect(text()).not.toContain('formless-secret');
      expect(text().match(/\[redacted\]/g)).toHaveLength(5);
    },
  );

  it.each(secretFieldsOf(Object.values(contract)))('redacts the field %s, which a schema marks as secret', (field) => {
    const { log, text } = openLog();
    log.info({ [field]: 'formless-secret', body: { [field]: 'formless-secret' } });
    expect(text()).not.toContain('formless-secret');
  });

  it.each(['owner_key', 'embed_token', 'client_token', 'embed_ticket'] as const)(
    'cuts out a credential of class %s wherever it stands',
    (credentialClass) => {
      const raw = freshCredential(systemRandom, credentialClass).secret.reveal();
      const { log, text } = openLog();
      log.info(`in the message ${raw}`);
      log.info({ [raw]: 'as a name' });
      log.info({ deep: { deeper: { list: [{ text: `x=${raw}&y` }] } } });
      log.error({ err: new Error(`failed for ${raw}`, { cause: new Error(raw) }) }, 'failed');
      log.child({ requestId: raw }).warn('bound');
      expect(text()).not.toContain(raw);
      expect(text()).not.toContain(raw.slice(-20));
      expect(text().match(/_\[redacted\]/g)?.length).toBeGreaterThanOrEqual(6);
    },
  );

  it('cuts out an API key, which has no prefix, and the signature of a signed token, wherever they stand', () => {
    const key = randomText(systemRandom, apiKeyAlphabet, apiKeyLength);
    const signature = Buffer.from(systemRandom.bytes(32)).toString('base64url');
    const { log, text } = openLog();
    log.info(`in the message ${key} ${jwtPayload}.${signature}`);
    log.info({ [key]: 'as a name', list: [`x=${key}&token=${jwtPayload}.${signature}`] });
    log.error({ err: new Error(`failed for ${key}`, { cause: new Error(`${jwtPayload}.${signature}`) }) });
    expect(text()).not.toContain(key);
    expect(text()).not.toContain(key.slice(-20));
    expect(text()).not.toContain(signature);
    expect(text().match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(7);
  });

  it('cuts what a JWT says and its signature, wherever it stands', () => {
    const { log, text } = openLog();
    log.info(`Bearer ${jwt}`);
    log.info({ deep: { deeper: { list: [jwt] } } });
    log.error({ err: new Error(jwt) });
    expect(text()).not.toContain(jwtPayload);
    expect(text()).not.toContain(jwtSignature);
  });

  it('leaves a line valid JSON after cutting', () => {
    const raw = freshCredential(systemRandom, 'embed_token').secret.reveal();
    const { log, lines } = openLog();
    log.info({ note: `"${raw}"\n${jwt}` }, 'done');
    expect(lines()).toMatchObject([{ msg: 'done', note: `"mtok_[redacted]"\n${jwtHeader}[redacted]` }]);
  });

  it('keeps what is no secret: ids, routes, hosts, request ids', () => {
    const harmless = 'etok_0123456789ABCDEFGHIJKL req_0123456789ABCDEFGHIJKL /v1/embed-tokens www.example.com 1.2.3';
    expect(withoutCredentials(harmless)).toBe(harmless);
  });
});
