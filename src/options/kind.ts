/** A kind of value: how it is written, and what it must be. */
export interface Kind<T> {
  /** Stands for the value in help and documents, such as `BYTES`. */
  readonly placeholder: string;
  /** Says in a few words what is accepted: it completes "... is not". */
  readonly accepts: string;
  /** How a configuration file writes it. */
  readonly yaml: 'number' | 'text';
  /** Undefined: the text is not accepted. */
  read(text: string): T | undefined;
  /** How messages show a text that was not accepted. Default: as it is. */
  readonly show?: (text: string) => string;
}

interface IntegerRange {
  /** In the plural, as `seconds`. */
  readonly unit: string;
  /** Both limits are included. */
  readonly from: number;
  readonly to: number;
}

/** A whole number in decimal digits. */
export function integer({ unit, from, to }: IntegerRange): Kind<number> {
  return {
    placeholder: unit.toUpperCase(),
    accepts: `a number of ${unit} from ${from} to ${to}`,
    yaml: 'number',
    read(text) {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= from && value <= to ? value : undefined;
    },
  };
}

/** One of a few words. */
export function oneOf<const T extends string>(placeholder: string, words: readonly T[]): Kind<T> {
  return {
    placeholder,
    accepts: words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`,
    yaml: 'text',
    read: (text) => words.find((word) => word === text),
  };
}

/** A text that `read` understands. */
export function text<T>(placeholder: string, accepts: string, read: (text: string) => T | undefined): Kind<T> {
  return { placeholder, accepts, yaml: 'text', read };
}

/** A path of the file system, which need not exist yet. `what` it leads to is `file` or `directory`. */
export function path(what: 'file' | 'directory'): Kind<string> {
  const placeholder = what === 'file' ? 'FILE' : 'DIR';
  return text(placeholder, `the path of a ${what}`, (given) => (given === '' ? undefined : given));
}

/** The name of a network interface, a bridge's too: it fits the kernel's IFNAMSIZ (16, with the zero at its end). */
export const interfaceName: Kind<string> = text('NAME', 'an interface name of 1 to 15 characters', (given) =>
  /^(?!\.{1,2}$)[^\s/:]{1,15}$/.test(given) ? given : undefined,
);
