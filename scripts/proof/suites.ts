/** The suites of the proof: the rows of RELIABILITY section 5, and SECURITY as tests. */
export interface Suite {
  /** `npm run test:NAME`. */
  readonly name: string;
  readonly title: string;
  /** What `bun test` is given. */
  readonly paths: readonly string[];
  /** Debian packages that it needs. */
  readonly packages: readonly string[];
}

const PROOF = "test/proof";

export const SUITES: readonly Suite[] = [
  { name: "model", title: "Model check of the guard and the locks", paths: [`${PROOF}/model`], packages: [] },
  { name: "simulation", title: "Simulated working days", paths: [`${PROOF}/simulation`], packages: [] },
  { name: "race", title: "Hammer and races", paths: [`${PROOF}/race`], packages: [] },
  { name: "storm", title: "Process storm", paths: [`${PROOF}/storm`], packages: [] },
  { name: "linear", title: "Linearizability and acknowledged decisions", paths: [`${PROOF}/linear`], packages: [] },
  { name: "fault", title: "Kills, errors and a full disk", paths: [`${PROOF}/fault`], packages: ["strace"] },
  { name: "corrupt", title: "Corrupt state", paths: [`${PROOF}/corrupt`], packages: [] },
  { name: "names", title: "Hostile names", paths: [`${PROOF}/names`], packages: [] },
  { name: "clocks", title: "Clocks that lie", paths: [`${PROOF}/clocks`], packages: ["libfaketime"] },
  { name: "identities", title: "Forged identities", paths: [`${PROOF}/identities`], packages: ["util-linux"] },
  { name: "fuzz", title: "Fuzzers", paths: [`${PROOF}/fuzz`], packages: [] },
  { name: "security", title: "Security", paths: [`${PROOF}/security`, "test/hooks/injection.test.ts"], packages: [] },
  { name: "soak", title: "Soak", paths: [`${PROOF}/soak`], packages: [] },
];
