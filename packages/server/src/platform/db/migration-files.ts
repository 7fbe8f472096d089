import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** One step of the schema: plain SQL, applied once, never edited afterwards. */
export type Migration = { number: number; name: string; sql: string; checksum: string };

/** The product's own migrations. */
export const migrationsFolder = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** A folder of migrations that cannot be, or a database that does not agree with it. The message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const fileForm = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/**
 * The migrations of a folder, `NNNN_name.sql`, in order. Throws `MigrationError` for another file name, a number given
 * twice, a gap, and an empty folder.
 */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const fileNames = (await readdir(folder)).toSorted();
  const migrations = await Promise.all(fileNames.map((fileName) => readMigration(folder, fileName)));
  if (migrations.length === 0) throw new MigrationError(`there are no migrations in ${folder}`);
  for (const [index, { name, number }] of migrations.entries()) {
    if (number !== index + 1)
      throw new MigrationError(`${name}: expected number ${index + 1} here, without gaps or doubles`);
  }
  return migrations;
}

async function readMigration(folder: string, fileName: string): Promise<Migration> {
  const number = fileForm.exec(fileName)?.[1];
  if (number === undefined) throw new MigrationError(`${fileName} is not named NNNN_name.sql`);
  // A check-out with CRLF line ends is the same migration.
  const sql = (await readFile(join(folder, fileName), 'utf8')).replaceAll('\r\n', '\n');
  const checksum = createHash('sha256').update(sql).digest('hex');
  return { number: Number(number), name: fileName.replace(/\.sql$/, ''), sql, checksum };
}
