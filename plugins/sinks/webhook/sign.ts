import { Webhook } from 'standardwebhooks';

/** `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. */
export function signature(secret: string, id: string, at: Date, body: string): string {
  return new Webhook(secret).sign(id, at, body);
}
