/** What one look of the doctor found. Texts may hold foreign names: they are escaped where they are printed. */
export interface Finding {
  /** The check that found it, for programs. */
  readonly check: string;
  readonly level: "ok" | "warning" | "error";
  /** One sentence. */
  readonly text: string;
  /** What to type or do about it; always there unless it is ok. */
  readonly next?: string;
}

/** What a check says of one thing; the doctor adds which check it was. */
export type Remark = Omit<Finding, "check">;

export function fine(text: string): Remark {
  return { level: "ok", text };
}

/** Works, but not as it should. */
export function warning(text: string, next: string): Remark {
  return { level: "warning", text, next };
}

/** Something that coord promises does not hold. */
export function failing(text: string, next: string): Remark {
  return { level: "error", text, next };
}
