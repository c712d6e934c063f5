const WIDTH = 480;
const HEIGHT = 140;
const LEFT = 34;
const BOTTOM = 16;

/** A bar for each block, scaled to the highest; the figures themselves stand in the label. */
export function BarChart(props: {
  bars: ReadonlyArray<{ readonly key: number; readonly value: number }>;
  label: string;
}) {
  const { bars, label } = props;
  const top = Math.max(1, ...bars.map(({ value }) => value));
  const step = (WIDTH - LEFT) / Math.max(1, bars.length);
  const y = (value: number) => (HEIGHT - BOTTOM) * (1 - value / top);
  const spoken = bars.map(({ key, value }) => `${key}: ${value}`).join(', ');
  return (
    <svg className="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img">
      <title>{`${label}. ${spoken}`}</title>
      <text x={LEFT - 5} y={10} textAnchor="end">
        {top}
      </text>
      <text x={LEFT - 5} y={HEIGHT - BOTTOM} textAnchor="end">
        0
      </text>
      <line className="axis" x1={LEFT} x2={WIDTH} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
      {bars.map(({ key, value }, index) => (
        <rect
          key={key}
          className="bar"
          x={LEFT + index * step + 1}
          width={Math.max(1, step - 2)}
          y={y(value)}
          height={HEIGHT - BOTTOM - y(value)}
          rx={1.5}
        />
      ))}
      <text x={LEFT} y={HEIGHT - 3}>
        {bars[0]?.key}
      </text>
      <text x={WIDTH} y={HEIGHT - 3} textAnchor="end">
        {bars.at(-1)?.key}
      </text>
    </svg>
  );
}
