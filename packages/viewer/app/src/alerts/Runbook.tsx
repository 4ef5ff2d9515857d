import { renderMarkdown } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';
import { askText } from '../api/ask.js';
import { Note } from '../dashboard/Note.js';
import type { Labels } from '../model/legend.js';
import { withLabels } from '../model/runbook.js';
import { useAsked } from '../page/use-asked.js';
import { getStyles } from './styles.js';

/** The runbook of an alert, with its placeholders filled from the alert's labels. */
export function Runbook({ name, labels }: { readonly name: string; readonly labels: Labels }) {
  const styles = useStyles2(getStyles);
  const { data, error } = useAsked((signal) => askText(`/runbooks/${name}`, { signal }), [name]);
  const html = useMemo(
    () => withLabels(renderMarkdown((data ?? '').replace(/^# .*\n/, '')), labels),
    [data, labels],
  );
  if (error !== undefined) return <Note kind="absent">{`There is no runbook ${name} here.`}</Note>;
  return (
    <section
      className={styles.runbook}
      aria-label="Runbook"
      // biome-ignore lint/security/noDangerouslySetInnerHtml: the file is part of the viewer and is sanitised as well, and only plain labels are filled in
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}
