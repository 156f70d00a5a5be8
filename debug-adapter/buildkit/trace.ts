/** One line of a log of the wire: numbers, names and what went wrong; never content. */
export type TraceEntry = Readonly<Record<string, string | number | boolean | undefined>>;

/** Takes what goes over the wire, for whoever has to find out why something does not work. */
export type Trace = (entry: TraceEntry) => void;
