import { CircleCheck, CircleX, Eye } from "lucide-react";
import type { ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { readGitHubMarkup } from "./github-markup.ts";
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

const plugins = [remarkGfm, readGitHubMarkup];

/** Marks of the text, drawn as everywhere else here; not every system has pictures for them. */
const marks = {
  "✅": { icon: CircleCheck, tone: "good", word: "Proven" },
  "❌": { icon: CircleX, tone: "bad", word: "Not met" },
  "👀": { icon: Eye, tone: "watch", word: "For you to judge" },
} as const;

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
  td: ({ children }) => <td>{isMark(children) ? <Mark mark={children} /> : children}</td>,
  pre: ({ children }) => <OutputText text={children} />,
};

function isMark(content: unknown): content is keyof typeof marks {
  return typeof content === "string" && content in marks;
}

function Mark({ mark }: { readonly mark: keyof typeof marks }): ReactNode {
  const { icon: Icon, tone, word } = marks[mark];
  return (
    <>
      <Icon className="icon" data-tone={tone} aria-hidden />
      <span className="visually-hidden">{word}</span>
    </>
  );
}
