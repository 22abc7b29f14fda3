/** Planted secrets and the search for them: in every form that text takes, in all that was written, said, or shown to other processes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Canary {
  readonly name: string;
  readonly bytes: Buffer;
}

/** As it is, and as encodings make it of it. */
function formsOf({ name, bytes }: Canary): (readonly [string, Buffer])[] {
  const text = bytes.toString('latin1');
  const forms: Record<string, string> = {
    itself: text,
    base64: bytes.toString('base64'),
    base64url: bytes.toString('base64url'),
    hex: bytes.toString('hex'),
    url: encodeURIComponent(text),
    json: JSON.stringify(text).slice(1, -1),
  };
  return Object.entries(forms).map(([form, one]) => [`${name} (${form})`, Buffer.from(one, 'latin1')] as const);
}

export class CanaryTrap {
  readonly #forms: (readonly [string, Buffer])[] = [];
  /** What was looked at, by place. */
  readonly #seen = new Map<string, Buffer>();

  plant(name: string, text: string | Buffer): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    this.#forms.push(...formsOf({ name, bytes }));
  }

  see(place: string, text: string | Buffer): void {
    const more = typeof text === 'string' ? Buffer.from(text) : text;
    this.#seen.set(place, Buffer.concat([this.#seen.get(place) ?? Buffer.alloc(0), more]));
  }

  /** Every file below a folder, whatever is in it. */
  seeFolder(folder: string): void {
    for (const one of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (one.isFile()) this.see(join(one.parentPath, one.name), readFileSync(join(one.parentPath, one.name)));
    }
  }

  /** The command line of a process and of all that it started, and the environment of those. */
  seeProcess(pid: number): void {
    this.see(`command line of ${pid}`, readFileSync(`/proc/${pid}/cmdline`));
    for (const child of childrenOf(pid)) {
      this.see(`environment of ${child}, a child of ${pid}`, readFileSync(`/proc/${child}/environ`));
      this.seeProcess(child);
    }
  }

  get places(): readonly string[] {
    return [...this.#seen.keys()];
  }

  holds(text: string): boolean {
    return [...this.#seen.values()].some((bytes) => bytes.includes(text));
  }

  /** Which secret stands where. */
  found(): string[] {
    return [...this.#seen].flatMap(([place, bytes]) =>
      this.#forms.filter(([, form]) => bytes.includes(form)).map(([name]) => `${name} in ${place}`),
    );
  }
}

function childrenOf(pid: number): number[] {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.flatMap((task) => {
    const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  });
}
