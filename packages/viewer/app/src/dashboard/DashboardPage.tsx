import { DashboardCursorSync, EventBusSrv } from '@grafana/data';
import { type PanelContext, PanelContextProvider } from '@grafana/ui';
import { useMemo } from 'react';
import { askJson } from '../api/ask.js';
import { TimeControls } from '../controls/TimeControls.js';
import { VariableControls } from '../controls/VariableControls.js';
import { variableParameters } from '../model/address.js';
import type { Dashboard } from '../model/dashboard.js';
import type { Lookup } from '../model/interpolate.js';
import { Bar } from '../page/Bar.js';
import { setParameters, useAddress } from '../page/location.js';
import { useAsked } from '../page/use-asked.js';
import { type Shared, SharedContext } from './context.js';
import { Navigation } from './Navigation.js';
import { Note } from './Note.js';
import { Sections } from './Sections.js';
import { useTimeSpan } from './time-span.js';
import { useMarks } from './use-marks.js';
import { useVariables } from './use-variables.js';

export function DashboardPage({ uid }: { readonly uid: string }) {
  const { data, error } = useAsked(
    async (signal) => ({ uid, dashboard: await askJson<Dashboard>(`/dashboards/${uid}.json`, { signal }) }),
    [uid],
  );
  if (data?.uid === uid) return <Shown dashboard={data.dashboard} />;
  return (
    <>
      <Navigation />
      {error && <Note kind="error">{error}</Note>}
    </>
  );
}

/** Shares the position of the pointer between the curves. */
const panelContext: PanelContext = {
  eventsScope: '__global_',
  eventBus: new EventBusSrv(),
  sync: () => DashboardCursorSync.Crosshair,
};

function Shown({ dashboard }: { readonly dashboard: Dashboard }) {
  const { parameters } = useAddress();
  const asked = parameters.get('refresh') ?? (dashboard.refresh || '');
  const every = asked === 'off' ? '' : asked;
  const from = parameters.get('from') ?? dashboard.time.from;
  const to = parameters.get('to') ?? dashboard.time.to;
  const [span, refresh] = useTimeSpan(from, to, every);
  const variables = useVariables(dashboard, parameters, span);
  const lookup = useMemo<Lookup>(() => {
    const own = {
      __url_time_range: `from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`,
      __all_variables: variableParameters(parameters).toString(),
      __from: String(Math.round(span.start * 1000)),
      __to: String(Math.round(span.end * 1000)),
      __dashboard: dashboard.title,
    };
    return (name) => variables.values[name] ?? (own as Readonly<Record<string, string>>)[name];
  }, [variables, parameters, from, to, span, dashboard]);
  const marks = useMarks(dashboard, span, variables, lookup);
  const shared = useMemo<Shared>(
    () => ({
      span,
      variables,
      lookup,
      marks,
      zoom: (fromMs, toMs) =>
        setParameters({ from: String(Math.round(fromMs)), to: String(Math.round(toMs)) }),
    }),
    [span, variables, lookup, marks],
  );
  return (
    <SharedContext value={shared}>
      <PanelContextProvider value={panelContext}>
        <Navigation dashboard={dashboard} lookup={lookup} />
        <Bar>
          <VariableControls list={variables.list} />
          <Bar.End>
            <TimeControls span={span} every={every} refresh={refresh} />
          </Bar.End>
        </Bar>
        <main>
          <Sections key={dashboard.uid} dashboard={dashboard} />
        </main>
      </PanelContextProvider>
    </SharedContext>
  );
}
