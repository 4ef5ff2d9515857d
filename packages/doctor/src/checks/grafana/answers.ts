import { askGrafana, frontendSettings, refused } from '../../facts/grafana.js';
import { grafanaCheck } from './define.js';

export const grafanaAnswers = grafanaCheck({
  code: 'PMCP-D250',
  title: 'Grafana answers, and has its database.',
  why: 'Without it nobody sees a dashboard, and what is looked at in an incident is not there.',
  cure: 'Check the address, with the path if Grafana is below one: `curl GRAFANA/api/health` says `"database": "ok"`. Its log says why the database is away.',
  severity: 'fail',
  rights: 'GET of `/api/health`.',
  after: [],
  async run(context) {
    const { origin } = context.settings.grafana!;
    try {
      const { status, body } = await askGrafana(context, 'api/health');
      const database = databaseOf(body);
      if (status === 200 && database === 'ok') return [];
      if (database === undefined)
        return [
          {
            found: `${origin} is not Grafana: it answers ${status} to GET /api/health, without the state of a database`,
          },
        ];
      return [{ found: `Grafana at ${origin} says that its database is ${database}` }];
    } catch (error) {
      return [{ found: `${origin} can't be asked: ${(error as Error).message}` }];
    }
  },
});

function databaseOf(body: string): string | undefined {
  try {
    const { database } = JSON.parse(body) as { readonly database?: unknown };
    return typeof database === 'string' ? database : undefined;
  } catch {
    return undefined;
  }
}

const READ = ['api/frontend/settings', 'api/search?type=dash-db&limit=1'];

export const grafanaLetsUsRead = grafanaCheck({
  code: 'PMCP-D251',
  title: 'Grafana lets the doctor read dashboards and data sources.',
  why: 'Nothing else can be looked at without.',
  cure: 'Make a service account with the role Viewer (Administration, Users and access, Service accounts), write a token of it into a file that only you can read, and give it: `--token-file grafana=FILE`.',
  severity: 'fail',
  rights: 'The role Viewer: `dashboards:read`, `folders:read`, `datasources:query`.',
  after: ['PMCP-D250'],
  async run(context) {
    for (const path of READ) {
      const { status, body } = await askGrafana(context, path);
      if (status !== 200) return [{ found: refused(path, status, body) }];
    }
    return [];
  },
});

/** The oldest major version that draws all panels. Tables with trends need it. */
const OLDEST = 11;

export const grafanaIsNewEnough = grafanaCheck({
  code: 'PMCP-D252',
  title: `Grafana has version ${OLDEST} at least.`,
  why: 'Older ones do not know all that the dashboards are made of: tables without trends, panels with errors. They get no repairs of security faults either.',
  cure: 'Update Grafana; its database is migrated when it starts, so keep a copy of it.',
  severity: 'fail',
  rights: 'GET of `/api/frontend/settings`.',
  async run(context) {
    const { buildInfo } = await context.get(frontendSettings);
    const major = Number.parseInt(buildInfo?.version ?? '', 10);
    if (Number.isNaN(major) || major >= OLDEST) return [];
    return [{ found: `Grafana has version ${buildInfo?.version}, expected ${OLDEST} or later` }];
  },
});
