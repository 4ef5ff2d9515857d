/** Returns the milliseconds that this thread has run, which other programs on the machine do not lengthen. */
export declare const worked: () => number;
