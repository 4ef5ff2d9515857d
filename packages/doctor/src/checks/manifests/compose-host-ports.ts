import type { Finding } from '../../check.js';
import { allComposeServices, type ComposeService } from '../../facts/compose.js';
import { filesCheck } from './define.js';

export const composePortsAreFree = filesCheck({
  code: 'PMCP-D453',
  title: 'In Compose, each port of the machine is opened by one service.',
  why: 'The second service does not start: `port is already allocated`. Prometheus and the admin port of a server both have port 9090 by default.',
  cure: 'Give one of them another port of the machine, as in `127.0.0.1:9091:9090`, or none: services reach each other without it.',
  severity: 'fail',
  after: ['PMCP-D060', 'PMCP-D094'],
  async run(context) {
    const opened = (await context.get(allComposeServices)).flatMap(openedBy);
    return opened.flatMap((one, i): Finding[] => {
      const other = opened.slice(0, i).find((before) => isSame(before, one));
      if (other === undefined) return [];
      return [
        {
          found: `service ${one.service.name} opens port ${one.port} of the machine, as service ${other.service.name} does`,
          where: one.service.at(['ports']),
        },
      ];
    });
  },
});

interface Opened {
  readonly service: ComposeService;
  readonly ip: string;
  readonly port: string;
  readonly protocol: string;
}

function openedBy(service: ComposeService): Opened[] {
  // Services of different profiles need not run together.
  if (service.spec.profiles !== undefined) return [];
  return (service.spec.ports ?? []).flatMap((one): Opened[] => {
    if (typeof one === 'object') {
      const { published, host_ip: ip = '', protocol = 'tcp' } = one;
      return published === undefined ? [] : [{ service, ip, port: String(published), protocol }];
    }
    const [, ip = '', port, protocol = 'tcp'] =
      /^(?:([\d.]+):)?(\d+):\d+(?:\/(\w+))?$/.exec(String(one)) ?? [];
    return port === undefined ? [] : [{ service, ip, port, protocol }];
  });
}

/** Other files may be alternatives. */
function isSame(one: Opened, other: Opened): boolean {
  const isAny = ({ ip }: Opened) => ip === '' || ip === '0.0.0.0';
  return (
    one.service.name !== other.service.name &&
    one.service.at().file === other.service.at().file &&
    one.port === other.port &&
    one.protocol === other.protocol &&
    (isAny(one) || isAny(other) || one.ip === other.ip)
  );
}
