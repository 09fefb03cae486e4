import { apiPaths } from "@omoios/contract/http";
import { useMutation } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import { post } from "../api/ask.ts";
import { Button } from "../ui/button.tsx";
import { formText } from "../ui/form-text.ts";
import { Logo } from "../ui/logo.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { SampleNight } from "../features/sign-in/sample-night.tsx";

/** Getting in: by the one-time link of the terminal, which needs no page, or with the token. */
export function SignIn(): ReactNode {
  const token = useId();
  const usedLink = new URLSearchParams(location.search).has("code");
  const signIn = useMutation({
    mutationFn: (given: string) => post(apiPaths.signIn, { body: { token: given } }),
    // A page of its own is left for home; in the place of another page that page is what was wanted.
    onSuccess: () => location.replace(location.pathname === apiPaths.signIn ? "/" : location.href),
  });
  const submit = (form: FormData): void => signIn.mutate(formText(form, "token"));
  return (
    <div className="sign-in">
      <main>
        <p className="sign-in-brand">
          <Logo lit={false} size={24} /> OmoiOS
        </p>
        <form action={submit}>
          <h1>Sign in</h1>
          <p className="sign-in-lead">Your agents kept working. See how the night went.</p>
          {usedLink && (
            <p className="note" role="alert">
              This link was used already, or is older than ten minutes. <code>omoios up</code> prints a new one.
            </p>
          )}
          <p>
            Open the link that <code>omoios up</code> prints in the terminal. It works once, within ten minutes.
          </p>
          <div className="or">or</div>
          <label htmlFor={token}>Token</label>
          <input
            id={token}
            name="token"
            type="password"
            className="input"
            required
            autoComplete="current-password"
            aria-describedby={`${token}-hint`}
          />
          <p id={`${token}-hint`} className="hint">
            The line in the file <code>token</code> of OMOIOS_HOME, on the server’s machine
          </p>
          {signIn.isError && <ProblemNotice error={signIn.error} what="Not signed in" />}
          <Button type="submit" variant="ink" disabled={signIn.isPending}>
            Sign in
          </Button>
        </form>
        <p className="hint">This server is yours. Only model calls leave it.</p>
      </main>
      <SampleNight />
    </div>
  );
}
