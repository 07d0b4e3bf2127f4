/** Keeps what was used last, up to so many bytes as its users estimate them. */
export class ByteCache<Value> {
  private readonly entries = new Map<string, { value: Value; bytes: number }>();
  private bytesNow = 0;

  constructor(private readonly bytesMax: number) {}

  get bytes(): number {
    return this.bytesNow;
  }

  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: Value, bytes: number): void {
    this.delete(key);
    if (bytes > this.bytesMax) return;
    this.entries.set(key, { value, bytes });
    this.bytesNow += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytesNow <= this.bytesMax) break;
      this.delete(oldest);
    }
  }

  private delete(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.bytesNow -= entry.bytes;
  }
}
