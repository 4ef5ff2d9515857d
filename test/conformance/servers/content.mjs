/** The contents that the suite expects from a server, shared by both SDKs. */
export const PICTURE = {
  type: 'image',
  data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGM4AQAAygDJmcpdfgAAAABJRU5ErkJggg==',
  mimeType: 'image/png',
};
export const SOUND = {
  type: 'audio',
  data: 'UklGRigAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQQAAACAgICA',
  mimeType: 'audio/wav',
};

export const words = (text) => ({ type: 'text', text });
export const said = (...content) => ({ content });
export const embedded = (uri, mimeType, text) => ({ type: 'resource', resource: { uri, mimeType, text } });

export const form = (properties, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
});

const titles = (prefix, names) => names.map((title, i) => ({ const: `${prefix}${i + 1}`, title }));
const options = ['option1', 'option2', 'option3'];

/** A form with a default for every kind of field. */
export const DEFAULTS = form(
  {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
  [],
);

/** A form with every kind of choice. */
export const CHOICES = form(
  {
    untitledSingle: { type: 'string', enum: options },
    titledSingle: {
      type: 'string',
      oneOf: titles('value', ['First Option', 'Second Option', 'Third Option']),
    },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
    titledMulti: {
      type: 'array',
      items: { anyOf: titles('value', ['First Choice', 'Second Choice', 'Third Choice']) },
    },
  },
  [],
);

export const RESOURCES = {
  'test://static-text': {
    mimeType: 'text/plain',
    text: 'This is the content of the static text resource.',
  },
  'test://static-binary': { mimeType: 'image/png', blob: PICTURE.data },
  'test://watched-resource': { mimeType: 'text/plain', text: 'Watched resource content' },
};
export const TEMPLATE = 'test://template/{id}/data';

export const read = (uri) => ({ contents: [{ uri, ...RESOURCES[uri] }] });
export const readTemplate = (uri, id) => ({
  contents: [
    {
      uri,
      mimeType: 'application/json',
      text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
    },
  ],
});
