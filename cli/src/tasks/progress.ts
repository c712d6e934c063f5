import {
  type DefaultRenderer,
  Listr,
  ListrLogger,
  type ListrRenderer,
  type ListrTask,
  ListrTaskEventType,
  type ListrTaskObject,
  ListrTaskState,
  ProcessOutput,
  type SilentRenderer,
} from 'listr2';
import type { Context } from '../context.ts';

/** A line about a task that goes on, at most this often, where there is no terminal to redraw. */
const HEARTBEAT_MS = 5_000;

/** Narrower than this, lists are not redrawn. */
const MIN_COLUMNS = 40;

type AnyTask = ListrTaskObject<unknown, typeof PlainRenderer, typeof PlainRenderer>;

/** One line for each task that begins, ends or goes on: for logs and pipes. */
class PlainRenderer implements ListrRenderer {
  static readonly nonTTY = true;
  static rendererOptions: { note?: (text: string) => void } = {};
  static rendererTaskOptions: never;
  private readonly tasks: AnyTask[];
  private readonly options: typeof PlainRenderer.rendererOptions;

  constructor(tasks: AnyTask[], options: typeof PlainRenderer.rendererOptions) {
    this.tasks = tasks;
    this.options = options;
  }

  render(): void {
    this.follow(this.tasks);
  }

  end(): void {}

  private note(text: string): void {
    this.options.note?.(text);
  }

  private follow(tasks: readonly AnyTask[]): void {
    for (const task of tasks) {
      let said = 0;
      task.on(ListrTaskEventType.SUBTASK, (subtasks: AnyTask[]) => this.follow(subtasks));
      task.on(ListrTaskEventType.STATE, (state: ListrTaskState) => {
        if (state === ListrTaskState.STARTED) said = performance.now();
        if (task.hasSubtasks()) return;
        if (state === ListrTaskState.COMPLETED) this.note(`done  ${task.title}`);
        if (state === ListrTaskState.FAILED) this.note(`FAIL  ${task.title}`);
      });
      task.on(ListrTaskEventType.TITLE, (title: string) => {
        if (performance.now() - said < HEARTBEAT_MS) return;
        said = performance.now();
        // A task's last title comes just before its end, which has a line of its own.
        setImmediate(() => {
          if (task.isStarted()) this.note(`...   ${title}`);
        });
      });
    }
  }
}

/**
 * Tasks with live progress on standard error: redrawn on a terminal, plain lines elsewhere, nothing
 * when `quiet`. Errors pass through to the caller, who reports them.
 */
export function progress<C extends object>(
  context: Context,
  quiet: boolean,
  tasks: ListrTask<C>[],
): { run(state: C): Promise<C> } {
  const common = { registerSignalListeners: false, concurrent: false, exitOnError: true } as const;
  if (quiet)
    return new Listr<C, 'silent'>(tasks as ListrTask<C, typeof SilentRenderer>[], {
      ...common,
      renderer: 'silent',
    });
  // Some terminals do not say how wide they are: a redrawn list would be cut into columns of one.
  const { isTTY, columns } = process.stderr;
  if (isTTY && columns >= MIN_COLUMNS && context.env.CI === undefined) {
    const processOutput = new ProcessOutput(process.stderr, process.stderr);
    return new Listr<C, 'default'>(tasks as ListrTask<C, typeof DefaultRenderer>[], {
      ...common,
      renderer: 'default',
      rendererOptions: {
        logger: new ListrLogger({ useIcons: true, processOutput }),
        collapseSubtasks: false,
        showErrorMessage: false,
      },
    });
  }
  return new Listr<C, typeof PlainRenderer>(
    tasks as unknown as ListrTask<C, typeof PlainRenderer>[],
    {
      ...common,
      renderer: PlainRenderer,
      rendererOptions: { note: context.note },
    },
  );
}
