import type { SVGProps } from 'react';

const ICONS = import.meta.glob<string>(
  '../node_modules/@grafana/ui/dist/public/img/icons/{unicons,mono,solid,custom}/*.svg',
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
);

const byName = new Map(
  Object.entries(ICONS).map(([path, svg]) => [path.split('/').slice(-2).join('/'), parse(svg)] as const),
);

interface Drawing {
  readonly viewBox: string;
  readonly body: string;
}

function parse(svg: string): Drawing {
  const [, viewBox = '0 0 24 24'] = /viewBox="([^"]+)"/.exec(svg) ?? [];
  const [, body = ''] = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg) ?? [];
  return { viewBox, body };
}

interface Props extends Omit<SVGProps<SVGSVGElement>, 'onLoad' | 'onError' | 'ref'> {
  readonly src: string;
  readonly title?: string;
  readonly innerRef?: React.Ref<SVGSVGElement>;
  readonly loader?: unknown;
  readonly onLoad?: unknown;
  readonly onError?: unknown;
}

/** Replaces the libraries' loader, which fetches each icon separately. Here the page contains the icons. */
export default function Icon({ src, title, innerRef, loader: _, onLoad: __, onError: ___, ...rest }: Props) {
  const icon = byName.get(src.split('/').slice(-2).join('/'));
  const label = title ? `<title>${title.replace(/[<&]/g, '')}</title>` : '';
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox={icon?.viewBox}
      ref={innerRef}
      {...rest}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: the drawings are part of this page
      dangerouslySetInnerHTML={{ __html: label + (icon?.body ?? '') }}
    />
  );
}
