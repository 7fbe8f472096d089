import { openingOfSystem } from './scope.ts';

/**
 * Where the processes on one database say how far they have followed its changes, and are given leases: for as long as a
 * lease lasts, whoever makes a change waits for its holder. `platform/changes` says what may be concluded from it.
 */
export type LeaseBook = {
  /**
   * Asks for a lease for `instance`, which has followed every change up to `followed`, or remembers nothing when that is
   * undefined. It is given unless the instance lags behind `latest`.
   */
  renew(instance: string, followed: number | undefined): Promise<{ latest: number; renewed: boolean }>;
  /**
   * How far everybody has come. Notifications of changes up to `latest` have been handed to this process's listeners by
   * then.
   */
  read(): Promise<{ latest: number; instances: readonly InstanceRow[] }>;
  /** Takes an instance off the book; with `renewals`, only if it was given no lease since. */
  remove(instance: string, renewals?: number): Promise<void>;
};

/** `renewals` counts the leases that were given. */
export type InstanceRow = { id: string; applied: number; renewals: number };

type Rows = Record<string, unknown>[];

const instanceForm = /^[0-9A-Za-z]{1,64}$/;

/**
 * The book in PostgreSQL. Everything goes over the connection that listens, so that a lease stands and falls with it, and
 * each request is one message: a process that is frozen in the middle of it holds no lock that others wait for.
 */
export function createLeaseBook(exchange: (sql: string) => Promise<Rows[]>): LeaseBook {
  /** The answers of the statements; together they are one transaction, because they are one message. */
  async function ask(reason: 'instances.renew' | 'instances.read' | 'instances.remove', sql: string): Promise<Rows[]> {
    const opening = openingOfSystem(reason);
    const answers = await exchange(`${opening.join('; ')}; ${sql}`);
    return answers.slice(opening.length);
  }

  return {
    async renew(instance, followed) {
      const number = followed === undefined ? 'null' : parseNumber(followed);
      const [rows] = await ask(
        'instances.renew',
        `select latest, renewed from renew_lease('${parseId(instance)}', ${number})`,
      );
      const row = rows?.[0];
      return { latest: Number(row?.['latest']), renewed: row?.['renewed'] === true };
    },
    async read() {
      const [counters, rows = []] = await ask(
        'instances.read',
        'select value from change_counter; select id, applied, renewals from instances',
      );
      return {
        latest: Number(counters?.[0]?.['value']),
        instances: rows.map((row) => ({
          id: String(row['id']),
          applied: Number(row['applied']),
          renewals: Number(row['renewals']),
        })),
      };
    },
    async remove(instance, renewals) {
      const onlyIf = renewals === undefined ? '' : ` and renewals = ${parseNumber(renewals)}`;
      await ask('instances.remove', `delete from instances where id = '${parseId(instance)}'${onlyIf}`);
    },
  };
}

/** Both stand in the SQL as they are: one message of several statements takes no parameters. */
function parseId(id: string): string {
  if (!instanceForm.test(id)) throw new TypeError('the id of an instance has 1 to 64 letters and digits');
  return id;
}

function parseNumber(number: number): string {
  if (!Number.isSafeInteger(number) || number < 0) throw new TypeError('the number of a change is a whole number');
  return String(number);
}
