/** What the site's own server knows. The token is for servers: it comes from the environment, and no browser gets it. */
export type Backend = { microapp: string; token: string; origin: string; fetch: typeof fetch };

/** A ticket for a widget on one of our pages. It is good once, for a minute, inside of the frame that it names. */
export async function askForTicket({ microapp, token, origin, fetch }: Backend, app: string): Promise<Response> {
  return fetch(`${microapp}/v1/embed/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-microapp-embed-token': token },
    body: JSON.stringify({ app, origin }),
    signal: AbortSignal.timeout(10_000),
  });
}

/** Runs a tool for somebody whom our server has let in: a page, or an app on a phone. */
export async function runTool({ microapp, token, fetch }: Backend, app: string, inputs: unknown): Promise<Response> {
  return fetch(`${microapp}/api/tools/${app}/run?embed=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-microapp-embed-token': token },
    body: JSON.stringify({ inputs }),
    signal: AbortSignal.timeout(30_000),
  });
}
