// Shows the paths of the page: a table, and a picture of the one that is chosen. Everything that
// stands in the data is shown as text, never as HTML.
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const STATES = ['broken', 'unknown', 'ok'];
  const SIGNS = { broken: '\u2717', unknown: '?', ok: '\u2713' };
  const ROWS = 20;
  const [WIDTH, HEIGHT] = [224, 58];
  const LONGEST = 30;
  const byId = (id) => document.getElementById(id);

  // An element with attributes and children; texts are children too.
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function drawn(name, attributes, ...children) {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  const verdict = (state) => element('span', { class: `state ${state}` }, `${SIGNS[state]} ${state}`);
  const port = (path) => path.service + (path.port && `:${path.port}`);
  const title = (node) => [node.kind, node.name].filter(Boolean).join(' ');
  const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}\u2026` : text);
  const rules = (steps = []) => [...new Set(steps.map((step) => step.code).filter(Boolean))];
  const address = (path) =>
    encodeURIComponent([path.entry, path.namespace, port(path), path.unit].join(' '));

  // What is searched, and the order of the table: the broken ones first.
  const texts = data.paths.map((path) =>
    [path.entry, `${path.namespace}/${port(path)}`, ...path.pods, ...path.codes, path.unit]
      .join('\n').toLowerCase());
  const order = data.paths.map((_, at) => at).sort((left, right) =>
    STATES.indexOf(data.paths[left].state) - STATES.indexOf(data.paths[right].state) || left - right);
  const hasUnits = new Set(data.paths.map((path) => path.unit)).size > 1;
  let matching = order;
  let page = 0;
  let chosen = -1;
  let wanted = '';

  // The table.
  function filter() {
    const words = byId('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const namespace = byId('namespace').value;
    matching = order.filter((at) => {
      const path = data.paths[at];
      return (!wanted || path.state === wanted) && (!namespace || path.namespace === namespace)
        && words.every((word) => texts[at].includes(word));
    });
    page = 0;
    showRows();
  }

  function showRows() {
    const first = page * ROWS;
    const rows = matching.slice(first, first + ROWS).map(row);
    byId('rows').replaceChildren(...rows);
    byId('count').textContent = matching.length === 0 ? 'No path matches'
      : `${first + 1} to ${first + rows.length} of ${matching.length} paths`;
    byId('previous').disabled = page === 0;
    byId('next').disabled = first + ROWS >= matching.length;
  }

  function row(at) {
    const path = data.paths[at];
    const button = element('button', { type: 'button' }, path.entry);
    button.addEventListener('click', () => { choose(at); byId('title').focus(); });
    const state = element('span', {}, verdict(path.state), path.change ? `, ${path.change}` : '');
    const cells = [state, button, path.namespace, port(path), path.pods.join(', '),
      path.codes.join(', ')];
    if (hasUnits) cells.push(path.unit);
    const made = element('tr', {}, ...cells.map((cell) => element('td', {}, cell)));
    made.dataset.path = at;
    if (at === chosen) made.setAttribute('aria-current', 'true');
    return made;
  }

  // The path that is chosen.
  function choose(at) {
    chosen = at;
    const path = data.paths[at];
    for (const made of byId('rows').children) {
      if (Number(made.dataset.path) === at) made.setAttribute('aria-current', 'true');
      else made.removeAttribute('aria-current');
    }
    history.replaceState(null, '', `#${address(path)}`);
    byId('chosen').hidden = false;
    byId('title').textContent = `${path.entry} \u2192 ${path.namespace}/${port(path)}`;
    byId('verdict').replaceChildren(verdict(path.state),
      path.codes.length ? `: ${path.codes.join(', ')}` : '');
    const picture = data.pictures[path.picture];
    byId('picture').replaceChildren(draw(picture, new Set(path.edges)));
    byId('more').textContent = picture.more ? `${picture.more} more links are not in the picture.` : '';
    byId('steps').replaceChildren(...path.edges.flatMap(steps));
    byId('doubts').replaceChildren(...path.doubts.map((doubt) => element('li', {}, doubt)));
    showLines(worst(path));
  }

  // The object at which a path breaks, or at which it begins.
  function worst(path) {
    const edges = path.edges.map((at) => data.edges[at]);
    const edge = edges.find((own) => rules(own.steps).length) || edges.find((own) => own.state === 'broken')
      || edges[0];
    const nodes = edges.flatMap((own) => [own.from, own.to]);
    const wrong = nodes.find((at) => rules(data.nodes[at].steps).length);
    return rules(edge?.steps).length ? edge.from : wrong ?? edge?.from ?? -1;
  }

  // The picture, as SVG with a button for each object.
  function draw(picture, own) {
    const { width, height, places } = data.layouts[picture.layout];
    const at = new Map(picture.nodes.map((node, index) => [node, places[index]]));
    const edges = picture.edges.map((edge) => drawEdge(edge, at, own.has(edge)));
    const inPath = new Set([...own].flatMap((edge) => [data.edges[edge].from, data.edges[edge].to]));
    const nodes = picture.nodes.map((node) => drawNode(node, at.get(node), inPath.has(node)));
    return drawn('svg', { width: width + 8, height: height + 8, viewBox: `-4 -4 ${width + 8} ${height + 8}` },
      drawn('defs', {}, ...STATES.map(arrowHead)),
      drawn('g', { 'aria-hidden': 'true' }, ...edges), ...nodes);
  }

  function arrowHead(state) {
    return drawn('marker', { id: `head-${state}`, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8,
      markerHeight: 8, markerUnits: 'userSpaceOnUse', orient: 'auto' },
      drawn('path', { d: 'M0 0L8 4L0 8z', class: `head ${state}` }));
  }

  function drawEdge(at, places, isOwn) {
    const edge = data.edges[at];
    const [[x1, y1], [x2, y2]] = [places.get(edge.from), places.get(edge.to)];
    const [left, top, right, bottom] = [x1 + WIDTH, y1 + HEIGHT / 2, x2 - 2, y2 + HEIGHT / 2];
    const bend = (right - left) / 2;
    const look = `${edge.state}${isOwn ? '' : ' around'}`;
    const line = drawn('path', { class: `edge ${look}`, 'marker-end': `url(#head-${edge.state})`,
      d: `M${left} ${top}C${left + bend} ${top} ${right - bend} ${bottom} ${right} ${bottom}` });
    // Nearer to the end than the middle, so that the words of two lines do not meet.
    const along = 0.62;
    const [x, y] = [left + (right - left) * 0.56, top + (bottom - top) * along];
    const group = drawn('g', {}, line);
    const texts = edge.steps.map((step) => step.text).filter(Boolean);
    const label = texts.length > 2 ? `${texts[0]} and ${texts.length - 1} more` : texts.join(', ');
    if (label) {
      group.append(drawn('text', { x, y: y - 9, class: `label ${look}` }, short(label),
        drawn('title', {}, label)));
    }
    if (edge.state === 'broken') {
      group.append(drawn('circle', { class: 'cross-ground', cx: x, cy: y, r: 8 }),
        drawn('path', { class: 'cross', d: `M${x - 3} ${y - 3}l6 6M${x + 3} ${y - 3}l-6 6` }));
      rules(edge.steps).slice(0, 1).forEach((rule) => group.append(
        drawn('text', { x, y: y + 22, class: 'label rule' }, short(rule), drawn('title', {}, rule))));
    }
    return group;
  }

  function drawNode(at, [x, y], isOwn) {
    const node = data.nodes[at];
    const wrong = rules(node.steps);
    const note = wrong.length ? `${SIGNS.broken} ${wrong.join(', ')}` : node.note;
    const button = element('button', { type: 'button', title: title(node), 'aria-pressed': 'false',
      class: `node ${node.role} ${node.state}${isOwn ? '' : ' around'}` },
      ...(node.kind ? [element('span', { class: 'kind' }, node.kind)] : []), element('span', { class: 'name' }, node.name));
    if (note) button.append(element('span', { class: 'note' }, note));
    button.dataset.node = at;
    button.addEventListener('click', () => showLines(at));
    return drawn('foreignObject', { x, y, width: WIDTH, height: HEIGHT }, button);
  }

  // The same in words, for each edge.
  function steps(at) {
    const edge = data.edges[at];
    const [from, to] = [data.nodes[edge.from], data.nodes[edge.to]];
    const items = edge.steps.map((step) => item(`${title(from)} \u2192 ${title(to)}`, step, edge.from));
    const inside = (to.steps || []).filter((step) => step.fault || to.role === 'workload');
    return [...items, ...inside.map((step) => item(title(to), step, edge.to))];
  }

  function item(what, step, node) {
    const made = element('li', {}, what);
    if (step.text) made.append(' ', element('span', { class: 'value' }, step.text));
    if (step.mark) {
      const [source, line] = step.mark;
      const place = element('button', { type: 'button', class: 'place' }, `${data.sources[source].name}:${line}`);
      place.addEventListener('click', () => { showLines(node, [step.mark]); byId('lines').scrollIntoView({ block: 'nearest' }); });
      made.append(' ', place);
    }
    if (step.fault) {
      made.append(element('p', { class: 'fault' }, `${SIGNS.broken} `, element('code', {}, step.code), `: ${step.fault}`));
    }
    return made;
  }

  // The lines of the manifests in which an object, or a step, is written.
  function showLines(at, marks = data.nodes[at]?.marks || []) {
    for (const button of document.querySelectorAll('.node')) {
      button.setAttribute('aria-pressed', String(Number(button.dataset.node) === at));
    }
    const node = data.nodes[at];
    byId('lines-of').textContent = !node ? '' : marks.length ? title(node) : `${title(node)} is not in the input.`;
    const sources = Map.groupBy ? Map.groupBy(marks, ([source]) => source) : grouped(marks);
    byId('lines').replaceChildren(...[...sources].map(([source, own]) => excerpt(data.sources[source], own)));
  }

  function grouped(marks) {
    const groups = new Map();
    for (const mark of marks) groups.set(mark[0], [...(groups.get(mark[0]) || []), mark]);
    return groups;
  }

  function excerpt(source, marks) {
    const numbers = new Set();
    for (const [, line] of marks) {
      for (let near = line; near >= line - 2 && source.lines[near] !== undefined; near -= 1) numbers.add(near);
      for (let near = line; near <= line + 2 && source.lines[near] !== undefined; near += 1) numbers.add(near);
    }
    const code = element('pre', { tabindex: '0', 'aria-label': `Lines of ${source.name}` });
    let before = 0;
    for (const number of [...numbers].sort((left, right) => left - right)) {
      if (before && number > before + 1) code.append(element('span', { class: 'number' }, '\u22ee'), '\n');
      code.append(element('span', { class: 'number' }, String(number)),
        ...marked(source.lines[number], marks.filter(([, line]) => line === number)), '\n');
      before = number;
    }
    return element('figure', {}, element('figcaption', {}, source.name), code);
  }

  function marked(text, marks) {
    const parts = [];
    let done = 0;
    for (const [, , first, last, isWrong] of [...marks].sort((left, right) => left[2] - right[2])) {
      if (first < done || first === last) continue;
      parts.push(text.slice(done, first), element('mark', isWrong ? { class: 'broken' } : {}, text.slice(first, last)));
      done = last;
    }
    return [...parts, text.slice(done)];
  }

  // The filters.
  function stateButtons() {
    const count = (state) => data.paths.filter((path) => !state || path.state === state).length;
    const buttons = ['', ...STATES].map((state) => {
      const label = state ? `${SIGNS[state]} ${state}` : 'all';
      const button = element('button', { type: 'button', 'aria-pressed': String(!state) }, `${label} ${count(state)}`);
      button.dataset.state = state;
      button.addEventListener('click', () => {
        wanted = state;
        for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
        filter();
      });
      return button;
    });
    return buttons;
  }

  byId('states').append(...stateButtons());
  const namespaces = [...new Set(data.paths.map((path) => path.namespace))].sort();
  byId('namespace').append(...namespaces.map((name) => element('option', { value: name }, name)));
  byId('unit-title').hidden = !hasUnits;
  byId('about').textContent = `${data.paths.length} paths of the traffic, by svclint ${data.version}. Choose one to see its picture.`;
  byId('search').addEventListener('input', filter);
  byId('namespace').addEventListener('change', filter);
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  byId('previous').addEventListener('click', () => { page -= 1; showRows(); });
  byId('next').addEventListener('click', () => { page += 1; showRows(); });
  showRows();
  const asked = data.paths.findIndex((path) => `#${address(path)}` === location.hash);
  const first = asked >= 0 ? asked : order[0];
  if (first !== undefined) choose(first);
})();
