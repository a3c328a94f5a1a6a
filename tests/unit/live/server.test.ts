import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openerOf } from '#grader/live/browser.ts';
import { followed, pageFor } from '#grader/live/page.ts';
import { LiveServer } from '#grader/live/server.ts';
import { inProgress } from '../reporters/sample.ts';

/** A machine may be busy. */
const SOON = { timeout: 30_000 };

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

let server: LiveServer;
let url: URL;

beforeEach(async () => {
  server = await LiveServer.start(pageFor(inProgress, 0));
  url = new URL(server.url);
});

afterEach(() => server.end());

function ask({ path = url.pathname, method = 'GET', host = url.host as string | undefined } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    const asked = request({ host: '127.0.0.1', port: url.port, path, method, headers, setHost: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (part) => {
        body += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

/** An open event stream, what has come of it, and a wait for more. */
function listen(): Promise<{ status: number | undefined; until(text: string): Promise<string>; close(): void }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}events`, (answer) => {
      let text = '';
      const waiting = new Set<() => void>();
      answer.setEncoding('utf8').on('data', (part) => {
        text += part;
        for (const look of waiting) look();
      });
      answer.on('error', () => {});
      resolve({
        status: answer.statusCode,
        close: () => asked.destroy(),
        until: (wanted) =>
          new Promise((done) => {
            const look = () => text.includes(wanted) && done(text);
            waiting.add(look);
            look();
          }),
      });
    });
    asked.on('error', reject).end();
  });
}

describe('the live page', () => {
  it('is served at its secret address, to be kept by nobody, with a policy for its own script', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    const { status, headers, body } = await ask();
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; .*script-src 'sha256-[\w+/]+=*'; connect-src 'self'; frame-ancestors 'none'$/,
    );
    expect(body).toContain('Report on');
    expect(body).not.toContain('http-equiv="Content-Security-Policy"');
    expect(body).toContain('aria-live="polite" data-version="0"');
    expect(body.match(/<script>/g)).toHaveLength(1);
  });

  it('is served by the name localhost as well', async () => {
    expect((await ask({ host: `localhost:${url.port}` })).status).toBe(200);
  });

  it('has an address of its own each time', async () => {
    const other = await LiveServer.start(pageFor(inProgress, 0));
    expect(new URL(other.url).pathname).not.toBe(url.pathname);
    await other.end();
  });
});

describe('anything else is not there', () => {
  const refused = { status: 404, body: '' };

  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    'localhost',
    '127.0.0.1:1',
    '0.0.0.0:PORT',
    '[::1]:PORT',
    'LOCALHOST.:PORT',
    '',
  ])('for the host %j', async (host) => {
    for (const path of [url.pathname, `${url.pathname}events`]) {
      expect(await ask({ path, host: host.replace('PORT', url.port) })).toMatchObject(refused);
    }
  });

  it.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])('by %s', async (method) => {
    for (const path of [url.pathname, `${url.pathname}events`]) {
      const { status, body, headers } = await ask({ method, path });
      expect({ status, body }).toEqual(refused);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('under any other path', async () => {
    const token = url.pathname;
    const paths = [
      ...['/', '/favicon.ico', '/events', token.slice(0, -1), `${token}index.html`, `${token}?x`, `${token}events/`],
      ...[
        `${token}../`,
        `/${token}`,
        `${token.slice(0, -2)}/`,
        `${token.toUpperCase()}x`,
        '/%2e%2e/',
        `${token}events?x=1`,
      ],
    ];
    for (const path of paths) {
      const { status, body, headers } = await ask({ path });
      expect({ path, status, body }).toEqual({ path, ...refused });
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('without a host, and for what is no request, without an answer', async () => {
    const say = (text: string) =>
      new Promise<string>((resolve) => {
        let answer = '';
        const socket = connect(Number(url.port), '127.0.0.1', () => socket.write(text));
        socket.setEncoding('utf8').on('data', (part) => {
          answer += part;
        });
        socket.on('close', () => resolve(answer)).on('error', () => {});
      });
    const path = url.pathname;
    expect(await say(`GET ${path} HTTP/1.1\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await say(`GET ${path} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await say('nonsense\r\n\r\n')).toBe('');
    expect((await ask()).status).toBe(200);
  });
});

describe('the event stream', () => {
  it('tells which version is served, then every newer one, and that something is being graded', async () => {
    const events = await listen();
    expect(events.status).toBe(200);
    await events.until('event: report\ndata: 0\n\n');
    server.sayGrading();
    await events.until('event: grading\ndata:\n\n');
    server.publish(pageFor(inProgress, 1), 1);
    await events.until('event: report\ndata: 1\n\n');
    expect((await ask()).body).toContain('data-version="1"');
    events.close();
  });

  it('tells someone who comes later what is going on', async () => {
    server.publish(pageFor(inProgress, 7), 7);
    server.sayGrading();
    const events = await listen();
    expect(await events.until('event: grading')).toContain('event: report\ndata: 7\n\n');
    events.close();
  });

  it('is there for a few at a time', async () => {
    const open = await Promise.all([listen(), listen(), listen(), listen(), listen()]);
    expect(open.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await ask({ path: `${url.pathname}events` })).status).toBe(404);
    expect((await ask()).status).toBe(200);
    for (const each of open) each.close();
    await expect
      .poll(async () => {
        const again = await listen();
        again.close();
        return again.status;
      }, SOON)
      .toBe(200);
  });
});

describe('a page that follows', () => {
  it('keeps the policy and the scripts that the page had', () => {
    const page = `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;sha256-x&#39;; img-src data:">\n</head><body><main></main><script>1</script></body>\n</html>\n`;
    const { text, policy } = followed(page, 3);
    expect(policy).toMatch(
      /^default-src 'none'; img-src data:; script-src 'sha256-x' 'sha256-.*'; connect-src 'self'; frame-ancestors 'none'$/,
    );
    expect(text).toContain('<script>1</script>');
    expect(text).toContain('data-version="3"');
  });

  it('is not made of a page without a policy', () => {
    expect(() => followed('<html></html>', 0)).toThrow('the page has no policy');
  });
});

it('is opened by the program of each system, without a shell', () => {
  const address = 'http://127.0.0.1:1/x/';
  expect(openerOf(address, 'linux')).toEqual(['xdg-open', [address]]);
  expect(openerOf(address, 'darwin')).toEqual(['open', [address]]);
  expect(openerOf(address, 'win32')).toEqual(['rundll32.exe', ['url.dll,FileProtocolHandler', address]]);
});
