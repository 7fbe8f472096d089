/** The runtime's file in embed/assets/, with its content hash; put in by the build, so that the loader pins it. */
// oxlint-disable-next-line no-underscore-dangle -- nobody takes it for a variable
declare const __RUNTIME_FILE__: string;
/** The same, of what explains failures. */
// oxlint-disable-next-line no-underscore-dangle -- nobody takes it for a variable
declare const __DIAGNOSIS_FILE__: string;
