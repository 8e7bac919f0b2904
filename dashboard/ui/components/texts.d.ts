// Files that modules import as they are: see `bundle` of bundle.py.

declare module "*.css" {
  const text: string;
  export default text;
}

declare module "*.html" {
  const text: string;
  export default text;
}

/** The template of all figures: colours, sizes, margins. */
declare module "*/template.json" {
  const template: { data: Record<string, any>; layout: Record<string, any> };
  export default template;
}
