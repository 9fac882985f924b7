import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lab, openLab, type Service, type Sextant, startSextant } from '../gaps/lab/index.ts';
import { type Client, createClient } from '../src/client/index.ts';
import { openDisk } from './disk.ts';

/** A lab with Sextant running in it. */
export interface Site {
  readonly lab: Lab;
  readonly sextant: Sextant;
  readonly controller: Service;
  readonly client: Client;
  /** Once, however often it is called. */
  close(): Promise<void>;
}

/** Nice value of OVN in figures that say so: about what machines of its own would leave to the API. */
export const awayNiceness = 10;

/**
 * Central, hosts, the controller and an agent on each host, all real, in the namespace that we run in. OVN has its full share
 * of the processors by default (`LabOptions.ovnNiceness`).
 */
export async function openSite(hosts: number, { ovnNiceness = 0 } = {}): Promise<Site> {
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of opened.toReversed()) await close();
  };
  let closing: Promise<void> | undefined;
  try {
    const disk = await openDisk();
    opened.push(disk.remove);
    const lab = await openLab({ hosts, ovnNiceness });
    opened.push(() => lab.close());
    const sextant = await startSextant(lab, { logLevel: 'warn', database: `sqlite:${join(disk.path, 'sextant.db')}` });
    opened.push(() => sextant.stop());
    const { controller } = sextant;
    if (!controller) throw new Error('the lab started no controller');
    const client = createClient({ endpoint: sextant.endpoint });
    opened.push(() => client.close());
    return {
      lab,
      sextant,
      controller,
      client,
      close() {
        closing ??= closeAll();
        return closing;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Resident memory of a process in MB (10^6 bytes): proc(5) VmRSS. */
export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`process ${pid} has no resident memory`);
  return (Number(kibibytes) * 1_024) / 1_000_000;
}

/** Processor time that a process has used so far, in the kernel too. Linux counts in hundredths of a second (proc(5)). */
export async function processorMilliseconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
