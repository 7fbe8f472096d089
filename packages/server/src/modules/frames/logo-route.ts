import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Database } from '../../platform/db/index.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import type { Access } from '../access/index.ts';
import { findLogo } from '../surfaces/index.ts';
import { readPublicRecord } from './frame-ancestors.ts';
import { embeddable, immutable } from './public-files.ts';

const fileName = /^[\w-]{22}\.(png|jpg|webp)$/;

const TextParam = Type.String({ maxLength: 200 });

/**
 * The logo that frames show. Its name is of its content, so it is kept for ever; the surface is in the address, so that
 * nobody who has a picture learns who else has it. It is a picture and nothing else, whatever a browser makes of it.
 */
export function logoRoute({ access, db }: { access: Access; db: Database }): Route {
  return defineRoute({
    method: 'GET',
    path: '/embed/surfaces/:surfaceId/logos/:file',
    scope: 'public',
    host: 'embed',
    tag: 'Embedding',
    summary: "A surface's logo, named by its content",
    params: Type.Object({ surfaceId: TextParam, file: TextParam }),
    answers: 'content',
    errors: ['not_found'],
    async longOperation({ params: { surfaceId, file } }) {
      const record = fileName.test(file) ? await readPublicRecord(access, surfaceId) : undefined;
      if (record?.surfaceId !== surfaceId || !('logos' in record)) throw notFound('logo');
      // The record is at hand; the database is not asked by everybody who makes names up.
      if (!Object.values(record.logos).some((logo) => logo.file === file)) throw notFound('logo');
      const logo = await db.withWorkspace(record, (tx) => findLogo(tx, { surfaceId, file }));
      if (logo === undefined) throw notFound('logo');
      return {
        status: 200,
        headers: {
          'content-type': logo.media_type,
          'cache-control': immutable,
          'content-security-policy': "default-src 'none'; sandbox",
          ...embeddable,
        },
        body: Buffer.from(logo.bytes),
      };
    },
  });
}
