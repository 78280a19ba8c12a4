'use strict';

// Everything that comes from the API is put in as text, never as markup: diagnostics are written by strangers.

const $ = id => document.getElementById(id);
const TYPES = ['hard', 'soft', 'complaint'];

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

async function api(path, options) {
  // from the origin, because an address with a password in it cannot be fetched from
  const response = await fetch(location.origin + path, options);
  const answer = await response.json().catch(() => ({message: 'the server answered ' + response.status}));
  if (!response.ok) throw new Error(answer.message);
  return answer.data;
}

async function guarded(work) {
  try {
    await work();
    $('trouble').hidden = true;
  } catch (e) {
    $('trouble').textContent = e.message;
    $('trouble').hidden = false;
  }
}

const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name);
const compact = new Intl.NumberFormat('en', {notation: 'compact'});
const CHART_HEIGHT = 190;
const FONT = '11px system-ui, sans-serif';
/** From the longest bar to the shortest, so that each is drawn over the one before. */
const DRAWN = [...TYPES].reverse();
const STEPS = [1, 2, 5];
for (let power = 10; power <= 1e12; power *= 10) STEPS.push(power, 2 * power, 5 * power);

let chart = null;

/** The numbers of the chart: of each type that is shown, its own bar on top of those below. */
function stack(days, isShown) {
  const rows = DRAWN.map(() => []);
  days.forEach((day, i) => {
    let height = 0;
    for (let row = DRAWN.length - 1; row >= 0; row--) {
      const count = isShown(row) ? day[DRAWN[row]] : 0;
      height += count;
      rows[row][i] = count ? height : null;
    }
  });
  return [days.map((_, i) => i), ...rows];
}

const chartWidth = () => Math.max(200, $('days-chart').clientWidth);

function drawDays(days) {
  const sum = type => days.reduce((all, day) => all + day[type], 0);
  const axis = {stroke: () => colour('quiet'), font: FONT, ticks: {show: false}};
  const bars = uPlot.paths.bars({size: [.76]});
  if (chart) chart.destroy();
  chart = new uPlot({
    width: chartWidth(),
    height: CHART_HEIGHT,
    padding: [8, 0, 0, 0],
    scales: {
      x: {time: false, range: () => [-.5, Math.max(1, days.length) - .5]},
      y: {range: (_, least, most) => [0, Math.max(1, most)]},
    },
    axes: [
      {...axis, grid: {show: false}, size: 24, gap: 4, space: 48, incrs: [1, 2, 3, 4, 5, 7, 10, 14, 15, 30, 45],
        values: (_, marks) => marks.map(i => days[i] ? days[i].day.slice(5) : '')},
      {...axis, grid: {stroke: () => colour('line'), width: 1}, size: 44, gap: 6, space: 40, incrs: STEPS,
        values: (_, marks) => marks.map(mark => compact.format(mark))},
    ],
    series: [
      {value: (_, i) => i === null || !days[i] ? `${days.length} days` : days[i].day},
      ...DRAWN.map(type => ({
        label: type, width: 0, fill: () => colour(type), paths: bars, points: {show: false},
        // without a day under the cursor, of all days
        value: (_, top, series, i) => (i === null || !days[i] ? sum(type) : days[i][type]).toLocaleString(),
      })),
    ],
    legend: {markers: {fill: (_, series) => series ? `var(--${DRAWN[series - 1]})` : 'transparent', width: 0}},
    cursor: {y: false, drag: {x: false, y: false}, points: {show: false}},
    hooks: {setSeries: [made => made.setData(stack(days, row => made.series[row + 1].show))]},
  }, stack(days, () => true), $('days-chart'));
  $('days-chart').ariaLabel = `Bounces of ${days.length} days: ` + TYPES.map(type => `${sum(type)} ${type}`).join(', ');

  const table = element('table');
  const head = table.createTHead().insertRow();
  const body = table.createTBody();
  for (const name of ['day', ...TYPES]) head.append(element('th', '', name));
  for (const day of [...days].reverse()) {
    const row = body.insertRow();
    row.append(element('th', '', day.day), ...TYPES.map(type => element('td', '', day[type].toLocaleString())));
  }
  $('days-table').replaceChildren(table);
}

/** Seconds are enough for a person. */
const time = text => text.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');

function drawBars(id, counts) {
  const most = Math.max(1, ...counts.map(each => each.count));
  const bars = counts.map(each => {
    const bar = element('div', 'bar');
    const name = element('span', '', each.name);
    name.title = each.name;
    const progress = element('progress');
    progress.max = most;
    progress.value = each.count;
    bar.append(name, element('b', '', each.count.toLocaleString()), progress);
    return bar;
  });
  $(id).replaceChildren(...(bars.length ? bars : [element('p', 'quiet', 'nothing')]));
}

async function loadStats() {
  const stats = await api('/api/stats?days=' + $('days').value);
  drawDays(stats.days);
  for (const id of ['reasons', 'domains', 'receivers']) drawBars(id, stats[id]);
}

/** An article: what it says on the left, a button on the right. */
function drawRow(about, label, work) {
  const article = element('article');
  const row = element('div', 'row');
  row.append(about);
  if (work) {
    const button = element('button', '', label);
    button.onclick = () => guarded(() => work(article));
    row.append(button);
  }
  article.append(row);
  return article;
}

function drawEvent(event) {
  const about = element('div');
  const head = element('p');
  const who = event.email || event.subscriber_uuid || '';
  head.append(element('span', 'type ' + event.type, event.type), who);
  about.append(head);
  if (event.diagnostic) about.append(element('p', 'diagnostic', event.diagnostic));
  about.append(element('p', 'quiet', [event.reason, event.rule, event.status, event.remote_mta, event.source,
    event.campaign_uuid, event.trust, time(event.received_at)].filter(Boolean).join(' · ')));
  return drawRow(about, 'Delete', async article => {
    if (!confirm('Delete this bounce of ' + who + '? Whether they are mailed does not change.')) return;
    await api('/api/bounces/' + encodeURIComponent(event.id), {method: 'DELETE'});
    article.remove();
    await loadStats();
  });
}

let next = null;

function filter() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData($('filter'))) if (value.trim()) query.set(name, value.trim());
  return query;
}

async function loadEvents(more) {
  const query = filter();
  $('csv').href = '/api/bounces/export.csv?' + query;
  $('jsonl').href = '/api/bounces/export.jsonl?' + query;
  query.set('per_page', '20');
  if (more) query.set('next', next);
  const page = await api('/api/bounces?' + query);
  const events = page.results.map(drawEvent);
  if (more) $('events').append(...events);
  else $('events').replaceChildren(...(events.length ? events : [element('p', 'quiet', 'nothing')]));
  next = page.next;
  $('more').hidden = !next;
}

function drawSuppression(entry) {
  const who = entry.email || entry.subscriber_uuid;
  const about = element('div');
  const head = element('p');
  head.append(element('span', 'type ' + entry.type, entry.action.toLowerCase()), who || 'somebody who was erased');
  about.append(head, element('p', 'quiet', [entry.reason, entry.rule, entry.scope, time(entry.since)].filter(Boolean).join(' · ')));
  return drawRow(about, 'Release', who && (async () => {
    const cause = prompt('Why may ' + who + ' be mailed again?');
    if (!cause) return;
    const subject = entry.email ? {email: entry.email} : {subscriber_uuid: entry.subscriber_uuid};
    await api('/api/suppressions/release', {method: 'POST', headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({...subject, cause})});
    await loadSuppressions();
  }));
}

async function loadSuppressions() {
  const list = await api('/api/suppressions?per_page=50');
  const entries = list.results.map(drawSuppression);
  $('suppressions').replaceChildren(...(entries.length ? entries : [element('p', 'quiet', 'nobody')]));
}

window.onresize = () => { if (chart) chart.setSize({width: chartWidth(), height: CHART_HEIGHT}); };
const dark = matchMedia('(prefers-color-scheme: dark)');
dark.onchange = () => { if (chart) chart.redraw(); };
$('days').onchange = () => guarded(loadStats);
$('filter').onsubmit = event => { event.preventDefault(); guarded(() => loadEvents(false)); };
$('more').onclick = () => guarded(() => loadEvents(true));
$('explain').onsubmit = event => {
  event.preventDefault();
  guarded(async () => {
    const email = new FormData($('explain')).get('email').trim();
    const explanation = await api('/api/suppressions/explain?' + new URLSearchParams({email}));
    $('words').textContent = explanation.words;
    $('words').hidden = false;
  });
};
guarded(async () => { await Promise.all([loadStats(), loadEvents(false), loadSuppressions()]); });
