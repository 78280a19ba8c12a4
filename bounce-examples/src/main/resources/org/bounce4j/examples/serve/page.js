'use strict';

// Everything that comes from the API is put in as text, never as markup: diagnostics are written by strangers.

const $ = id => document.getElementById(id);
const TYPES = ['hard', 'soft', 'complaint'];
const SVG = 'http://www.w3.org/2000/svg';

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
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

let shown = [];

function drawDays(days) {
  shown = days;
  const width = Math.max(240, $('days-chart').clientWidth), height = 190, left = 44, bottom = 22, top = 8;
  const most = Math.max(1, ...days.map(day => TYPES.reduce((sum, type) => sum + day[type], 0)));
  const svg = shape('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img'});
  svg.append(shape('title', {}, 'Bounces by day and type'));
  const scale = (height - bottom - top) / most;
  for (const mark of new Set([0, Math.ceil(most / 2), most])) {
    const y = height - bottom - mark * scale;
    svg.append(shape('line', {x1: left, x2: width, y1: y, y2: y}));
    svg.append(shape('text', {x: left - 6, y: y + 4, 'text-anchor': 'end'}, String(mark)));
  }
  const step = (width - left) / days.length;
  const every = Math.ceil(days.length * 52 / (width - left));
  days.forEach((day, i) => {
    let y = height - bottom;
    for (const type of TYPES) {
      const tall = day[type] * scale;
      y -= tall;
      if (tall > 0) {
        const bar = shape('rect', {x: left + i * step + step * .12, y, width: step * .76, height: tall, 'class': type});
        bar.append(shape('title', {}, `${day.day}: ${day[type]} ${type}`));
        svg.append(bar);
      }
    }
    if (i % every === 0) {
      svg.append(shape('text', {x: left + (i + .5) * step, y: height - 6, 'text-anchor': 'middle'}, day.day.slice(5)));
    }
  });
  $('days-chart').replaceChildren(svg);
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

window.onresize = () => { if (shown.length) drawDays(shown); };
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
