import { errors, type ErrorCode } from '@microapp/contract';
import { Ajv } from 'ajv';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { AppError } from '../app-error.ts';
import { ConnectionLostError } from '../db/errors.ts';
import { errorAnswer, toAppError } from './error-answer.ts';

/** What the framework throws when a body does not match a schema. */
function validationError(schema: object, body: unknown): Error {
  const ajv = new Ajv({ allErrors: true });
  ajv.validate(schema, body);
  return Object.assign(new Error('body is wrong'), { code: 'FST_ERR_VALIDATION', validation: ajv.errors });
}

describe('the body of an error', () => {
  it('says what happened, what to do, and under which id to ask', () => {
    const issues = [{ path: 'name', message: 'is required' }];
    const error = new AppError('validation_failed', { hint: 'Add a name.', issues });
    expect(errorAnswer(error, 'req_1')).toEqual({
      error: errors.validation_failed.message,
      code: 'validation_failed',
      hint: 'Add a name.',
      issues,
      requestId: 'req_1',
    });
  });

  it.each(Object.keys(errors) as ErrorCode[])('of code %s tells neither reason nor cause', (code) => {
    const error = new AppError(code, { reason: 'secret reason', cause: new Error('secret cause') });
    expect(JSON.stringify(errorAnswer(error, 'req_1'))).not.toContain('secret');
  });

  it('has no empty fields', () => {
    const answer = errorAnswer(new AppError('missing_auth'), 'req_1');
    expect(Object.keys(answer)).toEqual(['error', 'code', 'requestId']);
  });
});

describe('whatever is thrown', () => {
  it('stays what it is when it was expected', () => {
    const error = new AppError('conflict');
    expect(toAppError(error)).toBe(error);
  });

  it.each<[string, unknown]>([
    ['an error', new Error('secret detail')],
    ['a type error', new TypeError('secret detail')],
    ['an error with a status of its own', Object.assign(new Error('secret detail'), { statusCode: 418 })],
    ['an error with a code that we do not know', Object.assign(new Error('secret detail'), { code: 'EPIPE' })],
    ['text', 'secret detail'],
    ['nothing', undefined],
    ['an object', { message: 'secret detail', code: 'FST_ERR_VALIDATION' }],
  ])('is our bug otherwise, and the caller learns nothing of it: %s', (_what, thrown) => {
    const error = toAppError(thrown);
    expect(error).toMatchObject({ code: 'internal_error', status: 500, reason: 'bug', cause: thrown });
    expect(JSON.stringify(errorAnswer(error, 'req_1'))).not.toContain('secret');
  });

  it('asks the caller to come back when the database is away', () => {
    const error = toAppError(new ConnectionLostError('secret address'));
    expect(error).toMatchObject({ code: 'unavailable', reason: 'database', headers: { 'retry-after': '2' } });
    expect(JSON.stringify(errorAnswer(error, 'req_1'))).not.toContain('secret');
  });

  it.each<[keyof typeof Fastify.errorCodes, ErrorCode]>([
    ['FST_ERR_CTP_BODY_TOO_LARGE', 'payload_too_large'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'unsupported_media_type'],
    ['FST_ERR_CTP_INVALID_JSON_BODY', 'validation_failed'],
    ['FST_ERR_CTP_EMPTY_JSON_BODY', 'validation_failed'],
    ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 'validation_failed'],
    ['FST_ERR_BAD_URL', 'validation_failed'],
  ])('gets our code for the refusal of the framework %s: %s', (frameworkCode, code) => {
    const FrameworkError = Fastify.errorCodes[frameworkCode];
    const error = toAppError(new FrameworkError());
    expect(error.code).toBe(code);
    expect(JSON.stringify(errorAnswer(error, 'req_1'))).not.toContain('FST_');
  });
});

describe('a body that does not match its schema', () => {
  const schema = {
    type: 'object',
    required: ['name', 'inner'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', maxLength: 3 },
      list: { type: 'array', items: { type: 'integer' } },
      inner: { type: 'object', required: ['deep'], additionalProperties: false, properties: { deep: {} } },
      'a/b~c': { type: 'string' },
    },
  };

  it.each<[string, unknown, { path: string; message: string }[]]>([
    ['missing', { inner: { deep: 1 } }, [{ path: 'name', message: 'is required' }]],
    ['missing further down', { name: 'x', inner: {} }, [{ path: 'inner.deep', message: 'is required' }]],
    [
      'unknown',
      { name: 'x', inner: { deep: 1, id: 2 } },
      [{ path: 'inner.id', message: 'is not a field that can be set here' }],
    ],
    ['of the wrong type', { name: 1, inner: { deep: 1 } }, [{ path: 'name', message: 'must be string' }]],
    [
      'too long',
      { name: 'long', inner: { deep: 1 } },
      [{ path: 'name', message: 'must NOT have more than 3 characters' }],
    ],
    [
      'a wrong member of a list',
      { name: 'x', inner: { deep: 1 }, list: [1, '2'] },
      [{ path: 'list.1', message: 'must be integer' }],
    ],
    [
      'of a name with signs in it',
      { name: 'x', inner: { deep: 1 }, 'a/b~c': 1 },
      [{ path: 'a/b~c', message: 'must be string' }],
    ],
    ['the whole body', [], [{ path: '', message: 'must be object' }]],
  ])('is told the path of the field: %s', (_what, body, issues) => {
    expect(toAppError(validationError(schema, body))).toMatchObject({ code: 'validation_failed', issues });
  });

  it('is told all problems at once, and none of the values', () => {
    const error = toAppError(validationError(schema, { name: 'secret', extra: 'secret', list: ['secret'] }));
    expect(error.issues?.map(({ path }) => path).toSorted()).toEqual(['extra', 'inner', 'list.0', 'name']);
    expect(JSON.stringify(errorAnswer(error, 'req_1'))).not.toContain('secret');
  });
});
