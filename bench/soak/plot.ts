/** Memory and descriptors over time, as a picture. */

export interface Sample {
  readonly second: number;
  readonly rssMb: number;
  readonly anonMb: number;
  readonly descriptors: number;
}

const [WIDTH, HEIGHT, MARGIN] = [720, 300, 44];
const LINES = [
  { name: 'RSS, MB', colour: '#1f6feb', of: ({ rssMb }: Sample): number => rssMb },
  { name: 'heaps, MB', colour: '#2da44e', of: ({ anonMb }: Sample): number => anonMb },
  { name: 'descriptors', colour: '#bc4c00', of: ({ descriptors }: Sample): number => descriptors },
] as const;

export const plot = (samples: readonly Sample[]): string => {
  const lasts = samples.at(-1)?.second ?? 1;
  const most = 20 * Math.ceil(Math.max(...LINES.flatMap(({ of }) => samples.map(of))) / 20);
  const x = (second: number): string => (MARGIN + ((WIDTH - 2 * MARGIN) * second) / lasts).toFixed(1);
  const y = (value: number): string => (HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * value) / most).toFixed(1);
  const grid = Array.from({ length: most / 20 + 1 }, (_, n) => 20 * n).map(
    (value) =>
      `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y(value)}" y2="${y(value)}" stroke="#d0d7de"/><text x="${MARGIN - 6}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${value}</text>`,
  );
  const minutes = Array.from({ length: 7 }, (_, n) => (lasts * n) / 6).map(
    (second) =>
      `<text x="${x(second)}" y="${HEIGHT - MARGIN + 16}" text-anchor="middle">${Number((second / 60).toFixed(1))} min</text>`,
  );
  const lines = LINES.map(({ name, colour, of }, n) => {
    const points = samples.map((sample) => `${x(sample.second)},${y(of(sample))}`).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/><text x="${MARGIN + 130 * n}" y="24" fill="${colour}">${name}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...grid,
    ...minutes,
    ...lines,
    '</svg>\n',
  ].join('\n');
};
