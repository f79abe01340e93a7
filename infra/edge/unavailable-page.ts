/** Where the distribution finds the page, in the assets bucket. */
export const UNAVAILABLE_PATH = "/errors/unavailable.html";

/** Shown for 502, 503 and 504. Without style and script: the policy on what CloudFront answers itself allows none. */
export const UNAVAILABLE_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>Back in a moment</title>
  </head>
  <body>
    <h1>Back in a moment</h1>
    <p>The service does not answer just now. Nothing you sent before is lost. Please load the page again.</p>
  </body>
</html>
`;
