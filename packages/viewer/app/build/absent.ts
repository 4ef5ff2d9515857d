import type { Plugin } from 'vite';

const ABSENT = '\0absent';

/** Parts of the libraries that no page of ours shows: editors, maps, tracing of the page itself. */
const LEFT_OUT: readonly RegExp[] = [
  /^(monaco-editor|@monaco-editor\/react)(\/|$)/,
  /\/(ReactMonacoEditor|ReactMonacoEditorLazy|CodeEditor|CodeEditorLazy|CodeMirrorEditor)\.mjs$/,
  /^(@codemirror|@lezer|@uiw)\//,
  /^ol(\/|$)/,
  /^@grafana\/faro-/,
  /^(slate|slate-react|slate-plain-serializer|prismjs)(\/|$)/,
];

/** Puts an empty module in place of what is left out; what is imported from it is undefined. */
export function absent(patterns: readonly RegExp[] = LEFT_OUT): Plugin {
  return {
    name: 'absent',
    enforce: 'pre',
    resolveId: (source) => (patterns.some((pattern) => pattern.test(source)) ? ABSENT : undefined),
    load: (id) =>
      id === ABSENT
        ? { code: 'export default {};', syntheticNamedExports: true, moduleSideEffects: false }
        : undefined,
  };
}
