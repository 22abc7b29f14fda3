/** Where in the log the finished orders are, by their place in the order of submission; what is forgotten takes no room. */

export interface OrderPlaces {
  note(seq: number, index: number): void;
  /** The index in the log, or nothing. */
  of(seq: number): number | undefined;
  forget(seq: number): void;
  /** No finished order with a smaller place is kept. */
  oldest(): number | undefined;
}

const PAGE = 4_096;

interface Page {
  /** One more than the index; zero is nowhere. */
  readonly places: Uint32Array;
  kept: number;
}

export function createOrderPlaces(): OrderPlaces {
  const pages = new Map<number, Page>();
  const pageOf = (seq: number): Page => {
    const number = Math.floor(seq / PAGE);
    let page = pages.get(number);
    if (!page) {
      page = { places: new Uint32Array(PAGE), kept: 0 };
      pages.set(number, page);
    }
    return page;
  };
  return {
    note: (seq, index) => {
      const page = pageOf(seq);
      page.places[seq % PAGE] = index + 1;
      page.kept += 1;
    },
    of: (seq) => {
      const place = pages.get(Math.floor(seq / PAGE))?.places[seq % PAGE] ?? 0;
      return place === 0 ? undefined : place - 1;
    },
    forget: (seq) => {
      const page = pageOf(seq);
      page.places[seq % PAGE] = 0;
      page.kept -= 1;
      if (page.kept === 0) pages.delete(Math.floor(seq / PAGE));
    },
    oldest: () => (pages.size === 0 ? undefined : Math.min(...pages.keys()) * PAGE),
  };
}
