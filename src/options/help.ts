import { commonOptions } from './common.ts';
import type { Option } from './option.ts';
import type { Group, Program } from './program.ts';

const indent = 28;
const width = 112;

/** What `--help` shows. */
export function renderHelp({ name, summary, groups }: Program): string {
  const common: Group = { title: 'Also', options: commonOptions };
  const sections = [...Object.values(groups), common].map(renderGroup);
  return [`Usage: ${name}.ts [options]\n\n${fold(summary, 0)}\n`, ...sections].join('\n');
}

function renderGroup({ title, options }: Group): string {
  return `${title}:\n${Object.values(options).map(renderOption).join('')}`;
}

function renderOption(option: Option<unknown>): string {
  const head = `  --${option.name}${option.kind ? ` ${option.kind.placeholder}` : ''}`;
  const gap = head.length + 2 <= indent ? head.padEnd(indent) : `${head}\n${' '.repeat(indent)}`;
  return `${gap}${fold(`${option.help}${remarks(option)}`, indent)}\n`;
}

function remarks(option: Option<unknown>): string {
  const parts = [
    ...(option.kind && !isPath(option) ? [option.kind.accepts] : []),
    ...(option.isList ? ['several: repeated, or with commas'] : []),
    ...(option.isRequired ? ['needed'] : []),
    ...(option.defaults.length > 0 ? [`default ${option.defaults.join(',') || 'none'}`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

/** The placeholder says it already. */
function isPath({ kind }: Option<unknown>): boolean {
  return kind?.placeholder === 'FILE' || kind?.placeholder === 'DIR';
}

/** Breaks a text into lines, of which all but the first are indented. */
function fold(text: string, by: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (by + line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(by)}`);
}
