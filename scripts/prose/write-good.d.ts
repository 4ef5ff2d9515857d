declare module 'write-good' {
  /** The rules that are not false, and what they found. */
  export default function writeGood(
    text: string,
    rules?: Readonly<Record<string, boolean>>,
  ): readonly { readonly index: number; readonly offset: number; readonly reason: string }[];
}
