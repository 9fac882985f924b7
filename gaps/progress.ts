import type { Row, Verdict } from './contract.ts';
import { paintVerdict } from './report/index.ts';
import type { RunEvent } from './run.ts';

/** The part of a terminal that the view needs. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows a run while it is under way. */
export interface ProgressView {
  onEvent(event: RunEvent): void;
  /** Takes the live lines away, so that what is printed next stands alone. */
  end(): void;
}

/** Shows how a run goes: live lines for what runs now on a terminal, one plain line for each row that ends elsewhere. */
export function createProgressView(rows: readonly Row[], screen: Screen): ProgressView {
  return screen.isTTY ? liveView(rows, screen) : plainView(screen);
}

function plainView(screen: Screen): ProgressView {
  return {
    onEvent(event) {
      if (event.kind === 'finished') screen.write(`${describeVerdict(event.verdict, false)}\n`);
    },
    end() {},
  };
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

function liveView(rows: readonly Row[], screen: Screen): ProgressView {
  const running = new Map<Row, { seen: number; last: string; since: number }>();
  let finished = 0;
  let drawn = 0;
  let turn = 0;
  const width = (screen.columns ?? 100) - 1;
  const titleWidth = Math.floor(width / 2);
  const erase = () => {
    if (drawn > 0) screen.write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  const draw = () => {
    erase();
    const frame = spinner[turn++ % spinner.length] ?? '';
    const lines = [...running].map(([row, { seen, last, since }]) => {
      const seconds = ((performance.now() - since) / 1000).toFixed(0).padStart(3);
      const title = row.title.slice(0, titleWidth).padEnd(titleWidth);
      return `${frame} ${row.id.padStart(2)} ${title} ${seconds} s  ${seen} parts${last ? `: ${last}` : ''}`;
    });
    const all = [...lines, `  ${finished} of ${rows.length} use cases judged`].map((line) => line.slice(0, width));
    screen.write(`${all.join('\n')}\n`);
    drawn = all.length;
  };
  const timer = setInterval(draw, 200);
  timer.unref();
  return {
    onEvent(event) {
      if (event.kind === 'started') running.set(event.row, { seen: 0, last: '', since: performance.now() });
      const entry = running.get(event.row);
      if (event.kind === 'part' && entry) {
        entry.seen += 1;
        entry.last = event.part.part;
      }
      if (event.kind !== 'finished') return;
      running.delete(event.row);
      finished += 1;
      erase();
      screen.write(`${describeVerdict(event.verdict, true).slice(0, width)}\n`);
      draw();
    },
    end() {
      clearInterval(timer);
      erase();
    },
  };
}

function describeVerdict({ id, title, verdict, milliseconds, summary }: Verdict, colour: boolean): string {
  const why = verdict === 'yes' ? '' : `  ${summary}`;
  return `${paintVerdict(verdict, colour)}  ${id.padStart(2)} ${title} (${(milliseconds / 1000).toFixed(1)} s)${why}`;
}
