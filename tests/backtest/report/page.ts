/** Reads a page strictly, into a tree: an end tag that does not fit, or a second id of one name, is an error. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Element | string)[];
}

const VOID = new Set(['meta', 'link', 'br']);
/** Their content is text up to their end tag. */
const RAW = new Set(['script', 'style', 'title']);
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z][a-z0-9-]*(?:="[^"<]*")?)*)\s*(\/?)>/iy;
const ATTRIBUTE = /([a-z][a-z0-9-]*)(?:="([^"]*)")?/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

const decode = (text: string): string =>
  text.replace(/&([a-z0-9#]*);?/gi, (whole, name: string) => ENTITIES[name] ?? failed(`the entity ${whole}`));

function failed(what: string): never {
  throw new Error(`not well-formed: ${what}`);
}

export function parsePage(page: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] };
  const open: Element[] = [root];
  let at = page.startsWith('<!doctype html>') ? '<!doctype html>'.length : failed('no doctype');
  while (at < page.length) {
    const parent = open.at(-1)!;
    if (page[at] !== '<') {
      const end = page.indexOf('<', at) < 0 ? page.length : page.indexOf('<', at);
      parent.children.push(decode(page.slice(at, end)));
      at = end;
      continue;
    }
    TAG.lastIndex = at;
    const [whole, isEnd, name = '', attributes = '', isEmpty] = TAG.exec(page) ?? failed(`at ${JSON.stringify(page.slice(at, at + 60))}`);
    at += whole.length;
    if (isEnd === '/') {
      if (open.pop()?.name !== name) failed(`</${name}> within <${parent.name}>`);
      continue;
    }
    const element: Element = { name, attributes: attributesOf(attributes), children: [] };
    parent.children.push(element);
    if (RAW.has(name)) {
      const end = page.indexOf(`</${name}`, at);
      element.children.push(name === 'title' ? decode(page.slice(at, end)) : page.slice(at, end));
      at = end + `</${name}>`.length;
    } else if (!VOID.has(name) && isEmpty !== '/') open.push(element);
  }
  if (open.length !== 1) failed(`<${open.at(-1)!.name}> is not closed`);
  return root;
}

function attributesOf(text: string): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    if (name in all) failed(`${name} twice in ${text}`);
    all[name] = decode(value);
  }
  return all;
}

export const elements = (root: Element): Element[] =>
  root.children.flatMap((child) => (typeof child === 'string' ? [] : [child, ...elements(child)]));

export const textOf = (element: Element): string =>
  element.name === 'script' || element.name === 'style'
    ? ''
    : element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');

export const byId = (root: Element, id: string): Element =>
  elements(root).find(({ attributes }) => attributes['id'] === id) ?? failed(`no #${id}`);
export const byName = (root: Element, name: string): Element[] => elements(root).filter((one) => one.name === name);
