import { cx } from '@emotion/css';
import { Icon, useStyles2 } from '@grafana/ui';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { getStyles } from './choice-styles.js';

export interface ChoiceProps {
  readonly label: string;
  readonly options: readonly string[];
  readonly chosen: readonly string[];
  readonly multi: boolean;
  /** The entry that means all options, if all can be chosen. */
  readonly all?: { readonly value: string; readonly text: string } | undefined;
  readonly error?: string | undefined;
  readonly onChoose: (chosen: readonly string[]) => void;
}

/** How many options are shown. Users search a longer list instead of reading it. */
const SHOWN = 200;

/** The list of options. It exists only while it is open. */
export function ChoiceList(props: ChoiceProps & { readonly close: () => void }) {
  const { label, options, chosen, multi, all, close } = props;
  const styles = useStyles2(getStyles);
  const id = useId();
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = options
    .filter((option) => option.toLowerCase().includes(search.toLowerCase()))
    .slice(0, SHOWN);
  const items = all && search === '' ? [all.value, ...found] : found;
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const toggle = (value: string) => {
    if (!multi || value === all?.value) {
      props.onChoose([value]);
      close();
      return;
    }
    const others = chosen.filter((one) => one !== value && one !== all?.value);
    const next = chosen.includes(value) ? others : [...others, value];
    props.onChoose(next.length === 0 && all ? [all.value] : next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
    };
    const move = moves[event.key];
    if (move !== undefined) setActive(Math.min(Math.max(active + move, 0), items.length - 1));
    else if (event.key === 'Enter' && items[active] !== undefined) toggle(items[active]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.popup}>
      <input
        // biome-ignore lint/a11y/noAutofocus: the user opened it in order to choose
        autoFocus
        className={styles.search}
        placeholder={`Search ${label.toLowerCase()}`}
        value={search}
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={`${id}-${active}`}
        onChange={({ target }) => {
          setSearch(target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-multiselectable={multi}
        aria-label={label}
        className={styles.list}
      >
        {items.map((value, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box above handles the keys, as in every combobox
          <div
            key={value}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={chosen.includes(value)}
            className={cx(styles.option, index === active && styles.active)}
            onClick={() => toggle(value)}
          >
            <span className={cx(styles.mark, chosen.includes(value) && styles.marked)}>
              {chosen.includes(value) && <Icon name="check" size="sm" />}
            </span>
            {value === all?.value ? all.text : value}
          </div>
        ))}
        {items.length === 0 && <div className={styles.nothing}>Nothing found</div>}
      </div>
    </div>
  );
}
