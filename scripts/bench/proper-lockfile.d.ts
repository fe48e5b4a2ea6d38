/** What is used of it here: the package has no types of its own. */
declare module "proper-lockfile" {
  export interface LockOptions {
    /** False: the file that is locked need not exist. */
    readonly realpath?: boolean;
    readonly retries?: {
      readonly forever?: boolean;
      readonly factor?: number;
      readonly minTimeout?: number;
      readonly maxTimeout?: number;
    };
  }
  /** Resolves to what gives it back. */
  export function lock(file: string, options?: LockOptions): Promise<() => Promise<void>>;
}
