/**
 * Wraps text that comes from people, repositories or agents between markers that the text itself cannot contain, so
 * that a model can tell data from instructions.
 */
export function data(name: string, text: string): string {
  let marker = name.toUpperCase();
  while (text.includes(`<<${marker}`) || text.includes(`${marker}>>`)) marker = `${marker}_`;
  return `<<${marker}\n${text}\n${marker}>>`;
}
