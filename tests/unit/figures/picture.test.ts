import { describe, expect, it } from 'vitest';
import { pictureOf } from '#grader/figures/picture.ts';
import { renderPanels } from '#grader/figures/svg.ts';
import type { Drawing } from '#grader/model/figure.ts';
import { renderPictureFile } from '#grader/reporters/picture-file.ts';
import { HOSTILE } from '../../support/hostile-texts.ts';
import { drawingOfEveryKind } from '../../support/pictures.ts';

const fileOf = (drawing: Drawing, title = 'Everything') => {
  const picture = pictureOf({ id: '00.all', title, drawing });
  if ('missing' in picture) throw new Error('not drawn');
  return renderPictureFile(picture);
};

describe('a panel', () => {
  it('has a name of its own, no style, and no more than two decimals', () => {
    const panels = renderPanels(drawingOfEveryKind(), 'x');
    expect(panels.map((svg) => /^<svg role="img" aria-label="([^"]*)"/.exec(svg)?.[1])).toEqual([
      'Before. Every kind of mark. The greatest value is 1.',
      'After',
      'Where it stretches',
    ]);
    for (const svg of panels) {
      expect(svg).not.toMatch(/<style|<g[^>]* aria-/);
      expect(svg).not.toMatch(/(?:\s(?:x|y|cx|cy|d|transform)="[^"]*)\d\.\d{3}/);
      expect(svg).not.toMatch(/NaN|undefined/);
    }
  });

  it('leaves out what is no number', () => {
    const bad = Number.NaN;
    const [svg] = renderPanels(
      {
        description: 'Gaps.',
        panels: [
          {
            x: { label: 'x', domain: [0, 1] },
            y: { label: 'y', domain: [0, 1] },
            marks: [
              {
                kind: 'line',
                role: 'yours',
                points: [
                  [0, 0],
                  [0.5, bad],
                  [1, 1],
                ],
              },
              {
                kind: 'dots',
                role: 'data',
                points: [
                  [bad, 0],
                  [0.5, Number.POSITIVE_INFINITY],
                ],
              },
              { kind: 'rule', role: 'aid', across: 'x', at: bad },
              { kind: 'band', role: 'aid', points: [[0, bad, 1]] },
              { kind: 'bars', role: 'data', bars: [[0, bad, 1]] },
              {
                kind: 'arrows',
                role: 'yours',
                arrows: [
                  [
                    [0, bad],
                    [1, 1],
                  ],
                ],
              },
            ],
          },
        ],
      },
      'x',
    );
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

describe('a picture in a file', () => {
  it('is the same each time, and holds every panel, label and word', () => {
    const svg = fileOf(drawingOfEveryKind());
    expect(fileOf(drawingOfEveryKind())).toBe(svg);
    for (const text of ['Before', 'After', 'Where it stretches', 'log |det J|', '−1', '2', 'the exact curve', 'data'])
      expect(svg).toContain(`>${text}</text>`);
    expect(svg).toContain('<desc id="description">Every kind of mark. The greatest value is 1.</desc>');
    expect(svg.match(/<title/g)).toHaveLength(1);
  });

  it('keeps long words inside', () => {
    const long = 'a rather long label that goes on and on until it needs more than one line of the picture, and more';
    const [panel] = drawingOfEveryKind(() => long).panels;
    if (panel === undefined) throw new Error('no panel');
    const lines = [
      ...fileOf({ description: 'x.', panels: [panel] }, long).matchAll(/<text x="(?:16|52)"[^>]*>([^<]*)</g),
    ];
    // The panel's own title is not wrapped; a figure's author sees that.
    for (const [, line = ''] of lines.filter(([, text]) => text !== long)) expect(line.length).toBeLessThan(50);
  });

  it.each(HOSTILE)('%j is text wherever it stands', (text) => {
    const svg = fileOf(
      drawingOfEveryKind(() => text),
      text,
    );
    const tags = svg.replace(/<style>[^<]*<\/style>/, '').match(/<[^>]*>?/g) ?? [];
    for (const tag of tags) expect(tag).toMatch(/^<\/?(?:svg|title|desc|rect|g|text|tspan|line|circle|path)[\s/>]/);
    expect(svg).not.toMatch(/\p{Cf}|\p{Cs}/u);
    for (const tag of tags) expect(tag.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/\son/);
    // Every attribute has its quotes, and every & is the beginning of an entity: XML is stricter than HTML.
    for (const tag of tags) expect(tag).toMatch(/^<\/?\w+(?:\s+[\w-]+="[^"<]*")*\s*\/?>$/);
    expect(svg.replace(/&(?:\w+|#\d+|#x[\da-f]+);/g, '')).not.toContain('&');
  });
});
