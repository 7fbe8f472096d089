import { hash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

/** A value that does not print: neither in a log, nor in JSON, nor in a template string. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The raw value, for the one place that needs it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** SHA-256 of a credential: what is stored and looked up instead of it. High-entropy input, so no slow hash is needed. */
export function hashSecret(value: string): Buffer {
  return hash('sha256', value, 'buffer');
}

/** Whether two texts are equal, in a time that depends on neither where nor whether they differ in length. */
export function equalSecrets(left: string, right: string): boolean {
  return timingSafeEqual(hashSecret(left), hashSecret(right));
}
