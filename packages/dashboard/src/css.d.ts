declare module '*.css';
declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>;
  // oxlint-disable-next-line import/no-default-export -- how the bundler gives the names of classes
  export default classes;
}
