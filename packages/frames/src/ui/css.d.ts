/** A style sheet that the build puts beside the script. */
declare module '*.css';

/** A style sheet as text, for a script that brings its own. */
declare module '*.css?inline' {
  const css: string;
  export default css;
}
