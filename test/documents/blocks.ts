/** The fenced blocks of a document: scripts to type, and what they print. Pure. */

export interface Block {
  readonly script: string;
  /** What a block of `text` right below shows as its output, with `…` for what differs; undefined: nothing is shown. */
  readonly prints: string | undefined;
  /** What a comment `# exit code 10` at its end says; else 0. */
  readonly code: number;
}

export function blocksIn(markdown: string): readonly Block[] {
  const shown = markdown.matchAll(/^```sh\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/gms);
  return [...shown].map(([, script = "", prints]) => ({
    script,
    prints,
    code: Number(/# exit code (\d+)\n$/.exec(script)?.[1] ?? 0),
  }));
}
