/**
 * Runs before a process of the product (`node --import`) and switches one of its mechanisms off, by changing the text of
 * a source file as Node loads it. So the product itself has no such switch. The mutation is named by an environment
 * variable; a text that is no longer there is an error, not a silent pass.
 */
import { registerHooks } from 'node:module';
import { mutationVariable, sourceMutations } from './sources.ts';

const name = process.env[mutationVariable] ?? '';
const edits = sourceMutations[name];
if (!edits) throw new Error(`${mutationVariable}=${name}: there is no such mutation`);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const edit = edits.find(({ file }) => url.endsWith(`/${file}`));
    if (!edit || loaded.source === undefined || loaded.source === null) return loaded;
    const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    if (!edit.from.test(text)) throw new Error(`mutation ${name}: ${edit.file} has no ${edit.from}`);
    return { ...loaded, source: text.replace(edit.from, edit.to) };
  },
});
