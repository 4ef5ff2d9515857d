type Labels = Readonly<Record<string, string>>;

/** Whether labels satisfy a label selector: `a=b,c!=d,e in (f,g),h notin (i),j,!k`. */
export function selects(selector: string, labels: Labels = {}): boolean {
  return selector.split(/,(?![^(]*\))/).every((term) => meets(term.trim(), labels));
}

function meets(term: string, labels: Labels): boolean {
  const [, key = '', operator, operand = ''] = /^(!?[\w./-]+)\s*(==|=|!=|notin|in)?\s*(.*)$/.exec(term) ?? [];
  const values = operand.replace(/^\(|\)$/g, '').split(/\s*,\s*/);
  const value = labels[key];
  if (operator === undefined)
    return key.startsWith('!') ? !(key.slice(1) in labels) : key in labels || term === '';
  const among = value !== undefined && values.includes(value);
  return operator === '!=' || operator === 'notin' ? !among : among;
}
