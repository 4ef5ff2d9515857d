/** A server with a path for each user has more. There, an exchange counts only if it shows MCP itself. */
const MAX_PATHS = 100;

/** The paths that are known to serve MCP, because an MCP server answered there. */
export class Endpoints {
  private readonly paths = new Set<string>();

  serve(target: string): boolean {
    return this.paths.has(pathOf(target));
  }

  add(target: string): void {
    if (this.paths.size < MAX_PATHS) this.paths.add(pathOf(target));
  }
}

function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end < 0 ? target : target.slice(0, end);
}
