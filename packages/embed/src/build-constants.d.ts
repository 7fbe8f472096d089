/**
 * How the names end of the files in embed/assets/ that the loader loads, `-HASH.js`; put in by the build, so that the loader pins
 * them. The hash is that of all of them: their names differ in their first word only.
 */
// oxlint-disable-next-line no-underscore-dangle -- nobody takes it for a variable
declare const __PARTS_END__: string;
