import type { SpecStanding } from "@omoios/contract/http-system";
import type { NeedKind } from "@omoios/domain/spec/needs";
import {
  BellRing,
  CircleQuestionMark,
  ClipboardCheck,
  GitPullRequest,
  Hand,
  MessageCircleQuestionMark,
  MoonStar,
  Wallet,
  type LucideIcon,
} from "lucide-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ProofCount } from "../../ui/proof-bar.tsx";
import { SpecLink } from "../spec/spec-link.tsx";
import { standingProof } from "../spec/standing-proof.ts";

type Need = SpecStanding["needs"][number];

const looks = {
  question: { icon: MessageCircleQuestionMark, title: "An agent asks", verb: "Answer" },
  budget: { icon: Wallet, title: "Raise the budget", verb: "Open" },
  questions: { icon: CircleQuestionMark, title: "Answer questions", verb: "Answer" },
  task: { icon: Hand, title: "Unblock a task", verb: "Open" },
  attention: { icon: BellRing, title: "Look at this", verb: "Open" },
  plan: { icon: ClipboardCheck, title: "Approve the plan", verb: "Review plan" },
  review: { icon: GitPullRequest, title: "Review the pull request", verb: "Review" },
} as const satisfies Record<NeedKind, { readonly icon: LucideIcon; readonly title: string; readonly verb: string }>;

/** What waits for the person: agents that ask, then the longest first; only the first of them is gold. */
export function Needs({ standings }: { readonly standings: readonly SpecStanding[] }): ReactNode {
  const oldestFirst = standings.toReversed();
  const all = oldestFirst.flatMap((standing) => standing.needs.map((need) => ({ standing, need })));
  const [asked, other] = [all.filter(isQuestion), all.filter((each) => !isQuestion(each))];
  const needs = [...asked, ...other];
  return (
    <section className="card needs" aria-labelledby="needs">
      <header>
        {needs.length > 0 && <i className="lamp-dot" aria-hidden />}
        <h2 id="needs">Needs you</h2>
        <span className="count">{needs.length > 0 && needs.length}</span>
        {needs.length > 1 && <span className="aside">oldest first</span>}
      </header>
      {needs.length === 0 ? (
        <EmptyState icon={MoonStar} title="Nothing needs you">
          Plans to approve, questions and pull requests appear here.
        </EmptyState>
      ) : (
        <ul className="rows">
          {needs.map(({ standing, need }, place) => (
            <NeedRow
              key={`${standing.spec.id} ${need.kind} ${need.task?.id ?? ""}`}
              standing={standing}
              need={need}
              first={place === 0}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function isQuestion({ need }: { readonly need: Need }): boolean {
  return need.kind === "question";
}

function NeedRow({
  standing,
  need,
  first,
}: {
  readonly standing: SpecStanding;
  readonly need: Need;
  readonly first: boolean;
}): ReactNode {
  const { icon: Icon, title, verb } = looks[need.kind];
  const { spec } = standing;
  return (
    <li className="need">
      <Icon className="icon" aria-hidden />
      <div>
        <h3>
          {title} <span className="id">{need.task?.label ?? spec.label}</span>{" "}
          <span className="about">{need.task?.title ?? spec.title}</span>
        </h3>
        <p className="meta">{need.text ?? <Extent standing={standing} />}</p>
      </div>
      <NeedLink spec={spec} need={need} variant={first ? "lamp" : "outline"}>
        {verb}
        <span className="visually-hidden"> {need.task?.label ?? spec.label}</span>
      </NeedLink>
    </li>
  );
}

interface NeedLinkProps {
  readonly spec: SpecStanding["spec"];
  readonly need: Need;
  readonly variant: "lamp" | "outline";
  readonly children: ReactNode;
}

/** To where it can be done. */
function NeedLink({ spec, need, variant, children }: NeedLinkProps): ReactNode {
  if (need.task !== null) {
    return (
      <Button asChild variant={variant}>
        <Link to="/tasks/$task" params={{ task: need.task.id }}>
          {children}
        </Link>
      </Button>
    );
  }
  if (need.kind === "review") {
    return (
      <Button asChild variant={variant}>
        <Link to="/specs/$spec/pull-request" params={{ spec: spec.label }} search={{ project: spec.project.name }}>
          {children}
        </Link>
      </Button>
    );
  }
  return (
    <SpecLink spec={spec} button={variant}>
      {children}
    </SpecLink>
  );
}

function Extent({ standing }: { readonly standing: SpecStanding }): ReactNode {
  const tasks = standing.tasks.reduce((sum, { count }) => sum + count, 0);
  const facts = [
    ...(standing.spec.status === "in_review" ? [] : [`${standing.goal.total} criteria`]),
    ...(tasks > 0 ? [`${tasks} ${tasks === 1 ? "task" : "tasks"}`] : []),
  ];
  return (
    <>
      {standing.spec.status === "in_review" && <ProofCount small states={standingProof(standing)} />}
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </>
  );
}
