declare module 'write-good' {
  /** Applies the rules that are not false, and returns what they found. */
  export default function writeGood(
    text: string,
    rules?: Readonly<Record<string, boolean>>,
  ): readonly { readonly index: number; readonly offset: number; readonly reason: string }[];
}
