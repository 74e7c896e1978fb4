/** What the operator tells of a gateway of the generic kind. */
export interface GenericSettings {
  /** Log files, below the home or absolute. */
  readonly logs: readonly string[];
}
