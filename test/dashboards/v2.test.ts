import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Dashboard as Built } from '../../dashboards/dashboard.js';
import { allDashboards, optionalSections } from '../../dashboards/dashboards.js';
import { resourceOf } from '../../dashboards/v2/resource.js';
import { type Dashboard, panelsOf, queriesOf } from './model.js';
import { schemaV2 } from './v2-schema.js';

const validate = new Ajv({ strict: false, allErrors: true }).compile(schemaV2());
const dashboards = allDashboards();
const made = (dashboard: Built) => resourceOf(dashboard, optionalSections(dashboard.uid));

describe.each(dashboards)('$title in schema v2', (dashboard) => {
  const resource = JSON.parse(JSON.stringify(made(dashboard)));
  const { spec } = resource;
  const classic = dashboard as unknown as Dashboard;

  it('is valid for the declarations of Grafana', () => {
    validate(spec);
    expect(validate.errors ?? []).toEqual([]);
    expect(resource).toMatchObject({
      apiVersion: 'dashboard.grafana.app/v2',
      kind: 'Dashboard',
      metadata: { name: dashboard.uid },
    });
  });

  it('shows every panel once, and has all queries of the classic dashboard', () => {
    const text = JSON.stringify(spec.layout);
    const placed = [...text.matchAll(/"kind":"ElementReference","name":"([^"]+)"/g)].map(([, name]) => name);
    expect(placed.toSorted()).toEqual(Object.keys(spec.elements).toSorted());
    expect(placed).toHaveLength(panelsOf(classic).length);
    const asked = JSON.stringify(spec.elements);
    for (const { text } of queriesOf(classic, 'prometheus')) expect(asked).toContain(JSON.stringify(text));
  });

  it('leaves out optional members only when they are empty', () => {
    const titles = [
      ...JSON.stringify(spec.layout).matchAll(
        /"title":"([^"]*)",(?:"collapse":false,)?"conditionalRendering"/g,
      ),
    ];
    expect(titles.map(([, title]) => title)).toEqual([...optionalSections(dashboard.uid)]);
  });

  it('lays tiles out automatically, and keeps the places of all other panels', () => {
    const kinds = (layout: unknown, item: string) =>
      [...JSON.stringify(layout).matchAll(new RegExp(`"${item}","spec":\\{[^}]*?"name":"([^"]+)"`, 'g'))].map(
        ([, name = '']) => spec.elements[name].spec.vizConfig.group,
      );
    const tiles = kinds(spec.layout, 'AutoGridLayoutItem');
    expect(tiles).toEqual(panelsOf(classic).flatMap(({ type }) => (type === 'stat' ? ['stat'] : [])));
    expect(kinds(spec.layout, 'GridLayoutItem')).not.toContain('stat');
  });

  it('has its variables, links and annotations', () => {
    const named = (list: { spec: { name: string } }[]) => list.map(({ spec: { name } }) => name);
    expect(named(spec.variables)).toEqual(classic.templating.list.map(({ name }) => name));
    expect(named(spec.annotations)).toEqual(classic.annotations.list.map(({ name }) => name));
    expect(spec.links.map(({ url }: { url: string }) => url)).toEqual(classic.links.map(({ url }) => url));
  });
});

it.each<[string, (spec: Record<string, unknown>) => void]>([
  ['an unknown member', (spec) => Object.assign(spec, { panels: [] })],
  ['a missing member', (spec) => Reflect.deleteProperty(spec, 'timeSettings')],
  ['a layout that there is not', (spec) => Object.assign(spec, { layout: { kind: 'Grid', spec: {} } })],
  [
    'a condition that there is not',
    (spec) => {
      const { layout } = spec;
      const row = { kind: 'RowsLayoutRow', spec: { layout, conditionalRendering: {} } };
      spec.layout = { kind: 'RowsLayout', spec: { rows: [row] } };
    },
  ],
  ['a crosshair that there is not', (spec) => Object.assign(spec, { cursorSync: 'crosshair' })],
])('detects %s', (_, spoil) => {
  const spec = JSON.parse(JSON.stringify(made(dashboards[0]!).spec));
  spoil(spec);
  expect(validate(spec)).toBe(false);
});
