import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LivePage } from './page.ts';

/** Event streams at a time; a browser opens no more than six connections, and needs one for the page. */
const MAX_STREAMS = 5;

const MAX_CONNECTIONS = 32;

/** After a lost connection a page tries again in so many milliseconds. */
const RETRY = 1_000;

const HEADERS = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

const NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'";

/**
 * Serves one page, and says when there is a newer one; on this machine only, to those who know its address.
 *
 * The address holds a secret, and a request is answered only when it names this very host: a page on the web can neither
 * guess the one nor, by a name that it has pointed here, fake the other. Everything else is 404.
 */
export class LiveServer {
  readonly url: string;
  readonly #server: Server;
  readonly #path: string;
  readonly #hosts: readonly string[];
  readonly #streams = new Set<ServerResponse>();
  #page: LivePage;
  #version = 0;
  #isGrading = false;

  static async start(page: LivePage): Promise<LiveServer> {
    const server = createServer({ requireHostHeader: false, maxHeaderSize: 8_192 });
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new LiveServer(server, page);
  }

  private constructor(server: Server, page: LivePage) {
    const { port } = server.address() as AddressInfo;
    this.#path = `/${randomBytes(24).toString('base64url')}/`;
    this.#hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    this.url = `http://127.0.0.1:${port}${this.#path}`;
    this.#page = page;
    this.#server = server;
    server.on('request', (request, response) => this.#answer(request, response));
    // What is no request is not answered.
    server.on('clientError', (_error, socket) => socket.destroy());
    server.on('upgrade', (_request, socket) => socket.destroy());
  }

  /** Which version is served; pages are told by it whether they are up to date. */
  get version(): number {
    return this.#version;
  }

  /** Tells all open pages that something is being graded. */
  sayGrading(): void {
    this.#isGrading = true;
    this.#tell('event: grading\ndata:\n\n');
  }

  /** Serves this from now on; `version` is greater than before, and stands in the page. */
  publish(page: LivePage, version: number): void {
    this.#page = page;
    this.#version = version;
    this.#isGrading = false;
    this.#tell(`event: report\ndata: ${version}\n\n`);
  }

  async end(): Promise<void> {
    for (const stream of this.#streams) stream.end();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #tell(event: string): void {
    for (const stream of this.#streams) stream.write(event);
  }

  #answer({ method, url, headers }: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.setHeader('Content-Security-Policy', NOTHING_ALLOWED);
    const isKnown = method === 'GET' && this.#hosts.includes(headers.host ?? '');
    if (isKnown && url === this.#path) this.#sendPage(response);
    else if (isKnown && url === `${this.#path}events` && this.#streams.size < MAX_STREAMS) this.#sendEvents(response);
    else response.writeHead(404).end();
  }

  #sendPage(response: ServerResponse): void {
    const { text, policy } = this.#page;
    response.setHeader('Content-Security-Policy', policy);
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(text);
  }

  #sendEvents(response: ServerResponse): void {
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
    response.on('error', () => this.#streams.delete(response));
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write(`retry: ${RETRY}\n\nevent: report\ndata: ${this.#version}\n\n`);
    if (this.#isGrading) response.write('event: grading\ndata:\n\n');
  }
}
