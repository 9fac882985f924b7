/**
 * The options of a program, each declared once. From a declaration follow the command line, the configuration file, `--help`
 * and a section of docs/options.md. It knows no program: the controller and the agent declare theirs themselves.
 */
export { logLevelOption } from './common.ts';
export { integer, interfaceName, type Kind, oneOf, path, text } from './kind.ts';
export { flag, list, type Option, option, optional, required } from './option.ts';
export { renderPage } from './page.ts';
export { allOptions, defineProgram, type GroupValues, type Program, type Values } from './program.ts';
export { expandFile, type OptionsProblem, readOptions } from './read.ts';
export { tellProblem } from './tell-problem.ts';
