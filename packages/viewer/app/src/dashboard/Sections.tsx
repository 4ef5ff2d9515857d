import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import type { Dashboard } from '../model/dashboard.js';
import { interpolate } from '../model/interpolate.js';
import { type Placed, type Section, sections } from '../model/layout.js';
import { useWidth } from '../page/use-width.js';
import { useShared } from './context.js';
import { PanelFrame } from './PanelFrame.js';
import { eachChosen } from './use-variables.js';

const COLUMNS = 24;
const CELL = 30;
const GAP = 8;
/** On a narrower page, panels are below each other. */
const PHONE = 720;

export function Sections({ dashboard }: { readonly dashboard: Dashboard }) {
  const { variables } = useShared();
  const [place, width] = useWidth();
  const list = sections(dashboard.panels, (name) => eachChosen(variables, name));
  return (
    <div ref={place}>
      {width > 0 && list.map((section) => <SectionView key={section.key} section={section} width={width} />)}
    </div>
  );
}

function SectionView({
  section: { row, scope, panels },
  width,
}: {
  readonly section: Section;
  readonly width: number;
}) {
  const styles = useStyles2(getStyles);
  const { lookup } = useShared();
  const [open, setOpen] = useState(!row?.collapsed);
  const own = (name: string) => (Object.hasOwn(scope, name) ? { values: [scope[name] ?? ''] } : lookup(name));
  return (
    <section>
      {row && (
        <button type="button" className={styles.heading} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? 'angle-down' : 'angle-right'} />
          <h2>{interpolate(row.title, own)}</h2>
          {!open && <span className={styles.count}>{`${panels.length} panels`}</span>}
        </button>
      )}
      {open && <Grid panels={panels} width={width} />}
    </section>
  );
}

function Grid({ panels, width }: { readonly panels: readonly Placed[]; readonly width: number }) {
  if (width < PHONE) return <Stack panels={panels} width={width} />;
  const column = (width + GAP) / COLUMNS;
  const bottom = panels.reduce((most, { position }) => Math.max(most, position.y + position.h), 0);
  return (
    <div style={{ position: 'relative', height: bottom * (CELL + GAP) }}>
      {panels.map((placed) => {
        const { x, y, w, h } = placed.position;
        const size = { width: Math.floor(w * column - GAP), height: h * (CELL + GAP) - GAP };
        return (
          <div
            key={placed.key}
            style={{ position: 'absolute', left: Math.round(x * column), top: y * (CELL + GAP) }}
          >
            <PanelFrame placed={placed} {...size} />
          </div>
        );
      })}
    </div>
  );
}

/** The height of a curve with a legend of two lines, in rows of the grid. */
const WITH_LEGEND = 9;

/** The layout for a phone: small tiles in pairs, everything else as wide as the screen. */
function Stack({ panels, width }: { readonly panels: readonly Placed[]; readonly width: number }) {
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: GAP, marginBottom: GAP }}>
      {panels.map((placed) => {
        const { w, h } = placed.position;
        const small = w <= 6 && h <= 5;
        const least = placed.panel.type === 'timeseries' ? WITH_LEGEND : 6;
        return (
          <PanelFrame
            key={placed.key}
            placed={placed}
            width={small ? Math.floor((width - GAP) / 2) : width}
            height={Math.max(h, small ? 3 : least) * (CELL + GAP) - GAP}
          />
        );
      })}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  heading: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    width: '100%',
    padding: theme.spacing(1, 0),
    background: 'none',
    border: 'none',
    color: theme.colors.text.primary,
    textAlign: 'left',
    '& h2': { fontSize: theme.typography.h5.fontSize, margin: 0 },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
  count: css({ color: theme.colors.text.secondary, marginLeft: theme.spacing(1) }),
});
