import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNetwork, type Network, until } from './cluster.ts';

interface Report {
  readonly height: number;
  readonly hashes: readonly string[];
  readonly items: readonly string[];
  readonly errors: readonly string[];
}

/** A validator in its own process. */
class Child {
  readonly process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(process: ChildProcess) {
    this.process = process;
    const lines = createInterface({ input: process.stdout as NodeJS.ReadableStream });
    this.#answers = lines[Symbol.asyncIterator]();
  }

  static async start(network: Network, index: number): Promise<Child> {
    const program = fileURLToPath(new URL('./node-process.ts', import.meta.url));
    const process_ = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const child = new Child(process_);
    const genesisDigest = Buffer.from(network.genesisDigest).toString('hex');
    await child.#say({ network: { ...network, genesisDigest }, index });
    return child;
  }

  add(item: string): Promise<Report> {
    return this.#say({ add: item });
  }

  report(): Promise<Report> {
    return this.#say({});
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill(signal);
    await exited;
  }

  async #say(line: object): Promise<Report> {
    this.process.stdin?.write(`${JSON.stringify(line)}\n`);
    const answer = await this.#answers.next();
    return JSON.parse(answer.value as string) as Report;
  }
}

let network: Network;
const children: Child[] = [];

beforeEach(async () => {
  network = await createNetwork(4);
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.end('SIGKILL')));
  network.remove();
});

const reports = (which: readonly Child[]): Promise<Report[]> =>
  Promise.all(which.map((child) => child.report()));

async function allReach(height: number, which: readonly Child[] = children): Promise<Report[]> {
  let last: Report[] = [];
  await until(`height ${height}`, async () => {
    last = await reports(which);
    return last.every((report) => report.height >= height);
  });
  return last;
}

function expectAgreement(all: readonly Report[]): void {
  const common = Math.min(...all.map((report) => report.height)) + 1;
  expect(new Set(all.map((report) => report.hashes.slice(0, common).join())).size).toBe(1);
  expect(all.flatMap((report) => report.errors)).toEqual([]);
}

it('four processes: one killed, two killed, all killed, and back', async () => {
  children.push(...(await Promise.all([0, 1, 2, 3].map((i) => Child.start(network, i)))));
  await children[0]?.add('one');
  expectAgreement(await allReach(5));

  await children[3]?.end('SIGKILL');
  const three = children.slice(0, 3);
  const [{ height: atKill }] = (await reports(three)) as [Report];
  await children[1]?.add('two');
  await allReach(atKill + 10, three);
  children[3] = await Child.start(network, 3);
  expectAgreement(await allReach(atKill + 15));

  await Promise.all([children[2]?.end('SIGKILL'), children[3]?.end('SIGKILL')]);
  const two = children.slice(0, 2);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const halted = await reports(two);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect((await reports(two)).map(({ height }) => height)).toEqual(
    halted.map(({ height }) => height),
  );
  children[2] = await Child.start(network, 2);
  children[3] = await Child.start(network, 3);
  const top = Math.max(...halted.map(({ height }) => height));
  expectAgreement(await allReach(top + 5));

  await Promise.all(children.map((child) => child.end('SIGKILL')));
  for (let i = 0; i < 4; i++) children[i] = await Child.start(network, i);
  await children[2]?.add('three');
  const last = await allReach(top + 15);
  expectAgreement(last);
  for (const report of last) expect(report.items).toEqual(['one', 'two', 'three']);
}, 120_000);
