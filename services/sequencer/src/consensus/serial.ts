/** Runs asynchronous jobs one after the other, in the order in which they were given. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#last.then(job);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Resolves when all jobs given so far are done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
