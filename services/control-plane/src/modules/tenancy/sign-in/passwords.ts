import { hash, verify } from '@node-rs/argon2';

/** argon2id with 19 MiB, two passes, one lane: what OWASP names as the least. These are the library's defaults too. */
const strength = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, strength);

let nobody: Promise<string> | null = null;

/** Whether the password is right. Nobody's password takes as long to check as somebody's. */
export async function passwordMatches(passwordHash: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword('the password of nobody');
  const matches = await verify(passwordHash ?? (await nobody), password);
  return matches && passwordHash !== null;
}
