import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { absent } from './build/absent.js';
import { notices } from './build/notices.js';

export default defineConfig({
  plugins: [absent(), react(), notices()],
  base: '/bundle/',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}' },
  resolve: {
    alias: [
      { find: 'react-inlinesvg', replacement: resolve(import.meta.dirname, 'src/icon.tsx') },
      { find: './fonts.mjs', replacement: resolve(import.meta.dirname, 'src/no-fonts.ts') },
    ],
  },
  build: {
    outDir: '../bundle',
    emptyOutDir: true,
    // One folder and the same names every time: the server serves no other.
    assetsDir: '.',
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 6000,
    rollupOptions: {
      output: {
        inlineDynamicImports: true,
        entryFileNames: 'app.js',
        assetFileNames: '[name][extname]',
      },
      onwarn(warning, warn) {
        // Comments of libraries.
        if (warning.code !== 'INVALID_ANNOTATION') warn(warning);
      },
    },
  },
});
