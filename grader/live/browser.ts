import { spawn } from 'node:child_process';

/** The program that opens an address in the browser of whoever uses this machine, and its arguments. */
export function openerOf(url: string, platform = process.platform): readonly [string, readonly string[]] {
  if (platform === 'darwin') return ['open', [url]];
  // `start` is a word of the shell's; this is what it comes to.
  if (platform === 'win32') return ['rundll32.exe', ['url.dll,FileProtocolHandler', url]];
  return ['xdg-open', [url]];
}

/** Opens an address in a browser, where there is one. */
export function openBrowser(url: string): void {
  const [program, args] = openerOf(url);
  try {
    const child = spawn(program, args, { detached: true, stdio: 'ignore', shell: false, windowsHide: true });
    child.on('error', () => {});
    child.unref();
  } catch {
    // The address is printed as well.
  }
}
