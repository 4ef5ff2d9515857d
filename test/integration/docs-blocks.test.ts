import { describe, expect, it } from 'vitest';
import { type Block, blocksOf, pages } from '../support/docs/blocks.js';
import { KINDS } from '../support/docs/kinds.js';

const blocks = pages().flatMap(blocksOf);

function faultsIn(block: Block): readonly string[] {
  try {
    return KINDS[block.language]?.(block) ?? [`no check knows blocks of \`${block.language}\``];
  } catch (error) {
    return [(error as Error).message];
  }
}

function shell(text: string, folder = '.'): readonly string[] {
  return faultsIn({ title: '', page: 'README.md', folder, language: 'sh', text: `${text}\n` });
}

describe('the code blocks of the documentation', () => {
  it('are many, of every kind that is checked', () => {
    expect(blocks.length).toBeGreaterThan(400);
    expect([...new Set(blocks.map(({ language }) => language))].sort()).toEqual(Object.keys(KINDS).sort());
  });

  it.each(pages().filter((page) => blocks.some((block) => block.page === page)))('are right: %s', (page) => {
    const faults = blocks
      .filter((block) => block.page === page)
      .map((block) => [block.title, faultsIn(block)]);
    expect(faults.filter(([, found]) => found!.length > 0)).toEqual([]);
  });
});

describe('a command on a page is refused', () => {
  it.each([
    ['of a program that no page uses', 'tetris --now'],
    ['with a flag that the program does not have', 'curl --silnt localhost:9090/metrics | grep -c x'],
    ['with a short flag that the program does not have', 'ls -z'],
    ['with a command that the program does not have', 'kubectl aply --kustomize examples/kubernetes/keda'],
    ['with a flag of another command', 'helm rollback notes 1 --install'],
    ['with a folder that is not there', 'kubectl apply --kustomize examples/kubernetes/kea'],
    ['with a file that is not there', 'docker build --file examples/notes/Dockerfil --tag notes .'],
    ['with an object that no example has', 'kubectl create job --from=cronjob/postgres-restor first'],
    ['with a flag of ours that is misspelt', 'npx pmcp-observability assets monitoring --forse'],
    ['with a value that we refuse', 'pmcp-observability job --name backup --pushgateway pushgateway -- true'],
    ['without the operand that it needs', 'npx pmcp-observability assets --force'],
    ['with a package that has no such program', 'npx -p @pmcp/otlp pmcp-observability assets m'],
    ['with a flag of the viewer that is misspelt', 'npx @pmcp/viewer --prometeus http://localhost:9090'],
    ['with a flag of the doctor that is misspelt', 'npx @pmcp/doctor --manifest ./deploy'],
    ['with a variable that is misspelt', 'PMCP_METRIC_PORT=1 node server.js'],
    ['with a module that we do not export', 'node --import @pmcp/observability/registr server.js'],
    ['with a file of Node that is not there', 'node serve.js'],
    ['with a script that is not there', 'npm run benchmark'],
    ['with a flag that the script does not know', 'npm run fuzz -- --hours 1'],
    ['with a package that nobody knows', 'npm install @pmcp/observabilty'],
    ['inside a substitution', 'echo "$(tetris)"'],
    ['after a pipe and in a loop', 'for a in b; do echo a | sort -q; done'],
    ['that no shell can read', "curl 'localhost:9090/metrics"],
  ])('%s', (_, line) => {
    expect(shell(line)).toHaveLength(1);
  });
});
