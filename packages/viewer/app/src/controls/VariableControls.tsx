import { Input } from '@grafana/ui';
import { useEffect, useState } from 'react';
import type { Resolved } from '../dashboard/variables.js';
import { ALL } from '../model/interpolate.js';
import { setParameters } from '../page/location.js';
import { Choice } from './Choice.js';

/** How long to wait after the last key before the text is used. */
const PAUSE_MS = 400;

export function VariableControls({ list }: { readonly list: readonly Resolved[] }) {
  return list
    .filter(worthShowing)
    .map((resolved) => <Control key={resolved.variable.name} resolved={resolved} />);
}

/** Whether there is something to choose. For example, there are no clusters if no series has such a label. */
function worthShowing({ variable, options, chosen, error }: Resolved): boolean {
  if (variable.hide === 2 || variable.type === 'constant') return false;
  if (variable.type === 'textbox' || error !== undefined) return true;
  if (variable.type === 'datasource') return (options?.length ?? 0) > 1;
  return (options?.length ?? 1) > 0 || !chosen.includes(ALL);
}

function Control({ resolved }: { readonly resolved: Resolved }) {
  const { variable, options = [], chosen, error } = resolved;
  const label = variable.label ?? variable.name;
  const choose = (values: readonly string[]) => setParameters({ [`var-${variable.name}`]: values });
  if (variable.type === 'textbox')
    return <TextControl label={label} value={chosen[0] ?? ''} onChange={(text) => choose([text])} />;
  return (
    <Choice
      label={label}
      options={options}
      chosen={chosen}
      multi={variable.multi === true}
      all={variable.includeAll ? { value: ALL, text: 'All' } : undefined}
      error={error}
      onChoose={choose}
    />
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function TextControl({ label, value, onChange }: TextProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the pause again
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onChange(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Input
      width={24}
      value={text}
      prefix={`${label}:`}
      aria-label={label}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
    />
  );
}
