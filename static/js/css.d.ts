/** A style sheet of static/css/late, which the build puts into the module as text. */
declare module "*.css" {
  const css: string;
  export default css;
}
