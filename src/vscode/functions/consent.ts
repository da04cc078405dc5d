/** What the user said to a question that is asked once a session of each subject. */
export class Consent {
  private readonly said = new Map<string, boolean>();

  /**
   * Whether the user agrees. `ask` answers undefined where the question was put off: it is asked again the next time, as it is when
   * `ask` rejects, which this does, too. While the question stands, others get a no.
   */
  async to(subject: string, ask: () => Promise<boolean | undefined>): Promise<boolean> {
    const before = this.said.get(subject);
    if (before !== undefined) return before;
    this.said.set(subject, false);
    let answer: boolean | undefined;
    try {
      answer = await ask();
    } finally {
      if (answer === undefined) this.said.delete(subject);
      else this.said.set(subject, answer);
    }
    return answer === true;
  }
}
