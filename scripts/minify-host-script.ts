import { minify as minifyByTerser } from 'terser';
import { minify, type Plugin } from 'vite';

/**
 * Minifies scripts of host pages, which have no byte to spare, by two minifiers: terser finds more in what the bundler's own has
 * left (0.7 % of the loader, 2.5 % of what explains failures). It does so while a chunk is rendered, so that the chunk's name
 * is the hash of what it then is.
 */
export function minifyHostScript(): Plugin {
  return {
    name: 'minify-host-script',
    // What writes a chunk down last decides about its white space.
    enforce: 'post',
    async renderChunk(code, { fileName }, { format }) {
      const isModule = format === 'es';
      const first = await minify(fileName, code, { module: isModule, compress: { target: 'es2022' }, sourcemap: true });
      const [problem] = first.errors;
      if (problem !== undefined) throw new Error(`${fileName}: ${problem.message}`);
      const second = await minifyByTerser(first.code, {
        module: isModule,
        ecma: 2022,
        // No function of ours is made an object of by `new`, and no getter of the page's does more than to get.
        compress: { passes: 3, pure_getters: true, unsafe_arrows: true },
        sourceMap: { content: JSON.stringify(first.map) },
      });
      if (second.code === undefined || typeof second.map !== 'string')
        throw new Error(`${fileName}: terser made nothing`);
      return { code: second.code, map: second.map };
    },
  };
}
