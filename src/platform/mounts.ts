/** What is mounted where, from the texts in which the systems tell it. */
export interface Mount {
  readonly point: string;
  readonly type: string;
}

/** Parses /proc/self/mountinfo (proc(5)): fields, optional fields, `-`, the type. Lines that are none are skipped. */
export function parseMountInfo(text: string): readonly Mount[] {
  return text.split("\n").flatMap((line) => {
    const fields = line.split(" ");
    const dash = fields.indexOf("-", 6);
    const point = fields[4];
    const type = dash < 0 ? undefined : fields[dash + 1];
    return point === undefined || type === undefined || type === "" ? [] : [{ point: unescaped(point), type }];
  });
}

/** Parses the output of macOS' `mount`: `//user@host/share on /Volumes/share (smbfs, nodev, ...)`. */
export function parseMountOutput(text: string): readonly Mount[] {
  return text.split("\n").flatMap((line) => {
    const [, point, type] = /^.+? on (\/.*) \(([^,()]+)[^()]*\)$/.exec(line) ?? [];
    return point === undefined || type === undefined ? [] : [{ point, type }];
  });
}

/** The mount that holds `path`, an absolute real path: the longest point, and of equal ones the last, which covers the others. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const holds = mount.point === "/" || path === mount.point || path.startsWith(`${mount.point}/`);
    if (holds && mount.point.length >= (best?.point.length ?? 0)) best = mount;
  }
  return best;
}

/** Types whose folders other machines change too, or which only pretend to be a disk. */
const SHARED: ReadonlySet<string> = new Set([
  "9p",
  "afpfs",
  "afs",
  "AppleVirtIOFS",
  "ceph",
  "cifs",
  "coda",
  "gfs",
  "gfs2",
  "glusterfs",
  "lustre",
  "macfuse",
  "ncpfs",
  "ocfs2",
  "osxfuse",
  "prl_fs",
  "vboxsf",
  "virtiofs",
  "vmhgfs",
  "webdav",
]);

/** True for network and shared mounts, where a rename may not be one step and other machines' processes cannot be judged. */
export function isShared({ type }: Mount): boolean {
  return SHARED.has(type) || /^(nfs|smb|fuse\.)/.test(type);
}

/** Spaces, tabs, newlines and backslashes stand there as three octal digits; a name may be any bytes in UTF-8. */
function unescaped(field: string): string {
  if (!field.includes("\\")) return field;
  const bytes = [...new TextEncoder().encode(field)];
  const out: number[] = [];
  for (let i = 0; i < bytes.length; i += 1) {
    const octal = /^[0-3][0-7]{2}$/.exec(String.fromCharCode(...bytes.slice(i + 1, i + 4)))?.[0];
    const byte = bytes[i] ?? 0;
    if (byte === 92 && octal !== undefined) {
      out.push(Number.parseInt(octal, 8));
      i += 3;
    } else out.push(byte);
  }
  return new TextDecoder().decode(Uint8Array.from(out));
}
