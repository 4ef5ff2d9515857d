import { describe, expect, it } from 'vitest';
import { isLimit, plainly } from './scrape-errors.js';

describe('why a scrape fails', () => {
  it.each([
    ['sample limit exceeded', 'sample_limit'],
    ['body size limit exceeded', 'body_size_limit'],
    ['label_limit exceeded (metric: "x", number of labels: 9, limit: 2)', 'label_limit'],
    ['label_value_length_limit exceeded (metric: "x", label: a=b, limit: 1)', 'label_value_length_limit'],
  ])('is cured by a higher limit where it says %s', (error, limit) => {
    expect(isLimit(error)).toBe(true);
    const { reason, cure } = plainly(error);
    expect(reason).toBe(error);
    expect(cure).toContain(`\`${limit}\``);
    expect(cure).not.toMatch(/port|401|421/);
  });
});
