/** Told to every client in its first frame; a test holds it to package.json. */
export const serverVersion = '0.1.0'
