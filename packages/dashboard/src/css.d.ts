/** A style sheet; of a `.module.css`, the names that its classes have in the page. */
declare module '*.css' {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}
