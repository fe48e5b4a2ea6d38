/** Which file system a path is on, from recorded texts. */
import { expect, test } from "bun:test";
import { isShared, mountOf, parseMountInfo, parseMountOutput } from "../../src/platform/mounts.ts";

const LINUX = String.raw`22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
23 22 0:21 / /proc rw,nosuid shared:12 - proc proc rw
41 22 0:38 / /home/ann rw,relatime shared:20 master:3 - nfs4 server:/home/ann rw,vers=4.2
42 41 259:3 / /home/ann/fast rw,relatime - xfs /dev/nvme1n1 rw
43 22 0:50 / /mnt/my\040share\134x rw - cifs //host/share rw
44 22 0:51 / /mnt/caf\303\251 rw - fuse.sshfs host:/ rw
45 22 0:52 / /mnt/over rw - ext4 /dev/sdb1 rw
46 45 0:53 / /mnt/over rw - 9p share rw

no mount at all
`;

function typeOf(path: string): string | undefined {
  return mountOf(parseMountInfo(LINUX), path)?.type;
}

test("the longest mount point wins, by whole names", () => {
  expect(typeOf("/home/ann/project")).toBe("nfs4");
  expect(typeOf("/home/ann")).toBe("nfs4");
  expect(typeOf("/home/annabel/project")).toBe("ext4");
  expect(typeOf("/home/ann/fast/project")).toBe("xfs");
  expect(typeOf("/home/ann/faster")).toBe("nfs4");
});

test("of two mounts in one place the later one covers the other", () => {
  expect(typeOf("/mnt/over/a")).toBe("9p");
});

test("octal escapes are bytes of UTF-8", () => {
  expect(typeOf("/mnt/my share\\x/a")).toBe("cifs");
  expect(typeOf("/mnt/café/a")).toBe("fuse.sshfs");
});

test("where nothing is mounted nothing is said", () => {
  expect(mountOf([], "/a")).toBeUndefined();
  expect(mountOf(parseMountInfo("garbage\n- -\n"), "/a")).toBeUndefined();
});

/** As mount(8) of macOS 12 to 26 prints it, put together from lines that people have shown in public. */
const MAC = `/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
devfs on /dev (devfs, local, nobrowse)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
//ann@server._smb._tcp.local/share on /Volumes/my (old) share (smbfs, nodev, nosuid, mounted by ann)
server:/export on /Volumes/export on nfs (nfs, nodev, nosuid, mounted by ann)
//ann@nas/home on /Volumes/home (afpfs, nodev, nosuid, mounted by ann)
ann@host:/home/ann on /Volumes/ann (macfuse, nodev, nosuid, synchronous, mounted by ann)
/dev/disk0 on /Volumes/My Shared Files (AppleVirtIOFS, local, nodev, nosuid, automounted)
/dev/disk6s2 on /Volumes/X9 Pro (exfat, local, nodev, nosuid)
`;

test("the output of mount on macOS is read, names with parentheses included", () => {
  const at = (path: string) => mountOf(parseMountOutput(MAC), path)?.type;
  expect(at("/Users/ann/project")).toBe("apfs");
  expect(at("/Volumes/my (old) share/project")).toBe("smbfs");
  expect(at("/Volumes/export/project")).toBe("apfs");
  expect(at("/System/Volumes/Data/home/x")).toBe("autofs");
  expect(at("/Volumes/My Shared Files/project")).toBe("AppleVirtIOFS");
  expect(at("/Volumes/X9 Pro/project")).toBe("exfat");
  expect(at("/Volumes/ann/project")).toBe("macfuse");
});

test("network and shared mounts are told from local disks", () => {
  const shared = (type: string) => isShared({ point: "/", type });
  for (const type of [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "fuse.sshfs",
    "fuse.gvfsd-fuse",
    "vboxsf",
    "virtiofs",
    "afpfs",
    "macfuse",
    "osxfuse",
    "AppleVirtIOFS",
  ]) {
    expect([type, shared(type)]).toEqual([type, true]);
  }
  for (const type of ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "hfs", "exfat", "msdos", "fuseblk"]) {
    expect([type, shared(type)]).toEqual([type, false]);
  }
});
