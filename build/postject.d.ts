/** The package has no types of its own. */
declare module 'postject' {
  export const inject: (
    file: string,
    name: string,
    content: Buffer,
    options: { readonly sentinelFuse: string },
  ) => Promise<void>;
}
