/**
 * Pictures of our own host, or ones that came along in the message: a frame asks nobody else for anything, and a page that
 * names another address gets no request out of it. The frame's policy says the same.
 */
const ownPicture =
  /^(\/embed\/surfaces\/\w+\/logos\/[\w-]+\.(png|jpg|webp)|data:image\/(png|jpeg|webp);base64,[\w+/]+={0,2})$/;

type Theme = Readonly<Record<string, string>>;

export function logosIn(theme: Theme): { light: string | undefined; dark: string | undefined } {
  const [light, dark] = [theme['logo'], theme['logo-dark']].map((address) =>
    address !== undefined && ownPicture.test(address) ? address : undefined,
  );
  return { light, dark };
}

/** The customer's logo above everything. One that is for light alone stands on a light plate where it is dark. */
export function Logo({ theme = {}, alt = '' }: { theme: Theme | undefined; alt: string | undefined }) {
  const { light, dark } = logosIn(theme);
  return (
    <>
      {light !== undefined && <img class="logo" data-for={dark && 'light'} src={light} alt={alt} />}
      {dark !== undefined && <img class="logo" data-for="dark" src={dark} alt={alt} />}
    </>
  );
}
