import { readFile } from 'node:fs/promises';

/** PEM texts. As Open vSwitch does, the chain is verified against `ca`, the peer's name is not. */
export interface TlsCredentials {
  readonly privateKey: string;
  readonly certificate: string;
  readonly ca: string;
}

/** Paths of PEM files, as `--private-key`, `--certificate` and `--ca-cert` name them for every OVS program. */
export interface TlsFiles {
  readonly privateKey: string;
  readonly certificate: string;
  readonly ca: string;
}

/** Reads all three. Throws what reading a file throws, with its path. */
export async function readTlsCredentials(files: TlsFiles): Promise<TlsCredentials> {
  const read = (path: string) => readFile(path, 'utf8');
  const [privateKey, certificate, ca] = await Promise.all([
    read(files.privateKey),
    read(files.certificate),
    read(files.ca),
  ]);
  return { privateKey, certificate, ca };
}
