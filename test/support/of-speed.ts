/** These checks of the doctor find what a busy machine does to any server, and rightly so. Only tests of them look for it. */
export const OF_SPEED: readonly string[] = ['PMCP-D018', 'PMCP-D114'];
