import { cx } from '@emotion/css';
import { Icon, useStyles2 } from '@grafana/ui';
import { useEffect, useRef, useState } from 'react';
import { ChoiceList, type ChoiceProps } from './ChoiceList.js';
import { getStyles } from './choice-styles.js';

/** A button that opens a list to choose from, with a box to search it. */
export function Choice(props: ChoiceProps) {
  const { label, chosen, all, error } = props;
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const elsewhere = ({ target }: Event) => {
      if (target instanceof Node && !place.current?.contains(target)) setOpen(false);
    };
    document.addEventListener('pointerdown', elsewhere);
    return () => document.removeEventListener('pointerdown', elsewhere);
  }, [open]);
  const text = chosen.map((value) => (value === all?.value ? all.text : value)).join(', ') || '–';
  return (
    <div ref={place} className={styles.place}>
      <button
        type="button"
        className={cx(styles.button, error && styles.failed)}
        title={error ?? `${label}: ${text}`}
        aria-haspopup="listbox"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span className={styles.label}>{label}</span>
        <span className={styles.text}>{text}</span>
        <Icon name={open ? 'angle-up' : 'angle-down'} />
      </button>
      {open && <ChoiceList {...props} close={() => setOpen(false)} />}
    </div>
  );
}
