/** The links of a document within the repository. Pure. */

export interface Link {
  /** Relative to the document's folder; "" for the document itself. */
  readonly path: string;
  /** Without the `#`; undefined: the top. */
  readonly anchor: string | undefined;
}

export function linksIn(markdown: string): readonly Link[] {
  const text = markdown.replaceAll(/^```.*?^```$/gms, "").replaceAll(/`[^`\n]*`/g, "");
  const targets = [
    ...[...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target),
    ...[...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(([, target = ""]) => target),
  ];
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = "", anchor] = target.split("#");
      return { path, anchor };
    });
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsIn(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = markdown.replaceAll(/^```.*?^```$/gms, "").matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) => {
      const slug = heading
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-");
      const before = seen.get(slug) ?? 0;
      seen.set(slug, before + 1);
      return before === 0 ? slug : `${slug}-${before}`;
    }),
  );
}
