/** The same, and the system layer is there. */
import { loadNative } from "../../../src/platform/sys/load.ts";

void loadNative().then(({ sys }) => sys.exit(0));
