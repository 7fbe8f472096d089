import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { credentialForms } from './credential-forms.ts';
import { Id } from './http.ts';
import { idBodyLength, idPrefixes } from './ids.ts';

const prefixes = Object.values(idPrefixes);

describe('ids', () => {
  it('have a prefix of their own for every noun', () => {
    expect(prefixes).toHaveLength(new Set(prefixes).size);
  });

  it('never begin like a credential, so that one is not taken for the other', () => {
    const credentialPrefixes: string[] = Object.values(credentialForms);
    expect(prefixes.filter((prefix) => credentialPrefixes.some((other) => other.startsWith(`${prefix}_`)))).toEqual([]);
  });

  it.each(prefixes)('%s_… passes the schema of ids, and not without its body', (prefix) => {
    expect(Value.Check(Id, `${prefix}_${'0'.repeat(idBodyLength)}`)).toBe(true);
    expect(Value.Check(Id, `${prefix}_`)).toBe(false);
    expect(Value.Check(Id, `${prefix}_${"';--".padEnd(idBodyLength, '0')}`)).toBe(false);
  });
});
