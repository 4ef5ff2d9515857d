import { createRoot } from 'react-dom/client';
import { prepareLinks } from './data/links.js';
import { registerTransformers } from './data/registry.js';
import { App } from './page/App.js';
import { askContents } from './page/contents.js';
import { followLinks } from './page/location.js';
import './page/fonts.css';

registerTransformers();
prepareLinks();
followLinks();

const root = document.getElementById('root');
if (!root) throw new Error('Expected the page to have a root');
// Plots measure their labels only once, so the fonts must be loaded before the first plot is drawn.
const fonts = ['400 12px "Inter"', '400 12px "Roboto Mono"'].map((font) => document.fonts.load(font));
const [contents] = await Promise.all([askContents().catch((error: Error) => error), ...fonts]);
createRoot(root).render(<App contents={contents} />);
