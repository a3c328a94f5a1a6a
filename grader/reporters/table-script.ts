/**
 * Runs on a page: heads of `table.sortable` become buttons, and `.filter`, hidden until then, filters the table after it.
 *
 * A column with class `n` is sorted as numbers; what has no value stays last, and equals stay as they were.
 */
export const TABLE_SCRIPT = `'use strict';
const order = new Intl.Collator('en', { numeric: true });

function keyOf(row, column, isNumber) {
  const text = row.cells[column].textContent.trim();
  if (text === '' || text === '–') return undefined;
  return isNumber ? parseFloat(text) : text;
}

function sort(table, head, column) {
  const direction = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
  const isNumber = head.classList.contains('n');
  const [body] = table.tBodies;
  const keyed = Array.from(body.rows, (row) => [keyOf(row, column, isNumber), row]);
  keyed.sort(([left], [right]) => {
    if (left === undefined || right === undefined) return (left === undefined) - (right === undefined);
    return direction * (isNumber ? left - right : order.compare(left, right));
  });
  for (const other of head.parentNode.cells) other.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending');
  body.append(...keyed.map(([, row]) => row));
}

for (const table of document.querySelectorAll('table.sortable')) {
  Array.from(table.tHead.rows[0].cells, (head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    button.addEventListener('click', () => sort(table, head, column));
    head.append(button);
  });
}

for (const form of document.querySelectorAll('.filter')) {
  const input = form.querySelector('input');
  const status = form.querySelector('[role=status]');
  const { rows } = document.getElementById(input.getAttribute('aria-controls')).tBodies[0];
  const all = Array.from(rows, (row) => ({
    row,
    text: Array.from(row.querySelectorAll(':scope > :not(.n)'), (cell) => cell.textContent).join(' ').toLowerCase(),
  }));
  input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\\s+/);
    let shown = 0;
    for (const { row, text } of all) {
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    status.textContent = shown + ' of ' + all.length;
  });
  form.hidden = false;
}
`;
