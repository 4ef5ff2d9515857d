import { type Demo, serveViewer, shipped, type TraceSource, type Viewer } from '@pmcp/viewer';
import { SCALE } from './demo-rules.js';
import { FAULTS, type FaultName } from './faults/faults.js';

/** A fixed port, so that the link is always the same, unless another program uses the port. */
const PORT = 9464;

/** Serves the dashboards, alerts and requests of this run, with buttons for the faults. */
export async function startViewer(
  prometheus: string,
  traces: TraceSource,
  set: (fault: FaultName, on: boolean) => void,
): Promise<Viewer> {
  const options = {
    ...shipped(),
    prometheus: { Prometheus: { url: new URL(prometheus), scrapeIntervalMs: 1000 } },
    traces,
    demo: demo(set),
  };
  return serveViewer({ ...options, port: PORT }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return serveViewer({ ...options, port: 0 });
  });
}

function demo(set: (fault: FaultName, on: boolean) => void): Demo {
  const active = new Set<string>();
  return {
    says: `Some clients fail on purpose. Alerts run ${1 / SCALE} times as fast as shipped, with limits that suit this server.`,
    faults: FAULTS,
    active: () => [...active],
    set(name, on) {
      if (on) active.add(name);
      else active.delete(name);
      set(name as FaultName, on);
    },
  };
}
