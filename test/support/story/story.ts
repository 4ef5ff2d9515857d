import { closeSync, openSync, writeSync } from 'node:fs';
import { alerts } from './alerts.js';
import { dependencies, doctor, type Target, watchers } from './around.js';
import { RARELY } from './chapters.js';
import { connections } from './connections.js';
import { kubernetes, scrapes } from './kubernetes.js';
import { process } from './process.js';
import { Recorder } from './recorder.js';
import { requests } from './requests.js';
import { rich } from './rich.js';
import { SERVERS } from './servers.js';

/** Writes all scrapes of the two hours as OpenMetrics text. */
export function writeStory(file: string): void {
  written(file, (write) => {
    const target: Target = (labels) => new Recorder(write, labels, { step: RARELY });
    for (const server of SERVERS) {
      const recorder = new Recorder(write, server.labels, server);
      requests(recorder, server);
      connections(recorder, server);
      process(recorder, server);
      if (server.replica === 0) rich(recorder, server);
    }
    kubernetes(
      target,
      SERVERS.filter(({ born }) => !born),
    );
    scrapes(target, SERVERS);
    dependencies(target);
    watchers(target);
    doctor(target);
    alerts(target);
  });
}

/** Writes a file of OpenMetrics text, piece by piece. */
export function written(file: string, pieces: (write: (text: string) => void) => void): void {
  const descriptor = openSync(file, 'w');
  try {
    pieces((text) => writeSync(descriptor, text));
    writeSync(descriptor, '# EOF\n');
  } finally {
    closeSync(descriptor);
  }
}
