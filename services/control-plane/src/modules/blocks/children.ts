/** The children that are not among these already, each once. */
export function childrenBeyond(references: { child_id: string }[], ids: string[]): string[] {
  const known = new Set(ids);
  return [...new Set(references.map(({ child_id }) => child_id))].filter((id) => !known.has(id));
}
