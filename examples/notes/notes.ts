import { randomUUID } from 'node:crypto';

export interface Note {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly createdAt: string;
}

/**
 * Notes in memory. Above the limit the oldest is removed,
 * because a server that only grows runs out of memory.
 */
export class Notes {
  private readonly notes = new Map<string, Note>();

  constructor(private readonly limit = 5_000) {}

  create(title: string, text: string): Note {
    const note = { id: randomUUID(), title, text, createdAt: new Date().toISOString() };
    this.notes.set(note.id, note);
    const [oldest] = this.notes.keys();
    if (this.notes.size > this.limit && oldest) this.notes.delete(oldest);
    return note;
  }

  get(id: string): Note | undefined {
    return this.notes.get(id);
  }

  delete(id: string): boolean {
    return this.notes.delete(id);
  }

  /** Returns the newest notes, the newest first. */
  list(count: number): Note[] {
    return [...this.notes.values()].reverse().slice(0, count);
  }

  /** Finds notes with every word of the query. Those with the most mentions come first. */
  search(query: string, count: number): Note[] {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    return [...this.notes.values()]
      .map((note) => ({ note, score: score(note, words) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, count)
      .map(({ note }) => note);
  }
}

function score(note: Note, words: readonly string[]): number {
  const text = `${note.title} ${note.text}`.toLowerCase();
  const mentions = words.map((word) => text.split(word).length - 1);
  return mentions.every((count) => count > 0) ? mentions.reduce((sum, count) => sum + count, 0) : 0;
}
