import type { ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { OutputText, Scroller } from "../../ui/scrolling.tsx";

/**
 * Markdown that was made from words of models and repositories: raw HTML is left out, pictures would be requests to
 * others and are left out too, and links leave without telling where from.
 */
export function Markdown({ text }: { readonly text: string }): ReactNode {
  return (
    <div className="markdown">
      <ReactMarkdown remarkPlugins={plugins} components={components} disallowedElements={["img"]} skipHtml>
        {text}
      </ReactMarkdown>
    </div>
  );
}

const plugins = [remarkGfm];
const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ),
  table: ({ children }) => (
    <Scroller className="markdown-table">
      <table>{children}</table>
    </Scroller>
  ),
  // The column of marks has no name in the text.
  th: ({ children }) => <th>{children ?? <span className="visually-hidden">Mark</span>}</th>,
  pre: ({ children }) => <OutputText text={children} />,
};
