import { isForFiles } from './file.ts';
import type { Option } from './option.ts';
import type { Group, Program } from './program.ts';

/** Renders docs/options.md: all options of the programs, and what must hold between them. */
export function renderPage(programs: readonly Program[]): string {
  return `${[introduction, ...programs.map(renderProgram)].join('\n\n')}\n`;
}

const introduction = `# Options

Made by \`npm run generate\` from the declarations in \`src/controller/options.ts\`, \`src/controller/settings-options.ts\`
and \`src/agent/options.ts\`.

Each option can be given on the command line (\`--network-mtu 8942\`) and in a YAML file that \`--config FILE\` names
(\`network-mtu: 8942\`); the command line overrides the file. An option of several values is repeated on the command line,
or its values are separated by commas; in the file it is a list or a single value. Text that starts with \`[\` needs quotes in
YAML: \`listen: "[::1]:9696"\`. Keys that are no option, values of another type and values out of range are refused: the
process ends with status 2 and a sentence that says what is accepted. A file named here as secret is to be readable by the
service's user alone.`;

function renderProgram({ name, summary, groups, rules }: Program): string {
  const sections = Object.values(groups).map(renderGroup);
  const says = rules.map((rule) => `* ${code(rule.says)}.`).join('\n');
  const title = `## ${name[0]?.toUpperCase()}${name.slice(1)}`;
  return [title, summary, ...sections, `### Between options\n${says}`].join('\n\n');
}

function renderGroup({ title, options }: Group): string {
  const head = '| option | takes | default | meaning |\n|---|---|---|---|';
  return [`### ${title}`, [head, ...Object.values(options).map(renderOption)].join('\n')].join('\n');
}

function renderOption(option: Option<unknown>): string {
  return `| \`--${option.name}\` | ${takes(option)} | ${defaultOf(option)} | ${meaning(option)} |`;
}

function takes({ kind, isList, isSecret }: Option<unknown>): string {
  if (!kind) return 'nothing';
  const what = `${kind.accepts}${isSecret ? ', secret' : ''}`;
  return isList ? `several: ${what}` : what;
}

function defaultOf({ defaults, isRequired }: Option<unknown>): string {
  if (isRequired) return '(needed)';
  return defaults.map((text) => (text === '' ? 'none' : `\`${text}\``)).join(', ');
}

function meaning(option: Option<unknown>): string {
  const { help, neutron } = option;
  const origin = neutron === undefined ? '' : ` In neutron.conf: \`${neutron}\`.`;
  return `${code(help)}${origin}${isForFiles(option) ? '' : ' On the command line only.'}`;
}

/** Options that a sentence names are set as code. */
function code(sentence: string): string {
  return sentence.replace(/--[a-z][a-z0-9-]*/g, '`$&`');
}
