export function furnish(api: string, key: string): Promise<Record<string, string>>;
