/** What a browser without a session sees. No script and no style: the content security policy allows none inline. */
export const signInPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in · OmoiOS</title></head>
<body>
<h1>OmoiOS</h1>
<p>This browser is not signed in.</p>
<p>Open the sign-in link that <code>omoios up</code> prints in the terminal. A link works once, within ten minutes;
run <code>omoios up</code> again for another one.</p>
</body>
</html>
`;
