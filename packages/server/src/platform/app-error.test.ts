import { errors, type ErrorCode } from '@microapp/contract';
import { describe, expect, it } from 'vitest';
import { AppError, invalid, notFound } from './app-error.ts';

describe('an expected failure', () => {
  it.each(Object.keys(errors) as ErrorCode[])('of code %s has the status, sentence and hint of the table', (code) => {
    const entry: { status: number; message: string; hint?: string } = errors[code];
    const error = new AppError(code);
    expect(error).toMatchObject({ code, status: entry.status, message: entry.message, hint: entry.hint, headers: {} });
  });

  it('can say more to the caller, and something else to the log', () => {
    const cause = new Error('why');
    const error = new AppError('conflict', { message: 'Taken.', hint: 'Choose another.', reason: 'slug_taken', cause });
    expect(error).toMatchObject({ message: 'Taken.', hint: 'Choose another.', reason: 'slug_taken', cause });
  });

  it('names what is missing, and every field that is wrong', () => {
    expect(notFound('app')).toMatchObject({ status: 404, message: 'There is no such app.' });
    const issues = [{ path: 'name', message: 'is required' }];
    expect(invalid(issues)).toMatchObject({ status: 400, code: 'validation_failed', issues });
  });
});
