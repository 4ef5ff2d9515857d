/** The name of an official image without its registry, and its tag unless that can't be told. */
export function parsedImage(image: string): { repository: string; tag: string | undefined } {
  const [, repository = '', tag] = /^(.*?)(?::([^/]*))?$/.exec(image.replace(/@.*$/, '')) ?? [];
  const plain = repository
    .replace(/^(docker\.io|index\.docker\.io|mirror\.gcr\.io)\//, '')
    .replace(/^(.*\/)?library\//, '');
  return { repository: plain, tag };
}
