/**
 * What runs in the page: the value of a curve where one points, or where the arrow keys have gone. Nothing is drawn by it and nothing is
 * fetched: without it the page has all but that. It is a constant, so that the page's policy can name it by its hash and refuse any other.
 */

export const SCRIPT = `(() => {
  const units = {
    fraction: (value) => (value * 100).toFixed(2) + ' %',
    dollars: (value) => value.toLocaleString('en-US', { maximumFractionDigits: 2 }),
    number: (value) => value.toFixed(3),
  };
  for (const plot of document.querySelectorAll('.plot')) {
    const source = plot.querySelector('script');
    if (source === null) continue;
    const { format, x, y, at, last, low, high } = JSON.parse(source.textContent);
    const text = units[format];
    const [cross, here] = ['cross', 'here'].map((name) => {
      const mark = document.createElement('i');
      mark.className = name;
      mark.hidden = true;
      return plot.appendChild(mark);
    });
    const output = document.createElement('output');
    plot.parentElement.append(output);
    let place = x.length - 1;
    const show = (next) => {
      place = Math.max(0, Math.min(x.length - 1, next));
      cross.hidden = here.hidden = false;
      cross.style.left = here.style.left = x[place] * 100 + '%';
      here.style.top = y[place] * 100 + '%';
      const range = low[place] === high[place] ? '' : ' (' + text(low[place]) + ' to ' + text(high[place]) + ')';
      const said = new Date(at[place]).toISOString().slice(0, 16).replace('T', ' ') + ' UTC: ' + text(last[place]) + range;
      output.textContent = said;
      plot.setAttribute('aria-valuenow', String(place));
      plot.setAttribute('aria-valuetext', said);
    };
    const nearest = (share) => {
      let [from, to] = [0, x.length - 1];
      while (from < to) {
        const middle = (from + to) >> 1;
        if (x[middle] < share) from = middle + 1;
        else to = middle;
      }
      return from > 0 && share - x[from - 1] < x[from] - share ? from - 1 : from;
    };
    const point = (event) => {
      const { left, width } = plot.getBoundingClientRect();
      show(nearest((event.clientX - left) / width));
    };
    plot.addEventListener('pointermove', point);
    plot.addEventListener('pointerdown', point);
    const page = Math.max(1, Math.round(x.length / 20));
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -page, PageUp: page, Home: -x.length, End: x.length };
    plot.addEventListener('keydown', (event) => {
      const step = steps[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      show(place + step);
    });
    plot.addEventListener('focus', () => show(place));
    plot.tabIndex = 0;
    plot.setAttribute('role', 'slider');
    plot.setAttribute('aria-label', plot.querySelector('svg').getAttribute('aria-label'));
    plot.setAttribute('aria-valuemin', '0');
    plot.setAttribute('aria-valuemax', String(x.length - 1));
    plot.setAttribute('aria-valuenow', String(place));
  }
})();`;

/** SHA-256 of the script in base64; a test holds it to that. */
export const SCRIPT_HASH = 'fvt/Eb9EvI933wMQ3zV21060cBe6gQ++y9euR5cbWfY=';
