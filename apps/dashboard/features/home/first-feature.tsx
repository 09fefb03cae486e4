import { Link } from "@tanstack/react-router";
import { ClipboardCheck, FlaskConical, GitPullRequest, SquarePen } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";

const steps = [
  {
    icon: SquarePen,
    title: "Say what to build",
    text: "A sentence is enough. The planner reads your repository and asks.",
  },
  { icon: ClipboardCheck, title: "Approve the plan", text: "Requirements, and for each a check. Nothing runs before." },
  {
    icon: FlaskConical,
    title: "Agents build, checks prove",
    text: "In sandboxes, on branches. No agent grades itself.",
  },
  { icon: GitPullRequest, title: "Read one pull request", text: "Each criterion with its evidence. You merge it." },
] as const;

/** What an installation shows that was never asked for anything: how it goes, and where to begin. */
export function FirstFeature(): ReactNode {
  return (
    <section className="card first-feature" aria-labelledby="first-feature">
      <h2 id="first-feature">From a sentence to a proven pull request</h2>
      <ol>
        {steps.map(({ icon: Icon, title, text }) => (
          <li key={title}>
            <Icon className="icon" aria-hidden />
            <h3>{title}</h3>
            <p>{text}</p>
          </li>
        ))}
      </ol>
      <footer>
        <Button asChild variant="ink">
          <Link to="/new">Describe a feature</Link>
        </Button>
        <span className="meta">or in a repository</span>
        <Command text={'omoios run "Add a health endpoint"'} />
      </footer>
    </section>
  );
}
