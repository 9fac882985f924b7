import type { Program } from './program.ts';
import type { OptionsProblem } from './read.ts';

/** Shows the help on standard output, or the problem on standard error. The answer is the status to end with. */
export function tellProblem({ name }: Pick<Program, 'name'>, problem: OptionsProblem): number {
  if (problem.kind === 'help') {
    process.stdout.write(problem.text);
    return 0;
  }
  process.stderr.write(`${name}: ${problem.message}\n${name}: --help shows all options\n`);
  return 2;
}
