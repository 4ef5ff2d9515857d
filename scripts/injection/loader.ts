/**
 * Returns the program that Node loads before each other one. It loads the toolkit if that is there, and if this Node can run
 * it. Whatever happens, it says nothing, and the program starts. Old versions of Node must understand it too.
 */
export function loader(toolkit: string): string {
  const isNewEnough = 'v[0] > 20 || (v[0] == 20 && v[1] > 18)';
  return `try { var v = process.versions.node.split('.'); if (${isNewEnough}) require('${toolkit}'); } catch (e) {}\n`;
}
