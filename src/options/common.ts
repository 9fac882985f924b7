import { logLevels } from '../base/index.ts';
import { oneOf, path } from './kind.ts';
import { flag, option, optional } from './option.ts';

/** Those that each program has, and that no configuration file may hold. */
export const commonOptions = {
  config: optional({
    name: 'config',
    kind: path('file'),
    help: 'A configuration file in YAML; the command line overrides it.',
  }),
  help: flag({ name: 'help', help: 'Show this text.' }),
};

/** For every program that writes a log. */
export const logLevelOption = option({
  name: 'log-level',
  kind: oneOf('LEVEL', logLevels),
  default: 'info',
  help: 'How much is written to the log, on standard error.',
});
