/** Where the page's style lies: the content security policy allows none inline. */
export const signInStylePath = "/sign-in.css";

/** What a browser without a session sees. */
export const signInPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · OmoiOS</title>
<link rel="stylesheet" href="${signInStylePath}">
</head>
<body>
<main>
<h1>OmoiOS</h1>
<p>This browser is not signed in.</p>
<p>Open the sign-in link that <code>omoios up</code> prints in the terminal. It works once, within ten minutes;
<code>omoios up</code> prints a new one while the server runs, too.</p>
</main>
</body>
</html>
`;

export const signInStyle = `:root {
  color-scheme: light dark;
  --bg: light-dark(oklch(0.984 0.004 85), oklch(0.172 0.012 268));
  --surface: light-dark(oklch(1 0 85), oklch(0.206 0.013 268));
  --line: light-dark(oklch(0.912 0.007 85), oklch(0.275 0.014 268));
  --ink: light-dark(oklch(0.215 0.022 268), oklch(0.955 0.005 268));
  --ink-2: light-dark(oklch(0.405 0.022 268), oklch(0.79 0.01 268));
}
body {
  margin: 0;
  min-height: 100vh;
  display: grid;
  place-items: center;
  background: var(--bg);
  color: var(--ink-2);
  font: 14px/22px ui-sans-serif, system-ui, sans-serif;
}
main {
  box-sizing: border-box;
  width: min(420px, 100vw - 32px);
  padding: 24px 32px;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 12px;
}
h1 { margin: 0 0 16px; color: var(--ink); font-size: 20px; line-height: 28px; }
p { margin: 0 0 12px; }
code { color: var(--ink); font: 13px/20px ui-monospace, monospace; }
`;
