import {
  FieldConfigOptionsRegistry,
  type FieldConfigPropertyItem,
  standardTransformers,
  standardTransformersRegistry,
  type TransformerRegistryItem,
} from '@grafana/data';

const STANDARD = [
  'unit',
  'min',
  'max',
  'decimals',
  'displayName',
  'description',
  'noValue',
  'color',
  'thresholds',
  'mappings',
  'links',
  'filterable',
  'fieldMinMax',
];

/** The options of a field that the panels read in addition to the standard ones. */
const CUSTOM = [
  'align',
  'axisBorderShow',
  'axisCenteredZero',
  'axisColorMode',
  'axisGridShow',
  'axisLabel',
  'axisPlacement',
  'axisSoftMax',
  'axisSoftMin',
  'axisWidth',
  'barAlignment',
  'barMaxWidth',
  'barWidthFactor',
  'cellOptions',
  'drawStyle',
  'fillBelowTo',
  'fillOpacity',
  'filterable',
  'gradientMode',
  'hidden',
  'hideFrom',
  'hideFrom.legend',
  'hideFrom.tooltip',
  'hideFrom.viz',
  'hideValue',
  'inspect',
  'lineInterpolation',
  'lineStyle',
  'lineWidth',
  'minWidth',
  'pointSize',
  'scaleDistribution',
  'showPoints',
  'spanNulls',
  'stacking',
  'thresholdsStyle',
  'transform',
  'width',
  'wrapText',
];

function property(id: string, isCustom: boolean): FieldConfigPropertyItem {
  return {
    id: isCustom ? `custom.${id}` : id,
    path: id,
    name: id,
    isCustom,
    shouldApply: () => true,
    process: (value) => value,
    override: () => null,
    editor: () => null,
    settings: {},
  };
}

export const fieldConfigRegistry = new FieldConfigOptionsRegistry(() => [
  ...STANDARD.map((id) => property(id, false)),
  ...CUSTOM.map((id) => property(id, true)),
]);

/** Registers each transformer once, since two of them have the same id. */
export function registerTransformers(): void {
  const each = new Map(
    Object.values(standardTransformers).map((transformer) => [transformer.id, transformer]),
  );
  standardTransformersRegistry.setInit(() =>
    [...each.values()].map(
      (transformation): TransformerRegistryItem => ({
        id: transformation.id,
        name: transformation.name,
        transformation: async () => transformation,
        editor: () => null,
        imageDark: '',
        imageLight: '',
      }),
    ),
  );
}
