/**
 * The runtime's file in embed/assets/; put in by the build, so that the loader pins it. Its hash is that of everything which the
 * loader loads, the names of whose files differ in their first word only.
 */
// oxlint-disable-next-line no-underscore-dangle -- nobody takes it for a variable
declare const __RUNTIME_FILE__: string;
