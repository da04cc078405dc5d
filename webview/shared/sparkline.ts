import { svg } from './dom';

/** A small line with its area, scaled from zero; one value per tick, oldest first. The label and the last and largest value are its text. */
export function sparkline(values: number[], size: { width: number; height: number; label: string }): SVGElement {
  const { width, height, label } = size;
  const top = Math.max(1, ...values);
  const stepX = values.length > 1 ? width / (values.length - 1) : width;
  const y = (value: number) => (height - 1 - (value / top) * (height - 3)).toFixed(1);
  const points = (values.length === 1 ? [values[0] ?? 0, values[0] ?? 0] : values).map(
    (value, index) => `${(index * stepX).toFixed(1)},${y(value)}`,
  );
  const last = values.at(-1) ?? 0;
  return svg(
    'svg',
    {
      class: 'sparkline',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      preserveAspectRatio: 'none',
      'aria-label': `${label}: now ${Math.round(last)}, at most ${Math.round(top)}`,
    },
    ...(points.length > 0
      ? [
          svg('polygon', { class: 'spark-area', points: `0,${height} ${points.join(' ')} ${width},${height}` }),
          svg('polyline', {
            class: 'spark-line',
            points: points.join(' '),
            fill: 'none',
            'vector-effect': 'non-scaling-stroke',
          }),
        ]
      : []),
  );
}
