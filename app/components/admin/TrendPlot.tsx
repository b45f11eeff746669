import { useAdminWords } from '../../i18n/use-admin-words.ts';

interface Line {
  readonly name: string;
  /** A colour class for `text-…`; the line takes the current colour. */
  readonly colour: string;
  /** One value per interval, oldest first; null: no data. */
  readonly values: readonly (number | null)[];
}

interface TrendPlotProps {
  readonly title: string;
  /** The plot as a sentence, for screen readers. */
  readonly summary: string;
  readonly lines: readonly Line[];
  /** The least maximum of the axis. */
  readonly atLeast: number;
  readonly format: (value: number) => string;
}

const WIDTH = 360;
const HEIGHT = 120;
/** Space for the label above the highest line. */
const TOP = 16;

/** The last day's values as lines with a dot for each, rendered on the server. */
export function TrendPlot({ title, summary, lines, atLeast, format }: TrendPlotProps) {
  const words = useAdminWords().trend;
  const known = lines.flatMap(({ values }) => values.filter((value) => value !== null));
  const told = known.length > 0 ? summary : words.nothing;
  const top = Math.max(atLeast, ...known);
  return (
    <figure className="card p-4">
      <figcaption>
        <h3 className="font-semibold">{title}</h3>
        <p className="text-muted text-sm">{told}</p>
      </figcaption>
      <svg
        viewBox={`-2 0 ${WIDTH + 4} ${HEIGHT + 4}`}
        className="mt-3 h-auto w-full"
        role="img"
        aria-label={`${title}. ${told}`}
      >
        {[0, 0.5, 1].map((share) => (
          <GridLine key={share} at={y(share, 1)} label={share > 0 ? format(share * top) : null} />
        ))}
        {lines.map((line) => (
          <PlottedLine key={line.name} line={line} top={top} />
        ))}
      </svg>
      <div className="mt-1 flex justify-between text-muted text-xs">
        <span>{words.ago(24)}</span>
        <span>{words.ago(12)}</span>
        <span>{words.now}</span>
      </div>
      {lines.length > 1 ? <Legend lines={lines} /> : null}
    </figure>
  );
}

function GridLine({ at, label }: { readonly at: number; readonly label: string | null }) {
  return (
    <g className="text-line">
      <line x1={0} x2={WIDTH} y1={at} y2={at} stroke="currentColor" />
      <text x={0} y={at - 3} className="fill-muted text-[10px]">
        {label}
      </text>
    </g>
  );
}

function PlottedLine({ line, top }: { readonly line: Line; readonly top: number }) {
  const { colour, values } = line;
  const runs = segments(values);
  const place = ({ index, value }: Dot) => ({ cx: x(index, values.length), cy: y(value, top) });
  return (
    <g className={colour}>
      {runs.map((run) => (
        <polyline
          key={run[0]?.index}
          points={run
            .map(place)
            .map(({ cx, cy }) => `${cx},${cy}`)
            .join(' ')}
          fill="none"
          stroke="currentColor"
          strokeWidth={2}
          strokeLinejoin="round"
        />
      ))}
      {runs.flat().map((dot) => (
        <circle key={dot.index} {...place(dot)} r={2.5} fill="currentColor" />
      ))}
    </g>
  );
}

function Legend({ lines }: Pick<TrendPlotProps, 'lines'>) {
  return (
    <ul className="mt-2 flex gap-4 text-sm">
      {lines.map(({ name, colour }) => (
        <li key={name} className="flex items-center gap-1.5">
          <span aria-hidden="true" className={`h-0.5 w-4 bg-current ${colour}`} />
          {name}
        </li>
      ))}
    </ul>
  );
}

function y(value: number, top: number): number {
  return HEIGHT - (value / top) * (HEIGHT - TOP);
}

function x(index: number, count: number): number {
  return (index / Math.max(count - 1, 1)) * WIDTH;
}

interface Dot {
  readonly index: number;
  readonly value: number;
}

/** Runs without a gap: a line across hours without data would suggest values. */
function segments(values: readonly (number | null)[]) {
  const runs: Dot[][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const isContinued = index > 0 && values[index - 1] !== null;
    const run = isContinued ? runs.at(-1) : undefined;
    if (run) run.push({ index, value });
    else runs.push([{ index, value }]);
  });
  return runs;
}
