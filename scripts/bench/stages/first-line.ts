/** Up to the first line of a program's own, and out. */
process.exit(0);
